/** Copies come one right after the other; a message that is the same later is another one. */
const togetherMs = 1_000;
/** Topics that are remembered; beyond it the oldest is forgotten, and a copy of it costs a second look at the same value. */
const maxTopics = 10_000;

interface Delivery {
  readonly payload: Uint8Array;
  readonly isRetained: boolean;
  readonly atMs: number;
  copies: number;
}

/** Tells copies apart that a broker delivers because several filters take a message: `a/+` and `+/b` both take `a/b`. */
export class RepeatedDeliveries {
  readonly #last = new Map<string, Delivery>();

  /** `deliveries`: how many filters take the topic. `nowMs` on the monotonic clock. */
  isCopy(topic: string, payload: Uint8Array, isRetained: boolean, deliveries: number, nowMs: number): boolean {
    if (deliveries < 2) return false;
    const last = this.#last.get(topic);
    if (last && isSame(last, payload, isRetained) && nowMs - last.atMs < togetherMs && last.copies < deliveries) {
      last.copies += 1;
      return true;
    }
    this.#last.delete(topic);
    this.#last.set(topic, { payload: Uint8Array.from(payload), isRetained, atMs: nowMs, copies: 1 });
    if (this.#last.size > maxTopics) this.#last.delete(this.#last.keys().next().value!);
    return false;
  }

  clear(): void {
    this.#last.clear();
  }
}

function isSame(last: Delivery, payload: Uint8Array, isRetained: boolean): boolean {
  return last.isRetained === isRetained && Buffer.compare(last.payload, payload) === 0;
}
