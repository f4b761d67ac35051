/** Bytes of large bodies that are held at a time, by all requests together: each is there twice for a moment, as bytes and as text. */
export const maxHeldBytes = 96 * 1024 * 1024;

/** What all bodies under way hold. */
export class BodyBudget {
  readonly #maxBytes: number;
  #held = 0;

  constructor(maxBytes = maxHeldBytes) {
    this.#maxBytes = maxBytes;
  }

  get heldBytes(): number {
    return this.#held;
  }

  /** A share of one request, that grows as bytes come in. */
  open(): BodyShare {
    let held = 0;
    return {
      take: (bytes) => {
        if (this.#held + bytes > this.#maxBytes) return false;
        this.#held += bytes;
        held += bytes;
        return true;
      },
      [Symbol.dispose]: () => {
        this.#held -= held;
        held = 0;
      },
    };
  }
}

export interface BodyShare extends Disposable {
  /** False: there is no room for these bytes. */
  take(bytes: number): boolean;
}
