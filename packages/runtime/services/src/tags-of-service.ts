import type { PlantService } from '@fieldwarden/config';
import type { ServiceRegistry, ServiceTag } from '@fieldwarden/service';

/** What the settings of a service bring; of one that is off, nothing. One that is refused may have settings that fit no more. */
export function tagsOfService(
  { name, use, enabled, settings }: PlantService,
  registry: Pick<ServiceRegistry, 'get'>,
): readonly ServiceTag[] {
  if (use !== null || !enabled) return [];
  try {
    return registry.get(name)?.tags?.(settings) ?? [];
  } catch {
    return [];
  }
}
