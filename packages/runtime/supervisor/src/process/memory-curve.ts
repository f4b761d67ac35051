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
 * The memory of one process over its last 15 minutes, in at most 1,000 samples: when they come faster than it has room for, the
 * curve gets coarser instead of shorter. The newest sample is always in it.
 */
export class MemoryCurve {
  #samples: MemorySample[] = [];
  #spacingMs = 0;

  add(sample: MemorySample): void {
    const [beforeLast, last] = this.#samples.slice(-2);
    if (last && last.timeMs - beforeLast.timeMs < this.#spacingMs) this.#samples.pop();
    this.#samples.push(sample);
    if (this.#samples.length > capacity) this.#makeRoom(sample.timeMs);
  }

  /** Oldest first. */
  list(nowMs: number): readonly MemorySample[] {
    return this.#samples.filter(({ timeMs }) => nowMs - timeMs <= keptMs);
  }

  #makeRoom(nowMs: number): void {
    this.#samples = this.#samples.filter(({ timeMs }) => nowMs - timeMs <= keptMs);
    if (this.#samples.length <= capacity) return;
    this.#spacingMs = (2 * (nowMs - this.#samples[0].timeMs)) / capacity;
    this.#samples = spaced(this.#samples, this.#spacingMs);
  }
}

/** So many samples that two neighbours are at least so far apart; the first and the last stay. */
function spaced(samples: readonly MemorySample[], spacingMs: number): MemorySample[] {
  const kept = [samples[0]];
  for (const sample of samples.slice(1, -1)) {
    if (sample.timeMs - kept[kept.length - 1].timeMs >= spacingMs) kept.push(sample);
  }
  return [...kept, samples[samples.length - 1]];
}
