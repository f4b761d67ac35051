import { tooMany } from '../passwords/password-hasher.js';

const maxKeys = 64;

/** Work of one key goes one after the other. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Rejects with `SIGN_IN_TOO_MANY` where too much is under way. */
  async after<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key);
    if (!before && this.#last.size >= maxKeys) throw tooMany(5_000);
    const turn = (before ?? Promise.resolve()).then(work, work);
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}
