import type { Clock, Timer } from '@fieldwarden/core';

/** The clock on the wall may be set back or forward: it is looked at again so often. */
const longestWaitMs = 1_000;

/** When calculations are to be evaluated though nothing has changed, by their rank. */
export class Wakes implements Disposable {
  readonly #clock: Clock;
  readonly #wake: () => void;
  /** ms since 1970 UTC; Infinity = never. */
  #atMs = new Float64Array(0);
  #nextMs = Infinity;
  #lastMs: number;
  #timer: Timer | undefined;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
    this.#lastMs = clock.wallMs();
  }

  reset(atMs: Float64Array<ArrayBuffer>): void {
    this.#atMs = atMs;
    this.#nextMs = atMs.reduce((least, each) => Math.min(least, each), Infinity);
  }

  set(rank: number, atMs: number): void {
    this.#atMs[rank] = atMs;
    if (atMs < this.#nextMs) this.#nextMs = atMs;
  }

  /** Calls `due` for each whose time has come; after the clock was set back, for all that wait for a time. */
  take(nowMs: number, due: (rank: number) => void): void {
    const wasSetBack = nowMs < this.#lastMs;
    this.#lastMs = nowMs;
    if (nowMs < this.#nextMs && !wasSetBack) return;
    this.#nextMs = Infinity;
    for (let rank = 0; rank < this.#atMs.length; rank += 1) {
      const atMs = this.#atMs[rank];
      if (atMs === Infinity) continue;
      if (atMs <= nowMs || wasSetBack) {
        this.#atMs[rank] = Infinity;
        due(rank);
      } else if (atMs < this.#nextMs) this.#nextMs = atMs;
    }
  }

  /** Has `wake` called when the next time has come. */
  arm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    if (this.#nextMs === Infinity) return;
    const waitMs = Math.min(longestWaitMs, Math.max(0, this.#nextMs - this.#clock.wallMs()));
    this.#timer = this.#clock.setTimer(this.#wake, waitMs);
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }
}
