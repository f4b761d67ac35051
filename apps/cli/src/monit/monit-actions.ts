import type { Driver } from '@fieldwarden/admin-contract';
import { availableActions, type DriverAction } from '@fieldwarden/gateway-contract';

export interface MonitAction {
  readonly key: string;
  readonly action: DriverAction;
  readonly description: string;
  /** Values stop coming for a while: asked back before it is done. */
  readonly interrupts: boolean;
  /** Why its key does nothing where the menu does not offer it. */
  readonly otherwise: string;
}

const stopped = 'it is stopped';

/** What keys do to the selected driver, in the order of the menu. */
export const monitActions: readonly MonitAction[] = [
  { key: 'r', action: 'restart', description: 'stop it and start it again', interrupts: true, otherwise: stopped },
  {
    key: 'c',
    action: 'recycle',
    description: 'replace its Host by a new one',
    interrupts: true,
    otherwise: 'it has no Host that runs',
  },
  {
    key: 'x',
    action: 'reset',
    description: 'close its crash-loop breaker and try again',
    interrupts: false,
    otherwise: 'its crash-loop breaker is closed',
  },
  { key: 's', action: 'stop', description: 'stop it; its tags turn Bad', interrupts: true, otherwise: stopped },
  { key: 'S', action: 'start', description: 'start it', interrupts: false, otherwise: 'it is not stopped' },
  {
    key: 'p',
    action: 'promote',
    description: 'move it into a Host of its own',
    interrupts: true,
    otherwise: 'it has a Host of its own, or is stopped',
  },
  {
    key: 'd',
    action: 'demote',
    description: 'move it back into the gateway',
    interrupts: true,
    otherwise: 'it is in the gateway, may not be, or is stopped',
  },
  {
    key: 'i',
    action: 'reinitialize',
    description: 'make its connections anew',
    interrupts: true,
    otherwise: 'it has no connections',
  },
];

/** Those that apply to the driver now, in the order of the menu; none without one. */
export function actionsFor(driver: Driver | undefined): readonly MonitAction[] {
  const available = driver ? availableActions(driver) : [];
  return monitActions.filter(({ action }) => available.includes(action));
}
