const firstMs = 250;
const longestMs = 30_000;
/** Share of the wait by which it is longer or shorter, so that many gateways don't come back together. */
const jitter = 0.2;

/** A connection that lived so long was one: the next wait is the first again. */
export const steadyMs = 2_000;

/** How long to wait before the next attempt: 0.25 s doubling to 30 s, ±20 %. `failures` is 1 for the first. */
export function backOffMs(failures: number, random: () => number): number {
  const baseMs = Math.min(longestMs, firstMs * 2 ** Math.min(Math.max(0, failures - 1), 16));
  return Math.round(baseMs * (1 - jitter + 2 * jitter * random()));
}

/** When coming back at once does harm: two clients that take each other's place. */
export function longBackOffMs(random: () => number): number {
  return backOffMs(Infinity, random);
}
