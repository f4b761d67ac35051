import { isAbsolute } from 'node:path';
import type { Plant } from '../resolve/plant.js';

/** The modules of third parties whose code a plant runs, each once. */
export function modulesOf({ drivers, services }: Pick<Plant, 'drivers' | 'services'>): readonly string[] {
  const types = drivers.map(({ type }) => type).filter((type) => isAbsolute(type));
  return [...new Set([...types, ...services.flatMap(({ use }) => use ?? [])])];
}
