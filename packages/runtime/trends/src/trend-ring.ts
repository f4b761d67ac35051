import type { StatusCode, TagValue } from '@fieldwarden/core';

/** One sample: the latest value of its second. */
export interface TrendPoint {
  /** ms since 1970 UTC. */
  readonly sourceAtMs: number;
  readonly value: TagValue | null;
  readonly status: StatusCode;
}

const firstCapacity = 16;

/** Of one sample: value, source time, status. */
export const sampleBytes = 8 + 8 + 4;

/** The last samples of one tag whose values are numbers, oldest first; grows to its capacity and then forgets the oldest. */
export class TrendRing {
  readonly #capacity: number;
  #values = new Float64Array(0);
  #sourceTimes = new Float64Array(0);
  #statuses = new Uint32Array(0);
  #start = 0;
  #length = 0;
  #forgot = false;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get bytes(): number {
    return this.#values.length * sampleBytes;
  }

  /** True once samples were forgotten: it reaches back to its oldest one only. */
  get forgot(): boolean {
    return this.#forgot;
  }

  /** -Infinity before the first sample. */
  get lastAtMs(): number {
    return this.#length === 0 ? -Infinity : this.#sourceTimes[this.#at(this.#length - 1)];
  }

  get lastStatus(): StatusCode | undefined {
    return this.#length === 0 ? undefined : this.#statuses[this.#at(this.#length - 1)];
  }

  /** `value` NaN stands for no value. A sample of the same second as the last one takes its place. */
  record(sourceAtMs: number, value: number, status: StatusCode): void {
    const last = this.#length > 0 ? this.#at(this.#length - 1) : -1;
    const isSameSecond = last >= 0 && Math.floor(this.#sourceTimes[last] / 1_000) === Math.floor(sourceAtMs / 1_000);
    const at = isSameSecond ? last : this.#next();
    this.#values[at] = value;
    this.#sourceTimes[at] = sourceAtMs;
    this.#statuses[at] = status;
  }

  /** Calls `visit` for each sample, oldest first. */
  forEach(visit: (sourceAtMs: number, value: number, status: StatusCode) => void): void {
    for (let i = 0; i < this.#length; i += 1) {
      const at = this.#at(i);
      visit(this.#sourceTimes[at], this.#values[at], this.#statuses[at]);
    }
  }

  #at(i: number): number {
    const at = this.#start + i;
    return at < this.#values.length ? at : at - this.#values.length;
  }

  #next(): number {
    if (this.#length === this.#values.length) this.#makeRoom();
    this.#length += 1;
    return this.#at(this.#length - 1);
  }

  #makeRoom(): void {
    const size = this.#values.length;
    if (size === this.#capacity) {
      this.#start = this.#at(1);
      this.#length -= 1;
      this.#forgot = true;
      return;
    }
    const larger = Math.min(this.#capacity, Math.max(firstCapacity, size * 2));
    const values = new Float64Array(larger);
    const sourceTimes = new Float64Array(larger);
    const statuses = new Uint32Array(larger);
    values.set(this.#values); // it has never wrapped: a ring that grows begins at 0
    sourceTimes.set(this.#sourceTimes);
    statuses.set(this.#statuses);
    [this.#values, this.#sourceTimes, this.#statuses] = [values, sourceTimes, statuses];
  }
}
