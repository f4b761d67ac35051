import type { Clock } from '@fieldwarden/core';

/**
 * Counts how long messages wait. While the gateway runs it goes with the monotonic clock, so that no step of the wall clock makes anything old or
 * young; over a restart it goes on by what the wall clock has moved on, never back.
 */
export class AgeClock {
  readonly #clock: Clock;
  readonly #startMs: number;

  constructor(clock: Clock, last: { readonly clockMs: number; readonly wallMs: number } | undefined) {
    this.#clock = clock;
    const downMs = last ? Math.max(0, clock.wallMs() - last.wallMs) : 0;
    this.#startMs = (last?.clockMs ?? 0) + downMs - clock.monotonicMs();
  }

  nowMs(): number {
    return this.#startMs + this.#clock.monotonicMs();
  }
}
