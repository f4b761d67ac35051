import { isDeepStrictEqual } from 'node:util';
import type { PlantService } from '../resolve/plant.js';
import type { ApplyContext, ServiceChange } from './apply-plan.js';

/** What has to be done to the services, in the order in which it is done. */
export function planServices(
  old: readonly PlantService[],
  next: readonly PlantService[],
  { services: registry }: Pick<ApplyContext, 'services'>,
): readonly ServiceChange[] {
  const was = new Map(old.map((service) => [service.id, service]));
  const is = new Map(next.map((service) => [service.id, service]));
  const stays = (service: PlantService): boolean => is.has(service.id) && isSameService(service, is.get(service.id)!);
  const removed = old
    .filter((service) => !stays(service))
    .map(({ id }) => ({ kind: 'remove' as const, serviceId: id }));
  const gone = new Set(removed.map(({ serviceId }) => serviceId));
  const changed: ServiceChange[] = [];
  const added: ServiceChange[] = [];
  for (const service of next) {
    const before = was.get(service.id);
    if (!before || gone.has(service.id)) added.push({ kind: 'add', serviceId: service.id, service });
    else if (!isDeepStrictEqual(before, service)) {
      const definition = registry.get(service.use ?? service.name);
      const sameHome = before.isolation === service.isolation && before.enabled && service.enabled;
      const live =
        isDeepStrictEqual(before.settings, service.settings) ||
        definition?.changesLive?.(before.settings, service.settings) === true;
      changed.push({ kind: 'change', serviceId: service.id, next: service, live: sameHome && live });
    }
  }
  return [...removed, ...changed, ...added];
}

/** Another service under the same id is another service; so is one that can run again. */
function isSameService(before: PlantService, next: PlantService): boolean {
  return before.name === next.name && before.use === next.use && before.refusal === next.refusal;
}
