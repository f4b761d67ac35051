export interface BackoffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
  /** Share of the wait by which it may be longer or shorter. */
  readonly jitter: number;
}

/** Wait before the next attempt after `failures` (≥ 1) in a row. `random` in [0, 1). */
export function backoffMs({ initialMs, maxMs, jitter }: BackoffOptions, failures: number, random: number): number {
  // 2 ** 30 times any wait is beyond maxMs; more would only overflow
  const wait = Math.min(maxMs, initialMs * 2 ** Math.min(failures - 1, 30));
  return wait * (1 + jitter * (2 * random - 1));
}
