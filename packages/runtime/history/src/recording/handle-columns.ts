/** What the recorder knows of each tag, by its handle: columns, since there may be 500,000. */
export class HandleColumns {
  /** Under which the store knows it; 0: it is not kept. */
  numbers = new Uint32Array(0);
  isBanded = new Uint8Array(0);
  /** Of what was kept last: its source time, its time in history, its status. */
  lastSource = new Float64Array(0);
  lastAt = new Float64Array(0);
  lastStatus = new Uint32Array(0);
  maxInterval = new Float64Array(0);
  #size = 0;

  /** Handles that are kept. */
  get size(): number {
    return this.#size;
  }

  number(handle: number): number {
    return handle < this.numbers.length ? this.numbers[handle] : 0;
  }

  set(handle: number, number: number, maxIntervalMs: number, isBanded: boolean): void {
    if (handle >= this.numbers.length) this.#grow(Math.max(handle + 1, 2 * this.numbers.length, 1_024));
    if (this.numbers[handle] === 0) {
      this.#size += 1;
      this.lastSource[handle] = NaN;
      this.lastAt[handle] = -Infinity;
    }
    this.numbers[handle] = number;
    this.isBanded[handle] = isBanded ? 1 : 0;
    this.maxInterval[handle] = maxIntervalMs;
  }

  /** The number that it had; 0: none. */
  clear(handle: number): number {
    const number = this.number(handle);
    if (number === 0) return 0;
    this.numbers[handle] = 0;
    this.isBanded[handle] = 0;
    this.#size -= 1;
    return number;
  }

  /** Those of which nothing was kept for as long as they say. */
  quiet(nowMs: number): Uint32Array {
    const found: number[] = [];
    for (let handle = 0; handle < this.numbers.length; handle += 1) {
      if (this.numbers[handle] > 0 && nowMs - this.lastAt[handle] >= this.maxInterval[handle]) found.push(handle);
    }
    return Uint32Array.from(found);
  }

  #grow(length: number): void {
    const grown = <T extends Uint32Array | Uint8Array | Float64Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.numbers = grown(new Uint32Array(length), this.numbers);
    this.isBanded = grown(new Uint8Array(length), this.isBanded);
    this.lastSource = grown(new Float64Array(length), this.lastSource);
    this.lastAt = grown(new Float64Array(length), this.lastAt);
    this.lastStatus = grown(new Uint32Array(length), this.lastStatus);
    this.maxInterval = grown(new Float64Array(length), this.maxInterval);
  }
}
