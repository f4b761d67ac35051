/** Something that waits for its turn on the one connection. */
export interface QueueItem {
  /** Number of the device entry it concerns. */
  readonly lane: number;
  readonly isWrite: boolean;
  /** On the monotonic clock. */
  readonly deadlineMs: number;
}

/** After so many writes in a row one waiting read gets a turn, so that a stream of writes cannot blind the gateway. */
const maxWritesInARow = 32;

interface Lane<T> {
  readonly number: number;
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
  /** In the order in which they take turns. */
  #lanes: readonly Lane<T>[] = [];
  readonly #byNumber = new Map<number, Lane<T>>();
  readonly #capacity: number;
  #size = 0;
  #reads = 0;
  /** Place of the lane that had the last turn. */
  #lastPlace = -1;
  #writesInARow = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Its number must be new. It is the last to take its turn. */
  addLane(number: number): void {
    const lane: Lane<T> = { number, writes: [], reads: [], yieldsUntilMs: -Infinity, restsUntilMs: -Infinity };
    this.#byNumber.set(number, lane);
    this.#lanes = [...this.#lanes, lane];
  }

  /** Takes out who waits there. What is told of the lane from now on counts for nobody. */
  removeLane(number: number): T[] {
    const place = this.#lanes.findIndex((lane) => lane.number === number);
    if (place < 0) return [];
    const { writes, reads } = this.#lanes[place];
    const items = [...writes, ...reads];
    for (const item of items) this.#count(item, -1);
    this.#byNumber.delete(number);
    this.#lanes = this.#lanes.toSpliced(place, 1);
    if (place <= this.#lastPlace) this.#lastPlace -= 1;
    return items;
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

  /** The same, and its lane has the next turn. */
  putFirst(item: T): void {
    this.putBack(item);
    this.#lastPlace = this.#lanes.findIndex(({ number }) => number === item.lane) - 1;
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
    if (!this.#byNumber.has(item.lane)) return false;
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
    const found = this.#byNumber.get(lane);
    if (found) found.yieldsUntilMs = untilMs;
  }

  rest(lane: number, untilMs: number): void {
    const found = this.#byNumber.get(lane);
    if (found) found.restsUntilMs = untilMs;
  }

  restEndMs(lane: number): number {
    return this.#byNumber.get(lane)?.restsUntilMs ?? -Infinity;
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
      const place = (this.#lastPlace + step) % this.#lanes.length;
      const lane = this.#lanes[place];
      if (lane[kind].length === 0 || !isFit(lane)) continue;
      this.#lastPlace = place;
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
    const { writes, reads } = this.#byNumber.get(lane)!;
    return isWrite ? writes : reads;
  }

  #count({ isWrite }: T, change: 1 | -1): void {
    this.#size += change;
    if (!isWrite) this.#reads += change;
  }
}
