import { type LinePlcs, linePlant } from '../line-plant.js';

const monkeyTags = [{ path: 'chaos/counter', address: 'counter', dataType: 'uint32', scanMs: 250 }];

/** Three failed starts open the crash loop, the fourth works: as if somebody had mended it meanwhile. */
function oneThatCannotStart(counterFile: string): object {
  return {
    id: 'chaos',
    type: 'chaos',
    options: { failStart: { exit: 1 }, failFirstStarts: 3, counterFile },
    supervision: {
      startBudgetMs: 5_000,
      backoff: { initialMs: 10, maxMs: 50 },
      crashLoop: { crashes: 3, windowMs: 60_000 },
    },
    devices: [{ id: 'monkey', tags: monkeyTags }],
  };
}

interface DriverEntry {
  readonly id: string;
}

/** The line, whose press takes a while to come back, so that a person sees it gone; and a driver in a crash loop. */
export function operatedPlant(plcs: LinePlcs, counterFile: string, more: readonly object[] = []): object {
  const { drivers, ...plant } = linePlant(plcs) as { readonly drivers: readonly DriverEntry[] };
  const slowly = { supervision: { backoff: { initialMs: 1_500 } } };
  return {
    ...plant,
    drivers: [
      ...drivers.map((driver) => (driver.id === 'press' ? { ...driver, ...slowly } : driver)),
      oneThatCannotStart(counterFile),
      ...more,
    ],
  };
}
