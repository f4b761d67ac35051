import type { ServiceRegistry } from '@fieldwarden/service';
import type { RunningServices } from '@fieldwarden/services';
import type { ReachableService } from '../gateway-options.js';

/** The fields of `run.json`: of every service that can listen, null for those that do not. */
export function runFilePorts(
  registry: ServiceRegistry,
  services: RunningServices,
): Readonly<Record<string, number | null>> {
  const facts = services.facts();
  return Object.fromEntries(
    registry.all().flatMap(({ name, port }) => {
      if (!port) return [];
      const address = facts.find(({ type, address: at }) => type === name && at)?.address;
      return [[port.runFileField, address?.port ?? null]];
    }),
  );
}

/** The services that listen somewhere, or could. */
export function reachableServices(services: RunningServices): readonly ReachableService[] {
  return services.facts().flatMap(({ id, address }) => {
    const definition = services.definitionOf(id);
    return definition?.port ? [{ id, title: definition.title, url: address?.url ?? null }] : [];
  });
}
