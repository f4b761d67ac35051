/** Work of one question before others are looked at. */
const stretchMs = 5;

/** How much of something is done at a stretch: so much that it takes some milliseconds. */
export class Stretches {
  #next = 8;
  #beganMs = performance.now();

  get next(): number {
    return this.#next;
  }

  /** Others should have their turn. */
  get isOver(): boolean {
    return performance.now() - this.#beganMs > stretchMs;
  }

  /** `next` was done since `begin`. */
  did(): void {
    const tookMs = performance.now() - this.#beganMs;
    if (tookMs < stretchMs / 2) this.#next *= 2;
    else if (tookMs > 2 * stretchMs) this.#next = Math.max(1, Math.floor(this.#next / 2));
  }

  begin(): void {
    this.#beganMs = performance.now();
  }
}
