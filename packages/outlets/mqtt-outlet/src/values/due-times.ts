import type { Clock, Timer } from '@fieldwarden/core';

/** Things that are due after the same time each, on one timer: the first to be put is the first to be due. */
export class DueTimes<T> implements Disposable {
  readonly #clock: Clock;
  readonly #onDue: (things: readonly T[]) => void;
  readonly #dueMs = new Map<T, number>();
  #timer: Timer | undefined;

  constructor(clock: Clock, onDue: (things: readonly T[]) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Begins anew for what is there already. `dueMs` is monotonic, and not before that of any other. */
  put(thing: T, dueMs: number): void {
    this.#dueMs.delete(thing);
    this.#dueMs.set(thing, dueMs);
    this.#arm();
  }

  delete(thing: T): void {
    this.#dueMs.delete(thing);
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#dueMs.clear();
  }

  #arm(): void {
    if (this.#timer) return;
    const first = this.#dueMs.values().next();
    if (first.done) return;
    this.#timer = this.#clock.setTimer(() => this.#look(), Math.max(0, first.value - this.#clock.monotonicMs()));
    this.#timer.unref();
  }

  #look(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.monotonicMs();
    const due: T[] = [];
    for (const [thing, dueMs] of this.#dueMs) {
      if (dueMs > nowMs) break;
      this.#dueMs.delete(thing);
      due.push(thing);
    }
    if (due.length > 0) this.#onDue(due);
    this.#arm();
  }
}
