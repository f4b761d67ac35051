import { didYouMean } from '@fieldwarden/core';
import type { ServiceList, ServicePostMortemList } from '@fieldwarden/admin-contract';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';

type Asking = Pick<CommandContext, 'client'>;

export function serviceList({ client }: Asking): Promise<ServiceList> {
  return client.call<ServiceList>({ path: '/services', schema: 'fieldwarden/services@1' });
}

/** Below `/services/<id>`, `''` for the service itself. */
export function servicePath(id: string, rest = ''): string {
  return `/services/${encodeURIComponent(id)}${rest}`;
}

/** Of one service, newest first, without their long parts. */
export async function servicePostMortemList({ client }: Asking, id: string): Promise<ServicePostMortemList> {
  const schema = 'fieldwarden/service-post-mortems@1';
  return await client.call<ServicePostMortemList>({ path: servicePath(id, '/post-mortems'), schema });
}

/** Does what is asked of a named service; where there is none of the name, says which one may be meant. */
export async function ofNamedService<T>(asking: Asking, id: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw isUnknown(error) ? await unknownService(asking, id, error) : error;
  }
}

function isUnknown(error: unknown): error is CliError {
  return error instanceof CliError && error.details.code === 'SERVICE_UNKNOWN';
}

async function unknownService(asking: Asking, id: string, { details }: CliError): Promise<CliError> {
  const known = (await serviceList(asking)).services.map((service) => service.id);
  const meant = didYouMean(id, known);
  const remedy =
    known.length === 0 ? 'This gateway runs no services.' : `Services of this gateway: ${known.join(', ')}.`;
  const message = `No service has the id ${JSON.stringify(id)}${meant === undefined ? '.' : `; did you mean ${meant}?`}`;
  return new CliError({ ...details, message, remedy });
}
