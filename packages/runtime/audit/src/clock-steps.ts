import type { Clock, Timer } from '@fieldwarden/core';

/** The wall clock was set, or the machine slept. */
export interface ClockStep {
  /** What it would have shown, ms since 1970 UTC. */
  readonly beforeMs: number;
  readonly afterMs: number;
}

const everyMs = 10_000;

/** More than a clock is slewed in that time: 0.05 % of it. */
const toleranceMs = 1_000;

/** Sees steps of the wall clock: by how much it moves against the monotonic one. */
export class ClockSteps implements Disposable {
  readonly #clock: Clock;
  readonly #onLook: (step: ClockStep | undefined) => void;
  #offsetMs: number;
  #timer: Timer | undefined;

  /** `onLook`: every 10 s, with a step if there was one. */
  constructor(clock: Clock, onLook: (step: ClockStep | undefined) => void) {
    this.#clock = clock;
    this.#onLook = onLook;
    this.#offsetMs = this.#offset();
    this.#schedule();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }

  #schedule(): void {
    this.#timer = this.#clock.setTimer(() => this.#look(), everyMs);
    this.#timer.unref();
  }

  #look(): void {
    const before = this.#offsetMs;
    this.#offsetMs = this.#offset();
    const byMs = this.#offsetMs - before;
    const afterMs = this.#clock.wallMs();
    this.#schedule();
    this.#onLook(Math.abs(byMs) > toleranceMs ? { beforeMs: afterMs - byMs, afterMs } : undefined);
  }

  #offset(): number {
    return this.#clock.wallMs() - this.#clock.monotonicMs();
  }
}
