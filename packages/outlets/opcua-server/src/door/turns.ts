import type { Clock } from '@fieldwarden/core';

/** One of those who share the event loop. */
export interface Party {
  /** What its turns took so far, in ms; kept by `Turns`. */
  usedMs: number;
  /** One piece of its work, at most some 20 ms. Whether there is more. Never throws. */
  takeTurn(): boolean;
}

/**
 * Gives those who have work one turn after the other, one per round of the event loop: always whoever has used least of it so far. So a
 * stranger who asks for much waits for himself, and one who comes with a small question is answered next.
 */
export class Turns {
  readonly #clock: Clock;
  readonly #waiting = new Set<Party>();
  #isScheduled = false;
  /** Of whoever had the last turn: what a newcomer begins with, so that idleness is no credit. */
  #floorMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Called whenever there may be work. */
  want(party: Party): void {
    if (!this.#waiting.has(party)) {
      party.usedMs = Math.max(party.usedMs, this.#floorMs);
      this.#waiting.add(party);
    }
    if (!this.#isScheduled) this.#schedule();
  }

  leave(party: Party): void {
    this.#waiting.delete(party);
  }

  /** The second is called in the same round, after all that the turn made ready: that is counted as the party's, too. */
  #schedule(): void {
    this.#isScheduled = true;
    let party: Party | undefined;
    let startedAtMs = 0;
    setImmediate(() => {
      startedAtMs = this.#clock.monotonicMs();
      party = this.#next();
      if (party && !party.takeTurn()) this.#waiting.delete(party);
    });
    setImmediate(() => {
      if (party) party.usedMs += this.#clock.monotonicMs() - startedAtMs;
      this.#isScheduled = false;
      if (this.#waiting.size > 0) this.#schedule();
    });
  }

  #next(): Party | undefined {
    let next: Party | undefined;
    for (const party of this.#waiting) if (!next || party.usedMs < next.usedMs) next = party;
    if (next) this.#floorMs = next.usedMs;
    return next;
  }
}
