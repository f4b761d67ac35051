import type { Catalogue } from '@fieldwarden/config';
import { builtInDrivers } from './drivers/built-in-drivers.js';
import { builtInServices } from './services/built-in-services.js';

/** All that a plant can be made of without third parties. */
export function builtInCatalogue(): Catalogue {
  return { drivers: builtInDrivers(), services: builtInServices() };
}
