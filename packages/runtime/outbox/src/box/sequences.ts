/**
 * So many numbers are reserved ahead of use, in the file, and the next to open it begins behind them: none is given twice, even if nothing more could be
 * written. At 20,000 a second they last for two days of a disk that refuses, and there are enough of them for two million crashes.
 */
const reservedAhead = 2 ** 32;

/**
 * The first of a new outbox, by the wall clock: should the file before it have been lost, its numbers are below. Ahead of it would be more than 1,024
 * messages a millisecond.
 */
const perMs = 1_024;

export class Sequences {
  #next: number;
  #reservedTo: number;
  #isGivenBack = false;

  /** `first`: of a new outbox, or behind whatever was reserved. */
  constructor(first: number) {
    this.#next = first;
    this.#reservedTo = first;
  }

  static firstAt(wallMs: number): number {
    return Math.max(1, Math.floor(wallMs)) * perMs;
  }

  get last(): number {
    return this.#next - 1;
  }

  give(): number {
    return this.#next++;
  }

  /** To be written with the next commit. */
  reserve(): number {
    if (this.#isGivenBack) return this.#next;
    if (this.#next > this.#reservedTo - reservedAhead / 2) this.#reservedTo = this.#next + reservedAhead;
    return this.#reservedTo;
  }

  /** Nobody gives any more: what was not used need not be skipped. */
  giveBack(): void {
    this.#isGivenBack = true;
  }
}
