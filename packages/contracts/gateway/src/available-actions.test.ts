import { expect, it } from 'vitest';
import { availableActions, type OperableDriver } from './available-actions.js';
import { driverActions, driverStates } from './driver-state.js';

const healthy: OperableDriver = { state: 'Healthy', isolation: 'in-process', tier: 'A', crashLoop: 'closed' };
const hosted: OperableDriver = { ...healthy, isolation: 'host' };

it.each<[string, OperableDriver, string]>([
  ['in the gateway', healthy, 'restart reinitialize stop promote'],
  ['in a Host', hosted, 'restart reinitialize recycle stop demote'],
  ['that may not leave its Host', { ...hosted, tier: 'C' }, 'restart reinitialize recycle stop'],
  ['whose devices are away', { ...hosted, state: 'Reconnecting' }, 'restart reinitialize recycle stop demote'],
  ['that begins', { ...healthy, state: 'Initializing' }, 'restart stop promote'],
  ['that is stopped', { ...hosted, state: 'Stopped', crashLoop: 'open' }, 'start'],
  ['that has failed', { ...healthy, state: 'Faulted' }, 'reset restart stop promote'],
  ['that crash-loops', { ...hosted, state: 'Faulted', crashLoop: 'open' }, 'reset restart stop demote'],
  [
    'on trial after a crash loop',
    { ...hosted, crashLoop: 'half-open' },
    'reset restart reinitialize recycle stop demote',
  ],
])('a driver %s is offered what applies', (_what, driver, actions) => {
  expect(availableActions(driver).join(' ')).toBe(actions);
});

it('every action applies to some driver, and every driver has one', () => {
  const all = driverStates.flatMap((state) =>
    [healthy, hosted].flatMap((driver) =>
      (['closed', 'open', 'half-open'] as const).map((crashLoop) => ({ ...driver, state, crashLoop })),
    ),
  );
  expect(new Set(all.flatMap(availableActions))).toEqual(new Set(driverActions));
  for (const driver of all) expect(availableActions(driver)).not.toEqual([]);
});
