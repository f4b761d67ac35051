/** Something that waits for its turn on the one connection. */
export interface QueueItem {
  /** Index of the device it concerns. */
  readonly lane: number;
  readonly isWrite: boolean;
  /** On the monotonic clock. */
  readonly deadlineMs: number;
}

/** After so many writes in a row one waiting read gets a turn, so that a stream of writes cannot blind the gateway. */
const maxWritesInARow = 32;

interface Lane<T> {
  readonly writes: T[];
  readonly reads: T[];
  /** Until then the lane yields to others: its device has just cost them a time-out. */
  yieldsUntilMs: number;
  /** Until then its device is not to be asked at all. */
  restsUntilMs: number;
}

/**
 * Who may use the line next: writes before reads, devices in turn, those that were silent just now only when nobody else
 * waits. Bounded. Pure state, no time of its own.
 */
export class FairQueue<T extends QueueItem> {
  readonly #lanes: readonly Lane<T>[];
  readonly #capacity: number;
  #size = 0;
  #reads = 0;
  #lastLane = -1;
  #writesInARow = 0;

  constructor(laneCount: number, capacity: number) {
    this.#lanes = Array.from({ length: laneCount }, () => ({
      writes: [],
      reads: [],
      yieldsUntilMs: -Infinity,
      restsUntilMs: -Infinity,
    }));
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  /** False when the queue is full. */
  push(item: T): boolean {
    if (this.#size >= this.#capacity) return false;
    this.#rowOf(item).push(item);
    this.#count(item, 1);
    return true;
  }

  /** Back to the head of its lane: it has more to send. Always fits, because it came out of here. */
  putBack(item: T): void {
    this.#rowOf(item).unshift(item);
    this.#count(item, 1);
  }

  /** Undefined when nobody waits, or when everybody who does rests: see `earliestRestEndMs`. */
  next(nowMs: number): T | undefined {
    const readIsDue = this.#writesInARow >= maxWritesInARow && this.#reads > 0;
    const isEager = (lane: Lane<T>): boolean => lane.restsUntilMs <= nowMs && lane.yieldsUntilMs <= nowMs;
    const isRested = (lane: Lane<T>): boolean => lane.restsUntilMs <= nowMs;
    const item =
      (readIsDue ? this.#take('reads', isEager) : undefined) ??
      this.#take('writes', isEager) ??
      this.#take('reads', isEager) ??
      this.#take('writes', isRested) ??
      this.#take('reads', isRested);
    if (item) this.#writesInARow = item.isWrite ? this.#writesInARow + 1 : 0;
    return item;
  }

  /** True if it was waiting here. */
  remove(item: T): boolean {
    const row = this.#rowOf(item);
    const index = row.indexOf(item);
    if (index < 0) return false;
    row.splice(index, 1);
    this.#count(item, -1);
    return true;
  }

  /** Takes out all whose deadline has passed. */
  takeExpired(nowMs: number): T[] {
    const expired = this.#all().filter((item) => item.deadlineMs <= nowMs);
    for (const item of expired) this.remove(item);
    return expired;
  }

  takeAll(): T[] {
    const items = this.#all();
    for (const item of items) this.remove(item);
    return items;
  }

  earliestDeadlineMs(): number {
    return this.#all().reduce((earliest, item) => Math.min(earliest, item.deadlineMs), Infinity);
  }

  some(condition: (item: T) => boolean): boolean {
    return this.#all().some(condition);
  }

  letYield(lane: number, untilMs: number): void {
    this.#lanes[lane].yieldsUntilMs = untilMs;
  }

  rest(lane: number, untilMs: number): void {
    this.#lanes[lane].restsUntilMs = untilMs;
  }

  restEndMs(lane: number): number {
    return this.#lanes[lane].restsUntilMs;
  }

  /** When the first device that somebody waits for has rested. */
  earliestRestEndMs(): number {
    return this.#lanes.reduce(
      (earliest, { writes, reads, restsUntilMs }) =>
        writes.length + reads.length > 0 ? Math.min(earliest, restsUntilMs) : earliest,
      Infinity,
    );
  }

  #take(kind: 'writes' | 'reads', isFit: (lane: Lane<T>) => boolean): T | undefined {
    for (let step = 1; step <= this.#lanes.length; step++) {
      const index = (this.#lastLane + step) % this.#lanes.length;
      const lane = this.#lanes[index];
      if (lane[kind].length === 0 || !isFit(lane)) continue;
      this.#lastLane = index;
      const item = lane[kind].shift()!;
      this.#count(item, -1);
      return item;
    }
    return undefined;
  }

  #all(): T[] {
    return this.#lanes.flatMap(({ writes, reads }) => [...writes, ...reads]);
  }

  #rowOf({ lane, isWrite }: T): T[] {
    return isWrite ? this.#lanes[lane].writes : this.#lanes[lane].reads;
  }

  #count({ isWrite }: T, change: 1 | -1): void {
    this.#size += change;
    if (!isWrite) this.#reads += change;
  }
}
