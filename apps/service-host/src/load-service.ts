import type { ServiceInitMessage } from '@fieldwarden/channel/service-host';
import { GatewayError } from '@fieldwarden/core';
import { loadServiceModule, type Service, type ServiceContext, type ServiceDefinition } from '@fieldwarden/service';

/** Loads the service that `init` names and checks its settings. Kind `config`: it can never work so. */
export async function loadService({
  entry,
  serviceId,
  settings,
}: ServiceInitMessage): Promise<(context: ServiceContext) => Service> {
  const definition = await loadServiceModule(entry);
  const result = definition.schema.safeParse(settings);
  if (!result.success) {
    const issues = result.error.issues.map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`);
    const message = `settings of service ${serviceId}: ${issues.join('; ')}`;
    throw new GatewayError({ code: 'SERVICE_SETTINGS', kind: 'config', message });
  }
  await definition.preload?.(); // while the gateway's tags arrive
  return (context) => {
    const service = definition.create({ ...context, settings: result.data });
    return decidingOnChanges(service, definition, settings);
  };
}

/** The gateway knows a third party's rules not: what cannot be taken over is refused here, and the service is started anew. */
function decidingOnChanges(service: Service, definition: ServiceDefinition, begunWith: unknown): Service {
  if (!service.apply) return service;
  const apply = service.apply.bind(service);
  let current = begunWith;
  service.apply = async (next) => {
    if (definition.changesLive?.(current, next) !== true) throw startsAnew(definition.title);
    await apply(next);
    current = next;
  };
  return service;
}

function startsAnew(title: string): GatewayError {
  const message = `${title} does not take these settings over while it runs`;
  return new GatewayError({ code: 'SETTINGS_NOT_LIVE', kind: 'unsupported', message });
}
