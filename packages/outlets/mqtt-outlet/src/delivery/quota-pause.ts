import type { Clock, Timer } from '@fieldwarden/core';
import { backOffMs } from '@fieldwarden/mqtt-link';

export interface QuotaPauseDependencies {
  readonly clock: Pick<Clock, 'setTimer'>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** The pause is over. */
  readonly resume: () => void;
}

/**
 * A broker whose quota is used up takes nothing more for a while (MQTT 5, 3.4.2.1: 0x97). Then nothing is sent for 0.25 s, each time twice as
 * long up to 30 s, and after it one message at a time until one is taken.
 */
export class QuotaPause {
  readonly #deps: QuotaPauseDependencies;
  #timer: Timer | undefined;
  #failures = 0;

  constructor(deps: QuotaPauseDependencies) {
    this.#deps = deps;
  }

  /** Nothing is to be sent. */
  get isHolding(): boolean {
    return this.#timer !== undefined;
  }

  /** Whether it takes messages again is not known yet. */
  get isCareful(): boolean {
    return this.#failures > 0;
  }

  /** All of a window may be put off: that is one pause. */
  deferred(): void {
    if (this.#timer) return;
    this.#failures += 1;
    const { clock, random, resume } = this.#deps;
    const end = (): void => {
      this.#timer = undefined;
      resume();
    };
    this.#timer = clock.setTimer(end, backOffMs(this.#failures, random));
  }

  /** What was under way when the pause began says nothing about its end. */
  acknowledged(): void {
    if (!this.#timer) this.#failures = 0;
  }

  /** The connection ended. */
  reset(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#failures = 0;
  }
}
