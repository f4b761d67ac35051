import type { ServiceTable } from '@fieldwarden/service';
import type { DeadLetter } from './queued.js';

/** Most that are kept; the oldest go first. */
const maxKept = 100;

/** What nobody got, for people to look at. */
export class DeadLetters {
  readonly #table: ServiceTable;
  /** Oldest first. */
  readonly #letters: [key: string, letter: DeadLetter][];
  #added = 0;

  constructor(table: ServiceTable, kept: readonly (readonly [string, unknown])[]) {
    this.#table = table;
    this.#letters = kept
      .map(([key, letter]): [string, DeadLetter] => [key, letter as DeadLetter])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  get size(): number {
    return this.#letters.length;
  }

  /** Newest first. */
  all(): readonly DeadLetter[] {
    return this.#letters.map(([, letter]) => letter).reverse();
  }

  add(letter: DeadLetter): void {
    const key = `${letter.at}-${String(this.#added++).padStart(6, '0')}`;
    this.#letters.push([key, letter]);
    this.#table.put(key, letter);
    for (const [old] of this.#letters.splice(0, Math.max(0, this.#letters.length - maxKept))) this.#table.delete(old);
  }
}
