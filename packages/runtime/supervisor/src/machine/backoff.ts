import type { SupervisionPolicy } from './supervision-settings.js';

/**
 * Wait before respawn number `step` (0 = first after a quiet time). Doubles up to the cap; the spread comes after the cap, so that
 * Hosts that all stand at the cap do not start at one moment. `random` in [0, 1). SPEC §4.4.
 */
export function backoffDelayMs(step: number, { backoff }: SupervisionPolicy, random: number): number {
  const plainMs = Math.min(backoff.maxMs, backoff.initialMs * 2 ** Math.min(step, 40));
  return plainMs * (1 + backoff.jitter * (2 * random - 1));
}

/** Whether a Host was ready for so long that its next crash counts as the first. */
export function isBackoffForgiven(readyForMs: number, lastDelayMs: number, { backoff }: SupervisionPolicy): boolean {
  return readyForMs >= Math.max(backoff.resetMs, 2 * lastDelayMs);
}
