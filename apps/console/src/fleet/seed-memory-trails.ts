import type { Driver } from '@fieldwarden/admin-contract';
import { driverCurves } from '../api/driver-requests.js';
import { memoryTrails } from './memory-trails.js';

/** Asking for more at the start would delay what is being looked at. */
const seededDrivers = 50;

const seeded = new Set<string>();

/** Fills the sparklines with what the gateway remembers: each driver once, one after the other. */
export async function seedMemoryTrails(drivers: readonly Driver[]): Promise<void> {
  for (const { id } of drivers) {
    if (seeded.size >= seededDrivers || seeded.has(id)) continue;
    seeded.add(id);
    try {
      memoryTrails.seed(await driverCurves(id));
    } catch {
      // The sparkline then begins with what this page sees.
    }
  }
}
