import type { Clock, Timer } from '@fieldwarden/core';

/** A timer that fires so much too late means that this process stood still. */
const stallMs = 10;

/**
 * One timer for many deadlines. A deadline that is met costs nothing: the timer stays where it is, fires at worst once too
 * often, and is then set for whatever is due next.
 *
 * After a stall of our own the event loop runs timers before it looks at sockets. An answer that came during the stall must
 * not be taken for missing, so the callback then waits until the sockets have been looked at.
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
    if (this.#clock.monotonicMs() - this.#atMs < stallMs) return this.#run();
    this.#atMs = -Infinity;
    this.#timer = this.#clock.setTimer(() => this.#run(), 0);
  }

  #run(): void {
    this.#timer = undefined;
    this.#atMs = Infinity;
    this.#callback();
  }
}
