import type { Clock, Timer } from '@fieldwarden/core';

/**
 * One timer for many deadlines. A deadline that is met costs nothing: the timer stays where it is, fires at worst once too
 * often, and is then set for whatever is due next.
 */
export class WakeUp implements Disposable {
  readonly #clock: Clock;
  readonly #callback: () => void;
  #timer: Timer | undefined;
  #atMs = Infinity;

  constructor(clock: Clock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  /** The callback will run at this time or earlier, on the monotonic clock. */
  by(atMs: number): void {
    if (atMs >= this.#atMs) return;
    this.#timer?.[Symbol.dispose]();
    this.#atMs = atMs;
    this.#timer = this.#clock.setTimer(() => this.#fire(), Math.max(0, atMs - this.#clock.monotonicMs()));
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#atMs = Infinity;
  }

  #fire(): void {
    this.#timer = undefined;
    this.#atMs = Infinity;
    this.#callback();
  }
}
