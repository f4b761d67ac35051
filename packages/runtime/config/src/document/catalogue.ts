import type { DriverRegistry } from '@fieldwarden/driver';
import type { ServiceRegistry } from '@fieldwarden/service';

/** What a plant can be made of: the driver types and the services that this gateway knows. */
export interface Catalogue {
  readonly drivers: DriverRegistry;
  readonly services: ServiceRegistry;
}
