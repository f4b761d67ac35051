import type { Clock, Timer } from '@fieldwarden/core';

/** Something that ends at a time; links are the list's own business. */
export abstract class DeadlineEntry {
  /** On the clock's monotonicMs. */
  abstract readonly expiresAtMs: number;
  list: DeadlineList | undefined;
  previous: DeadlineEntry | undefined;
  next: DeadlineEntry | undefined;

  /** Its time has come; the entry is in no list any more. */
  abstract expire(): void;
}

/**
 * The deadlines of many calls that almost all end long before them. Calls with the same time-out end in the order in which they
 * began, so that each time-out needs a list, one timer for its head, and no more than two links per call.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #lists = new Map<number, DeadlineList>();
  /** Where the last call went: most calls of a device are scans with one time-out. */
  #recent: DeadlineList | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `entry.expiresAtMs` is `timeoutMs` from now. */
  add(entry: DeadlineEntry, timeoutMs: number): void {
    if (this.#recent?.timeoutMs !== timeoutMs) this.#recent = this.#listOf(timeoutMs);
    this.#recent.add(entry);
  }

  remove(entry: DeadlineEntry): void {
    entry.list?.remove(entry);
  }

  /** Stops timers that nobody waits for. */
  dispose(): void {
    for (const list of this.#lists.values()) list.stopIfEmpty();
  }

  #listOf(timeoutMs: number): DeadlineList {
    let list = this.#lists.get(timeoutMs);
    if (!list) {
      list = new DeadlineList(timeoutMs, this.#clock, () => this.#ended(timeoutMs));
      this.#lists.set(timeoutMs, list);
    }
    return list;
  }

  #ended(timeoutMs: number): void {
    this.#lists.delete(timeoutMs);
    this.#recent = undefined;
  }
}

class DeadlineList {
  readonly timeoutMs: number;
  readonly #clock: Clock;
  readonly #ended: () => void;
  #head: DeadlineEntry | undefined;
  #tail: DeadlineEntry | undefined;
  #timer: Timer | undefined;

  constructor(timeoutMs: number, clock: Clock, ended: () => void) {
    this.timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#ended = ended;
  }

  add(entry: DeadlineEntry): void {
    entry.list = this;
    entry.previous = this.#tail;
    if (this.#tail) this.#tail.next = entry;
    else this.#head = entry;
    this.#tail = entry;
    if (!this.#timer) this.#arm(entry);
  }

  remove(entry: DeadlineEntry): void {
    const { previous, next } = entry;
    if (previous) previous.next = next;
    else this.#head = next;
    if (next) next.previous = previous;
    else this.#tail = previous;
    entry.list = entry.previous = entry.next = undefined;
  }

  stopIfEmpty(): void {
    if (this.#head) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#ended();
  }

  /** The timer outlives the call that it was set for: it costs less to let it run out than to set one per call. */
  #arm({ expiresAtMs }: DeadlineEntry): void {
    const delayMs = Math.max(0, Math.ceil(expiresAtMs - this.#clock.monotonicMs()));
    this.#timer = this.#clock.setTimer(() => this.#due(), delayMs);
    this.#timer.unref();
  }

  #due(): void {
    const nowMs = this.#clock.monotonicMs();
    try {
      for (let head = this.#head; head && head.expiresAtMs <= nowMs; head = this.#head) {
        this.remove(head);
        head.expire();
      }
    } finally {
      if (this.#head) this.#arm(this.#head);
      else this.stopIfEmpty();
    }
  }
}
