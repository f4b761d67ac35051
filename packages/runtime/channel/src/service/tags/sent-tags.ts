import type { CarriedColumns } from './tag-columns.js';

/** Which tags a Host knows, and with what it was told of each last: 25 bytes a tag. */
export class SentTags {
  #known = new Uint8Array(0);
  #values = new Float64Array(0);
  #sourceTimes = new Float64Array(0);
  #serverTimes = new Float64Array(0);

  /** One more than the greatest handle that there was, or more. */
  get end(): number {
    return this.#known.length;
  }

  grow(end: number): void {
    if (end <= this.#known.length) return;
    const capacity = Math.max(end, Math.ceil(this.#known.length * 1.25));
    this.#known = copied(new Uint8Array(capacity), this.#known);
    this.#values = copied(new Float64Array(capacity), this.#values);
    this.#sourceTimes = copied(new Float64Array(capacity), this.#sourceTimes);
    this.#serverTimes = copied(new Float64Array(capacity), this.#serverTimes);
  }

  has(handle: number): boolean {
    return this.#known[handle] === 1;
  }

  /** `grow` went before. */
  add(handle: number): void {
    this.#known[handle] = 1;
  }

  /** False: the Host does not know it. */
  delete(handle: number): boolean {
    if (this.#known[handle] !== 1) return false;
    this.#known[handle] = 0;
    return true;
  }

  /** The first `count` rows are on their way. */
  note({ handles, values, sourceTimes, serverTimes }: CarriedColumns, count: number): void {
    for (let row = 0; row < count; row += 1) {
      const handle = handles[row];
      this.#values[handle] = values[row];
      this.#sourceTimes[handle] = sourceTimes[row];
      this.#serverTimes[handle] = serverTimes[row];
    }
  }

  /**
   * Moves the handles whose number or times are others than those that were sent to the front of `columns.handles`; returns how many.
   * Status and object never change without a word.
   */
  keepDiffering({ handles, values, sourceTimes, serverTimes }: CarriedColumns, count: number): number {
    let kept = 0;
    for (let row = 0; row < count; row += 1) {
      const handle = handles[row];
      if (
        this.#serverTimes[handle] !== serverTimes[row] ||
        this.#sourceTimes[handle] !== sourceTimes[row] ||
        !Object.is(this.#values[handle], values[row])
      ) {
        handles[kept++] = handle;
      }
    }
    return kept;
  }
}

function copied<Column extends Float64Array | Uint8Array>(target: Column, source: Column): Column {
  target.set(source);
  return target;
}
