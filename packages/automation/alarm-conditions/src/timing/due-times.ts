import type { Clock, Timer } from '@fieldwarden/core';

/** Something that wants to be looked at later. */
export interface DueItem {
  /** Where it stands in the heap; -1: nowhere. Belongs to `DueTimes`. */
  place: number;
  /** Monotonic ms. Belongs to `DueTimes`. */
  dueMs: number;
}

/** Many items that fall due, with one timer of the clock for all of them: a heap of due times. */
export class DueTimes<Item extends DueItem> implements Disposable {
  readonly #clock: Clock;
  readonly #fell: (item: Item) => void;
  readonly #heap: Item[] = [];
  #timer: Timer | undefined;
  #armedMs = Infinity;

  constructor(clock: Clock, fell: (item: Item) => void) {
    this.#clock = clock;
    this.#fell = fell;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Infinity: it waits for nothing. */
  set(item: Item, dueMs: number): void {
    if (dueMs === Infinity) {
      if (item.place >= 0) this.#remove(item);
      return;
    }
    const wasMs = item.dueMs;
    item.dueMs = dueMs;
    if (item.place < 0) {
      item.place = this.#heap.length;
      this.#heap.push(item);
      this.#up(item);
    } else if (dueMs < wasMs) this.#up(item);
    else if (dueMs > wasMs) this.#down(item);
    // A timer that comes too early costs one look; it is set anew only when it would come too late.
    if (this.#heap[0].dueMs < this.#armedMs) this.#arm();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#armedMs = Infinity;
    for (const item of this.#heap) item.place = -1;
    this.#heap.length = 0;
  }

  #arm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#armedMs = this.#heap[0].dueMs;
    // Longer than a timer of the system can be: looked at again on the way.
    const delayMs = Math.min(this.#armedMs - this.#clock.monotonicMs(), 0x7fff_ffff);
    this.#timer = this.#clock.setTimer(() => this.#fire(), Math.max(0, delayMs));
  }

  #fire(): void {
    this.#timer = undefined;
    this.#armedMs = Infinity;
    const nowMs = this.#clock.monotonicMs();
    // Only those that are there now: one that is due again at once waits for the next turn.
    for (let left = this.#heap.length; left > 0 && this.#heap.length > 0 && this.#heap[0].dueMs <= nowMs; left -= 1) {
      const item = this.#heap[0];
      this.#remove(item);
      this.#fell(item);
    }
    if (this.#heap.length > 0) this.#arm();
  }

  #remove(item: Item): void {
    const last = this.#heap.pop()!;
    if (last !== item) {
      const wasMs = item.dueMs;
      this.#heap[item.place] = last;
      last.place = item.place;
      if (last.dueMs < wasMs) this.#up(last);
      else this.#down(last);
    }
    item.place = -1;
  }

  #up(item: Item): void {
    while (item.place > 0) {
      const parent = this.#heap[(item.place - 1) >> 1];
      if (parent.dueMs <= item.dueMs) return;
      this.#swap(item, parent);
    }
  }

  #down(item: Item): void {
    for (;;) {
      const left = this.#heap[2 * item.place + 1];
      const right = this.#heap[2 * item.place + 2];
      const child = right !== undefined && right.dueMs < left.dueMs ? right : left;
      if (child === undefined || child.dueMs >= item.dueMs) return;
      this.#swap(item, child);
    }
  }

  #swap(a: Item, b: Item): void {
    [a.place, b.place] = [b.place, a.place];
    this.#heap[a.place] = a;
    this.#heap[b.place] = b;
  }
}
