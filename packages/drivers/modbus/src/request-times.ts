/** Weight of one more measurement: the mean follows the last dozens. */
const weight = 1 / 32;

/** How long requests take, by lane, from sending to answer. Milliseconds. */
export class RequestTimes {
  readonly #means: Float64Array;

  constructor(laneCount: number) {
    this.#means = new Float64Array(laneCount);
  }

  note(lane: number, tookMs: number): void {
    const mean = this.#means[lane];
    this.#means[lane] = mean === 0 ? tookMs : mean + (tookMs - mean) * weight;
  }

  /** 0 before the first answer. */
  meanMs(lane: number): number {
    return this.#means[lane];
  }
}
