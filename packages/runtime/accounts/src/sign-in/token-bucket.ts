import type { Clock } from '@fieldwarden/core';

export interface BucketLimits {
  /** Requests at once. */
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  level: number;
  atMs: number;
}

/** Keys that are remembered; beyond them the one that was quiet for longest is forgotten, and starts full again. */
const maxKeys = 10_000;

/** A token bucket for each key: so many requests at once, and so many per second for ever. */
export class TokenBuckets {
  readonly #limits: BucketLimits;
  readonly #clock: Clock;
  /** In order of last use. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: BucketLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** 0 if the request may go on, else the milliseconds until one may. */
  take(key: string): number {
    const { burst, perSecond } = this.#limits;
    const nowMs = this.#clock.monotonicMs();
    const { level, atMs } = this.#buckets.get(key) ?? { level: burst, atMs: nowMs };
    const filled = Math.min(burst, level + ((nowMs - atMs) / 1_000) * perSecond);
    const left = filled >= 1 ? filled - 1 : filled;
    this.#remember(key, { level: left, atMs: nowMs });
    return filled >= 1 ? 0 : Math.ceil(((1 - filled) / perSecond) * 1_000);
  }

  #remember(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size <= maxKeys) return;
    const [oldest] = this.#buckets.keys();
    this.#buckets.delete(oldest);
  }
}
