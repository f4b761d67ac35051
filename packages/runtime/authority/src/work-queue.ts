import { delay, type Clock } from '@fieldwarden/core';
import { closed, tooManyWaiting } from './authority-errors.js';

/** Changes of one site that may wait for the one under way. */
const maxWaiting = 64;

/**
 * One change of a site after the other, and a close that waits for what has begun. What still waits when it is closed is
 * rejected without having begun.
 */
export class WorkQueue {
  readonly #sites = new Map<string, { last: Promise<unknown>; waiting: number }>();
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Rejects with `AUTHORITY_CLOSED` or `AUTHORITY_OVERLOADED`, or as `work` does. */
  async inTurn<T>(site: string, work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw closed();
    const line = this.#lineOf(site);
    if (line.waiting >= maxWaiting) throw tooManyWaiting(site, line.waiting);
    line.waiting++;
    const result = line.last.then(() => {
      line.waiting--;
      return this.run(work);
    });
    line.last = result.then(forget, forget); // a generation is large, and the next change may be far away
    return result;
  }

  /** Beside all others. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw closed();
    const running = work();
    const settled = running.catch(() => undefined).finally(() => this.#running.delete(settled));
    this.#running.add(settled);
    return await running;
  }

  /** Resolves when all that had begun has ended, or after `graceMs`. Never rejects. */
  async close(clock: Clock, graceMs: number): Promise<void> {
    this.#closed = true;
    const giveUp = new AbortController();
    const grace = delay(clock, graceMs, giveUp.signal).catch(() => undefined);
    await Promise.race([Promise.all(this.#running), grace]);
    giveUp.abort();
  }

  #lineOf(site: string): { last: Promise<unknown>; waiting: number } {
    const line = this.#sites.get(site) ?? { last: Promise.resolve(), waiting: 0 };
    this.#sites.set(site, line);
    return line;
  }
}

function forget(): void {
  // Whoever asked has heard it.
}
