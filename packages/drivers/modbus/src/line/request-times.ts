/** Of one more measurement, at least: the mean is that of the last dozens. */
const leastWeight = 1 / 32;

/** How long requests take, by lane, from sending to answer. Milliseconds. */
export class RequestTimes {
  readonly #means: Float64Array;
  readonly #counts: Uint32Array;

  constructor(laneCount: number) {
    this.#means = new Float64Array(laneCount);
    this.#counts = new Uint32Array(laneCount);
  }

  note(lane: number, tookMs: number): void {
    const weight = Math.max(leastWeight, 1 / ++this.#counts[lane]);
    this.#means[lane] += (tookMs - this.#means[lane]) * weight;
  }

  /** 0 before the first answer. */
  meanMs(lane: number): number {
    return this.#means[lane];
  }
}
