import type { Clock } from '@fieldwarden/core';

/** One of those who share the event loop. */
export interface Party {
  /** What its turns took so far, in ms; kept by `Turns`. */
  usedMs: number;
  /** One piece of its work, at most some 20 ms. Whether there is more. Never throws. */
  takeTurn(): boolean;
}

/** In one round of the event loop, so that what else it does in a round is not done between any two turns. */
const turnsPerRound = 16;
const maxRoundMs = 20;

/**
 * Gives those who have work one turn after the other: always whoever has used least of it so far. So a stranger who asks for much waits for
 * himself, and one who comes with a small question is answered next.
 */
export class Turns {
  readonly #clock: Clock;
  readonly #waiting = new Set<Party>();
  #isScheduled = false;
  /** Of whoever had the last turn: what a newcomer begins with, so that idleness is no credit. */
  #floorMs = 0;
  #current: { readonly party: Party; readonly startedAtMs: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Called whenever there may be work. */
  want(party: Party): void {
    if (!this.#waiting.has(party)) {
      party.usedMs = Math.max(party.usedMs, this.#floorMs);
      this.#waiting.add(party);
    }
    if (!this.#isScheduled) this.#scheduleRound();
  }

  leave(party: Party): void {
    this.#waiting.delete(party);
  }

  /** What a turn makes ready is done before the next of these callbacks, and counted as the turn's. */
  #scheduleRound(): void {
    this.#isScheduled = true;
    let startedAtMs: number | undefined;
    for (let turn = 0; turn < turnsPerRound; turn += 1) {
      setImmediate(() => {
        const nowMs = this.#settle();
        startedAtMs ??= nowMs;
        if (nowMs - startedAtMs < maxRoundMs) this.#give(nowMs);
      });
    }
    setImmediate(() => {
      this.#settle();
      this.#isScheduled = false;
      if (this.#waiting.size > 0) this.#scheduleRound();
    });
  }

  #give(nowMs: number): void {
    let next: Party | undefined;
    for (const party of this.#waiting) if (!next || party.usedMs < next.usedMs) next = party;
    if (!next) return;
    this.#floorMs = next.usedMs;
    this.#current = { party: next, startedAtMs: nowMs };
    if (!next.takeTurn()) this.#waiting.delete(next);
  }

  #settle(): number {
    const nowMs = this.#clock.monotonicMs();
    if (this.#current) this.#current.party.usedMs += nowMs - this.#current.startedAtMs;
    this.#current = undefined;
    return nowMs;
  }
}
