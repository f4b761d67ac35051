import type { DriverAction, DriverState } from './driver-state.js';

/** What decides whether an action means anything for a driver now. */
export interface OperableDriver {
  readonly state: DriverState;
  readonly isolation: 'in-process' | 'host';
  readonly tier: 'A' | 'B' | 'C';
  readonly crashLoop: 'closed' | 'open' | 'half-open';
}

/** Menus offer what applies (SPEC §3.4), the most useful first. What does not is refused by the gateway, or does nothing. */
const applies: readonly (readonly [DriverAction, (driver: OperableDriver) => boolean])[] = [
  ['start', ({ state }) => state === 'Stopped'],
  ['reset', ({ state, crashLoop }) => state !== 'Stopped' && (state === 'Faulted' || crashLoop !== 'closed')],
  ['restart', ({ state }) => state !== 'Stopped'],
  ['reinitialize', ({ state }) => state === 'Healthy' || state === 'Degraded' || state === 'Reconnecting'],
  ['recycle', ({ state, isolation }) => isolation === 'host' && state !== 'Stopped' && state !== 'Faulted'],
  ['stop', ({ state }) => state !== 'Stopped'],
  ['promote', ({ state, isolation }) => isolation === 'in-process' && state !== 'Stopped'],
  ['demote', ({ state, isolation, tier }) => isolation === 'host' && tier !== 'C' && state !== 'Stopped'],
];

export function availableActions(driver: OperableDriver): readonly DriverAction[] {
  return applies.flatMap(([action, isSensible]) => (isSensible(driver) ? [action] : []));
}
