import { setImmediate as afterMicrotasks } from 'node:timers/promises';
import type { Clock, Timer } from '@fieldwarden/core';

interface PendingTimer {
  readonly dueMs: number;
  /** Timers due at the same time run in the order in which they were set. */
  readonly order: number;
  readonly callback: () => void;
}

/**
 * Time that only moves when a test says so: hours pass in microseconds.
 *
 * ```ts
 * const clock = new FakeClock();
 * clock.setTimer(() => seen.push('tick'), 1_000);
 * await clock.advance(1_000); // runs every timer due within that second, in order, and what they awaited
 * ```
 */
export class FakeClock implements Clock {
  #nowMs = 0;
  #wallOffsetMs: number;
  #advancing = false;
  #order = 0;
  readonly #timers = new Set<PendingTimer>();

  /** `wallMs`: what the wall clock shows at monotonic time 0; ms since 1970 UTC. */
  constructor({ wallMs = Date.UTC(2030, 0, 1) }: { wallMs?: number } = {}) {
    this.#wallOffsetMs = wallMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const timer: PendingTimer = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#timers.add(timer);
    return { unref: () => undefined, [Symbol.dispose]: () => void this.#timers.delete(timer) };
  }

  /** Timers set and neither run nor disposed. A part that has been closed leaves 0. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /**
   * Moves both clocks on by `ms`, stopping at every timer that falls due on the way; after each one everything that was
   * only waiting for a promise has run. Timers set on the way run too, if they are due by the end.
   */
  async advance(ms: number): Promise<void> {
    if (this.#advancing)
      throw new Error('FakeClock.advance: the clock is already being advanced; await the first call');
    this.#advancing = true;
    try {
      await this.#advanceTo(this.#nowMs + ms);
    } finally {
      this.#advancing = false;
    }
  }

  /** Moves both clocks on without running a timer, as a blocked event loop does. The overdue timers run at the next `advance`. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }

  /** Steps the wall clock to `wallMs` (ms since 1970 UTC), as an operator or NTP does. Monotonic time and timers don't move. */
  setWall(wallMs: number): void {
    this.#wallOffsetMs = wallMs - this.#nowMs;
  }

  async #advanceTo(targetMs: number): Promise<void> {
    await afterMicrotasks();
    for (let timer = this.#nextDue(targetMs); timer; timer = this.#nextDue(targetMs)) {
      this.#timers.delete(timer);
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      timer.callback();
      await afterMicrotasks();
    }
    this.#nowMs = Math.max(this.#nowMs, targetMs);
  }

  #nextDue(targetMs: number): PendingTimer | undefined {
    let next: PendingTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= targetMs && (!next || isBefore(timer, next))) next = timer;
    }
    return next;
  }
}

function isBefore(a: PendingTimer, b: PendingTimer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
