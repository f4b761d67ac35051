import type { DriverAction } from '@fieldwarden/gateway-contract';

export interface MonitAction {
  readonly key: string;
  readonly action: DriverAction;
  readonly description: string;
  /** Values stop coming for a while: asked back before it is done. */
  readonly interrupts: boolean;
}

/** What keys do to the selected driver, in the order of the menu. */
export const monitActions: readonly MonitAction[] = [
  { key: 'r', action: 'restart', description: 'stop it and start it again', interrupts: true },
  { key: 'c', action: 'recycle', description: 'replace its Host by a new one', interrupts: true },
  { key: 'x', action: 'reset', description: 'close its crash-loop breaker and try again', interrupts: false },
  { key: 's', action: 'stop', description: 'stop it; its tags turn Bad', interrupts: true },
  { key: 'S', action: 'start', description: 'start it', interrupts: false },
  { key: 'p', action: 'promote', description: 'move it into a Host of its own', interrupts: true },
  { key: 'd', action: 'demote', description: 'move it back into the gateway', interrupts: true },
  { key: 'i', action: 'reinitialize', description: 'make its connections anew', interrupts: true },
];
