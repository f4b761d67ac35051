const initialMs = 100;
const maxMs = 5_000;

/** Full-jitter exponential: uniform in [half, whole] of 100 ms × 2^attempt, at most 5 s. `attempt` counts from 0. */
export function retryDelayMs(attempt: number, random: () => number): number {
  const wholeMs = Math.min(initialMs * 2 ** attempt, maxMs);
  return wholeMs * (0.5 + 0.5 * random());
}
