import type { OperationAnswer, Service, ServiceAnswer } from '@fieldwarden/admin-contract';
import { CliError, type CliErrorInit } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { oneLine } from '../../output/printable.js';
import { stateText } from '../../output/values.js';
import { reportError } from '../../report-error.js';
import { writeJson } from '../../terminal.js';
import { waitTimeoutMs } from '../drivers/operate.js';
import { withRestartProgress } from './restart-progress.js';
import { ofNamedService, servicePath } from './service-calls.js';
import { serviceHome } from './services-list.js';

type Outcome<T> = { readonly id: string } & ({ readonly answer: T } | { readonly error: CliErrorInit });

/** Stops the services named, forgets their crashes and starts them, all at once; waits for their new states unless told otherwise. */
export async function restartServices(
  context: CommandContext,
  ids: readonly string[],
  wait: boolean,
): Promise<ExitCode> {
  const named = [...new Set(ids)];
  return wait ? await restartAndWait(context, named) : await begin(context, named);
}

async function restartAndWait(context: CommandContext, ids: readonly string[]): Promise<ExitCode> {
  const { json, terminal } = context;
  const restart = forEach<ServiceAnswer>(context, ids, '?wait=true', 'fieldwarden/service@1');
  const outcomes = await withRestartProgress(context, ids, restart);
  const services = outcomes.flatMap((outcome) => ('answer' in outcome ? [outcome.answer] : []));
  if (json) {
    const rows = services.map(({ schema: _, ...service }): Service => service);
    writeJson(terminal, { schema: 'fieldwarden/services@1', services: rows });
  } else for (const service of services) terminal.write(`${outcomeLine(context, service)}\n`);
  const work = services.every(({ state }) => state === 'Healthy' || state === 'Degraded');
  return reportFailures(context, outcomes) && work ? exitCodes.done : exitCodes.failed;
}

async function begin(context: CommandContext, ids: readonly string[]): Promise<ExitCode> {
  const outcomes = await forEach<OperationAnswer>(context, ids, '', 'fieldwarden/operation@1');
  const operations = outcomes.flatMap((outcome) =>
    'answer' in outcome ? [{ serviceId: outcome.id, operationId: outcome.answer.operationId }] : [],
  );
  if (context.json) writeJson(context.terminal, { schema: 'fieldwarden/operations@1', operations });
  else for (const { serviceId } of operations) context.terminal.write(`${serviceId}  restart has begun\n`);
  return reportFailures(context, outcomes) ? exitCodes.done : exitCodes.failed;
}

/** One service's failure does not keep the others; a gateway that does not answer, or does not let us in, ends it all. */
async function forEach<T extends { readonly schema: string }>(
  context: CommandContext,
  ids: readonly string[],
  query: string,
  schema: string,
): Promise<readonly Outcome<T>[]> {
  return await Promise.all(
    ids.map(async (id): Promise<Outcome<T>> => {
      const path = servicePath(id, `/restart${query}`);
      const call = { method: 'POST', path, schema, timeoutMs: waitTimeoutMs } as const;
      try {
        return { id, answer: await ofNamedService(context, id, () => context.client.call<T>(call)) };
      } catch (error) {
        if (error instanceof CliError && error.details.exitCode === exitCodes.failed) {
          return { id, error: error.details };
        }
        throw error;
      }
    }),
  );
}

/** True if there were none. */
function reportFailures({ terminal, json }: CommandContext, outcomes: readonly Outcome<unknown>[]): boolean {
  const failures = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []));
  for (const error of failures) reportError(terminal, error, json);
  return failures.length === 0;
}

function outcomeLine({ terminal: { palette } }: CommandContext, service: Service): string {
  const { id, state, reason } = service;
  const line = `${palette.strong(id)}  ${stateText(state, palette)}  ${serviceHome(service)}`;
  return reason === null ? line : `${line}: ${oneLine(reason)}`;
}
