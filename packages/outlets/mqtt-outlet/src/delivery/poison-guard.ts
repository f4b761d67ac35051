/** A message under way when a connection ended. */
export interface Unsettled {
  readonly sequence: number;
  /** Monotonic. */
  readonly sentAtMs: number;
}

/** A connection that ends so soon after a message went out may have ended because of it. */
const soonMs = 1_000;
const deathsOfPoison = 3;

/**
 * Finds the message that kills every connection: one that a broker can't bear, and for which it hangs up instead of refusing it. After
 * a suspicious end messages go one by one, so that the one under way at the next end is the guilty one and not a neighbour.
 */
export class PoisonGuard {
  #suspect: number | undefined;
  #deaths = 0;
  #isToBlame = false;
  /** Messages that are still to go one by one. */
  #oneByOne = 0;

  get isCareful(): boolean {
    return this.#oneByOne > 0;
  }

  /** The same message was under way at the last two ends or more: it is to blame, not another client with this id. */
  get isToBlame(): boolean {
    return this.#isToBlame;
  }

  settled(sequence: number): void {
    if (this.#oneByOne > 0) this.#oneByOne -= 1;
    if (sequence !== this.#suspect) return;
    this.#suspect = undefined;
    this.#deaths = 0;
  }

  /** A connection ended; `unsettled` oldest first. The sequence of a message that is poison, else undefined. */
  ended(unsettled: readonly Unsettled[], nowMs: number): number | undefined {
    const head = unsettled.at(0);
    this.#isToBlame = false;
    const isSuspicious = unsettled.some(({ sentAtMs }) => nowMs - sentAtMs < soonMs);
    if (!head || !isSuspicious) {
      this.#suspect = undefined;
      this.#deaths = 0;
      return undefined;
    }
    this.#oneByOne = Math.max(this.#oneByOne, unsettled.length);
    this.#deaths = head.sequence === this.#suspect ? this.#deaths + 1 : 1;
    this.#suspect = head.sequence;
    this.#isToBlame = this.#deaths > 1;
    if (this.#deaths < deathsOfPoison) return undefined;
    this.#suspect = undefined;
    this.#deaths = 0;
    return head.sequence;
  }
}
