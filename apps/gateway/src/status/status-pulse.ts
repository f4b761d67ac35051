import type { Clock, Timer } from '@fieldwarden/core';

/** Changes that come faster are seen together; well within the second in which all views of a device have to agree. */
const restMs = 250;

/** Figures that nobody tells of are looked at this often. */
const sampleMs = 1_000;

/** What to look at: those in which something happened, also those that are gone by now; and with `all` every driver there is. */
export interface Look {
  readonly touched: ReadonlySet<string>;
  readonly all: boolean;
}

/**
 * When to look at which driver again: at once when something happened in it, at every driver once a second, and never twice
 * within 250 ms. Whatever happens in between costs an entry in a set.
 */
export class StatusPulse implements Disposable {
  readonly #clock: Clock;
  readonly #look: (what: Look) => void;
  #touched = new Set<string>();
  #all = false;
  #soon: Timer | undefined;
  #sample: Timer;
  #lookedAtMs = -Infinity;

  constructor(clock: Clock, look: (what: Look) => void) {
    this.#clock = clock;
    this.#look = look;
    this.#sample = this.#armSample();
  }

  /** Something that people see may have changed in this driver. */
  touch(driverId: string): void {
    this.#touched.add(driverId);
    this.#lookSoon();
  }

  [Symbol.dispose](): void {
    this.#soon?.[Symbol.dispose]();
    this.#sample[Symbol.dispose]();
  }

  #lookSoon(): void {
    if (this.#soon) return;
    const waitMs = Math.max(0, this.#lookedAtMs + restMs - this.#clock.monotonicMs());
    this.#soon = this.#clock.setTimer(() => this.#lookNow(), waitMs);
  }

  #lookNow(): void {
    this.#soon = undefined;
    this.#lookedAtMs = this.#clock.monotonicMs();
    const what = { touched: this.#touched, all: this.#all };
    this.#all = false;
    this.#touched = new Set();
    this.#look(what);
  }

  #armSample(): Timer {
    return this.#clock.setTimer(() => {
      this.#sample = this.#armSample();
      this.#all = true;
      this.#lookSoon();
    }, sampleMs);
  }
}
