import type { Clock, Timer } from '@fieldwarden/core';
import { ownStallMs } from './liveness.js';

/** One timer for whatever is due next. It tells for how long this process itself stood still. */
export class DueTimer {
  readonly #clock: Clock;
  readonly #onDue: (nowMs: number, stallMs: number) => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, onDue: (nowMs: number, stallMs: number) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Replaces what was armed before; Infinity arms nothing. */
  arm(dueMs: number): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.setTimer(() => this.#due(dueMs), Math.max(0, dueMs - this.#clock.monotonicMs()));
  }

  #due(dueMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    this.#onDue(nowMs, ownStallMs(dueMs, nowMs));
  }
}
