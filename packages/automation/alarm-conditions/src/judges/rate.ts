import type { Finding } from './finding.js';

/** Samples that are kept of one window; what comes closer together than a part of it is one. */
const parts = 128;

/**
 * How fast a value changes: its change over the last `windowMs`, per second. A value holds until the next one. Until the window is full
 * the first value stands for what was before, so that a restart is no jump. Times are those of the source, in ms.
 */
export class RateWindow {
  readonly #windowMs: number;
  /** A ring: begins at `#first`, holds `#count`. */
  readonly #timesMs = new Float64Array(parts + 2);
  readonly #values = new Float64Array(parts + 2);
  #first = 0;
  #count = 0;
  #last = NaN;
  #lastMs = -Infinity;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  clear(): void {
    this.#count = 0;
    this.#lastMs = -Infinity;
  }

  /** Samples older than the last one are left out: a source whose clock was set back begins anew. */
  add(value: number, atMs: number): void {
    if (atMs < this.#lastMs) this.clear();
    this.#last = value;
    this.#lastMs = atMs;
    if (this.#count === 0) this.#put(value, atMs);
    else if (atMs - this.#timesMs[this.#at(this.#count - 1)] >= this.#windowMs / parts) this.#put(value, atMs);
  }

  /** Per second; 0 before the first value. */
  perS(nowMs: number): number {
    this.#forget(nowMs);
    if (this.#count === 0) return 0;
    return ((this.#last - this.#values[this.#first]) / this.#windowMs) * 1_000;
  }

  /** When it is another one though no value comes; Infinity: never. */
  wakeAtMs(): number {
    if (this.#count > 1) return this.#timesMs[this.#at(1)] + this.#windowMs;
    return this.#count === 1 && this.#values[this.#first] !== this.#last ? this.#lastMs + this.#windowMs : Infinity;
  }

  /** Keeps the newest of those from before the window: it is what the value was when the window began. */
  #forget(nowMs: number): void {
    const beginsMs = nowMs - this.#windowMs;
    while (this.#count > 1 && this.#timesMs[this.#at(1)] <= beginsMs) {
      this.#first = this.#at(1);
      this.#count -= 1;
    }
    // What came too soon after the oldest to be kept by itself is now all that there is.
    if (this.#count === 1 && this.#lastMs <= beginsMs) this.#values[this.#first] = this.#last;
  }

  #put(value: number, atMs: number): void {
    if (this.#count === this.#timesMs.length) {
      this.#first = this.#at(1);
      this.#count -= 1;
    }
    const at = this.#at(this.#count);
    this.#timesMs[at] = atMs;
    this.#values[at] = value;
    this.#count += 1;
  }

  #at(index: number): number {
    return (this.#first + index) % this.#timesMs.length;
  }
}

/** `high`: it rises by that much and more; `low`: it falls. */
export function judgeRate(perS: number, allowed: number): Finding {
  if (perS >= allowed) return 'high';
  return -perS >= allowed ? 'low' : 'normal';
}
