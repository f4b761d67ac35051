/** Of one more measurement, at least: the mean is that of the last dozens. */
const leastWeight = 1 / 32;

/** How long requests take, by lane, from sending to answer. Milliseconds. */
export class RequestTimes {
  readonly #byLane = new Map<number, { meanMs: number; count: number }>();

  note(lane: number, tookMs: number): void {
    let times = this.#byLane.get(lane);
    if (!times) this.#byLane.set(lane, (times = { meanMs: 0, count: 0 }));
    const weight = Math.max(leastWeight, 1 / ++times.count);
    times.meanMs += (tookMs - times.meanMs) * weight;
  }

  /** 0 before the first answer. */
  meanMs(lane: number): number {
    return this.#byLane.get(lane)?.meanMs ?? 0;
  }

  forget(lane: number): void {
    this.#byLane.delete(lane);
  }
}
