import type { Clock, Timer } from '@fieldwarden/core';

/** A clock that knows which of its timers are pending, whether or not they keep the process alive. */
export class CountedClock implements Clock {
  readonly #clock: Clock;
  readonly #pending = new Set<Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get pendingTimers(): number {
    return this.#pending.size;
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    const due = (): void => {
      this.#pending.delete(timer);
      callback();
    };
    const inner = this.#clock.setTimer(due, delayMs);
    const timer: Timer = {
      unref: () => inner.unref(),
      [Symbol.dispose]: () => {
        this.#pending.delete(timer);
        inner[Symbol.dispose]();
      },
    };
    this.#pending.add(timer);
    return timer;
  }
}
