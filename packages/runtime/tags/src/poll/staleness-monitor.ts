import type { Clock, Timer } from '@fieldwarden/core';
import type { TagStore } from '../store/tag-store.js';

const sweepMs = 250;

/** SPEC §8.3: uncertain after three expected intervals; bad after twice that. */
const uncertainAfter = 3;
const badAfter = 6;

/** A sweep later than this says that the gateway itself was stopped, not the devices. */
const ownStallMs = 1_000;

/** Turns tags without updates uncertain, then bad; whatever the reason that nobody updates them. */
export class StalenessMonitor implements Disposable {
  readonly #store: TagStore;
  readonly #clock: Clock;
  #timer: Timer;
  #dueMs: number;

  constructor(store: TagStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#dueMs = clock.monotonicMs() + sweepMs;
    this.#timer = clock.setTimer(() => this.#sweep(), sweepMs);
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  #sweep(): void {
    const nowMs = this.#clock.monotonicMs();
    const wasStopped = nowMs - this.#dueMs >= ownStallMs;
    this.#dueMs = nowMs + sweepMs;
    // First of all: whatever a sweep stumbles over, the next one comes. Without it an old value would stay good.
    this.#timer = this.#clock.setTimer(() => this.#sweep(), sweepMs);
    if (!wasStopped) this.#store.markStale({ uncertainAfter, badAfter, slackMs: sweepMs });
  }
}
