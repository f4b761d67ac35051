/** A random source as a value: the same seed gives the same numbers, and a state that holds one can be copied. */
export type NoiseSeed = number;

export interface Draw {
  /** Uniform in [−1, 1). */
  readonly value: number;
  readonly next: NoiseSeed;
}

/** mulberry32: 32 bits of state, period 2³². */
export function draw(seed: NoiseSeed): Draw {
  const next = (seed + 0x6d2b79f5) >>> 0;
  let h = Math.imul(next ^ (next >>> 15), next | 1);
  h ^= h + Math.imul(h ^ (h >>> 7), h | 61);
  return { value: ((h ^ (h >>> 14)) >>> 0) / 0x8000_0000 - 1, next };
}
