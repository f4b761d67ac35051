import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ApplyContext } from './apply-plan.js';
import { isAlike } from './plan-apply.js';
import type { Plant } from '../resolve/plant.js';

/**
 * `old`, in which drivers that `next` leaves as they are are the very ones of `next`: `planApply` passes them at a glance. Compares one
 * driver in a turn: all tags of a large plant in one take longer than a scan may wait.
 */
export async function withAlikeDrivers(old: Plant, next: Plant, context: ApplyContext): Promise<Plant> {
  const byId = new Map(next.drivers.map((driver) => [driver.id, driver]));
  const drivers: Plant['drivers'][number][] = [];
  for (const before of old.drivers) {
    const driver = byId.get(before.id);
    drivers.push(driver && isAlike(before, driver, context) ? driver : before);
    await nextTurn();
  }
  return { ...old, drivers };
}
