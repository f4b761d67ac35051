/** Pauses between attempts: doubling, capped, ±20 % so that many drivers do not come at once (SPEC §9.6). */
export class Backoff {
  readonly #initialMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #nextMs: number;

  constructor({ initialMs, maxMs }: { readonly initialMs: number; readonly maxMs: number }, random: () => number) {
    this.#initialMs = initialMs;
    this.#maxMs = maxMs;
    this.#random = random;
    this.#nextMs = initialMs;
  }

  next(): number {
    const pauseMs = this.#nextMs;
    this.#nextMs = Math.min(pauseMs * 2, this.#maxMs);
    return pauseMs * (0.8 + 0.4 * this.#random());
  }

  reset(): void {
    this.#nextMs = this.#initialMs;
  }
}
