import type { ServiceInitMessage } from '@fieldwarden/channel/service-host';
import { GatewayError } from '@fieldwarden/core';
import { loadServiceModule, type Service, type ServiceContext } from '@fieldwarden/service';

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
  return (context) => definition.create({ ...context, settings: result.data });
}
