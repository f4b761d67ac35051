import type { SupervisionPolicy } from './supervision-settings.js';

/** Wait before the next attempt of an open breaker that has made `attempts` so far. The last wait of the list repeats. */
export function halfOpenDelayMs(attempts: number, { crashLoop }: SupervisionPolicy): number {
  const { halfOpenMs } = crashLoop;
  return halfOpenMs[Math.min(attempts, halfOpenMs.length - 1)];
}

/** Whether an attempt held long enough to close the breaker. */
export function isProven(readyForMs: number, { crashLoop }: SupervisionPolicy): boolean {
  return readyForMs >= crashLoop.closeAfterMs;
}
