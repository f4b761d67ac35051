/** SPEC §4.3: what a post-mortem shows. */
const keptMs = 15 * 60_000;
const capacity = 1000;

export interface MemorySample {
  /** On the monotonic clock. */
  readonly timeMs: number;
  readonly privateBytes: number;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
}

/**
 * The memory of one process over its last 15 minutes, in at most 1,000 samples: when they come faster than that, every second
 * one of those held so far is dropped, so that the curve gets coarser instead of shorter.
 */
export class MemoryCurve {
  #samples: MemorySample[] = [];

  add(sample: MemorySample): void {
    this.#samples.push(sample);
    if (this.#samples.length <= capacity) return;
    this.#samples = this.#samples.filter(({ timeMs }) => sample.timeMs - timeMs <= keptMs);
    if (this.#samples.length > capacity) this.#samples = this.#samples.filter((_, index) => index % 2 === 0);
  }

  /** Oldest first. */
  list(nowMs: number): readonly MemorySample[] {
    return this.#samples.filter(({ timeMs }) => nowMs - timeMs <= keptMs);
  }
}
