import type { Clock, Timer } from '@fieldwarden/core';
import type { StateFile } from './state-file.js';

/** A file that is written at most once per `delayMs`, however often something in it changes. */
export class DebouncedWrite implements Disposable {
  readonly #file: Pick<StateFile<unknown>, 'write'>;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #dueMs = Infinity;

  constructor(file: Pick<StateFile<unknown>, 'write'>, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  /** Something changed that may be lost for so long; the nearest such time counts. */
  within(delayMs: number): void {
    const dueMs = this.#clock.monotonicMs() + delayMs;
    if (dueMs >= this.#dueMs) return;
    this.#timer?.[Symbol.dispose]();
    this.#dueMs = dueMs;
    this.#timer = this.#clock.setTimer(() => this.now(), delayMs);
    this.#timer.unref(); // whoever ends says `now`
  }

  /** Writes what waits; nothing if nothing does. */
  now(): void {
    if (this.#dueMs === Infinity) return;
    this[Symbol.dispose]();
    this.#file.write();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#dueMs = Infinity;
  }
}
