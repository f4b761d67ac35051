import { FairQueue, type QueueItem } from './fair-queue.js';
import { Pace, type PaceSettings, type Readiness } from './pace.js';

/** One device entry; several may stand for one unit. */
export interface LineLane {
  readonly unitId: number;
  /** Pauses that this unit needs beside those of the line. */
  readonly interRequestDelayMs: number;
  readonly postConnectDelayMs: number;
}

/** Who may send next on a line, and when. Bounded. Pure; time comes in as an argument, in ms on the monotonic clock. */
export class Turns<T extends QueueItem> {
  readonly #lanes: readonly LineLane[];
  readonly #queue: FairQueue<T>;
  readonly #pace: Pace;
  /** Must have the next turn: nobody else may come between its last request and its next. */
  #holder: T | undefined;

  constructor(lanes: readonly LineLane[], capacity: number, pace: PaceSettings) {
    this.#lanes = lanes;
    this.#queue = new FairQueue(lanes.length, capacity);
    this.#pace = new Pace(pace);
  }

  /** Without the holder. */
  get waiting(): number {
    return this.#queue.size;
  }

  get hasWork(): boolean {
    return this.#holder !== undefined || this.#queue.size > 0;
  }

  some(condition: (item: T) => boolean): boolean {
    return this.#queue.some(condition);
  }

  /** False when the queue is full. */
  push(item: T): boolean {
    return this.#queue.push(item);
  }

  /** It has more to send; others may go first. */
  putBack(item: T): void {
    this.#queue.putBack(item);
  }

  hold(item: T): void {
    this.#holder = item;
  }

  releaseHolder(): T | undefined {
    const holder = this.#holder;
    this.#holder = undefined;
    return holder;
  }

  remove(item: T): void {
    if (this.#holder === item) this.#holder = undefined;
    else this.#queue.remove(item);
  }

  /** Whether `next` may be called now; only asked when there is work. */
  readiness(nowMs: number): Readiness {
    const ofLine = this.#pace.readiness(nowMs);
    if (ofLine === 'look') return ofLine;
    const restEndMs = this.#holder ? this.#queue.restEndMs(this.#holder.lane) : this.#queue.earliestRestEndMs();
    if (ofLine === 'ready') return restEndMs > nowMs ? restEndMs : ofLine;
    return Math.max(ofLine, restEndMs);
  }

  next(nowMs: number): T | undefined {
    return this.releaseHolder() ?? this.#queue.next(nowMs);
  }

  connected(nowMs: number): void {
    this.#lanes.forEach(({ postConnectDelayMs }, lane) => this.#rest(lane, nowMs, postConnectDelayMs));
  }

  heard(nowMs: number): void {
    this.#pace.heard(nowMs);
  }

  /** Everything that had arrived has been heard. */
  looked(nowMs: number): void {
    this.#pace.looked(nowMs);
  }

  answered(lane: number, nowMs: number): void {
    this.#pace.answered(nowMs);
    this.#queue.letYield(lane, -Infinity);
    this.#rest(lane, nowMs, this.#lanes[lane].interRequestDelayMs);
  }

  /** It was silent: others first, until then. */
  letYield(lane: number, untilMs: number): void {
    this.#queue.letYield(lane, untilMs);
  }

  takeExpired(nowMs: number): T[] {
    const expired = this.#queue.takeExpired(nowMs);
    if (this.#holder && this.#holder.deadlineMs <= nowMs) expired.push(this.releaseHolder()!);
    return expired;
  }

  /** Without the holder. */
  takeAll(): T[] {
    return this.#queue.takeAll();
  }

  earliestDeadlineMs(): number {
    return Math.min(this.#holder?.deadlineMs ?? Infinity, this.#queue.earliestDeadlineMs());
  }

  /** A pause that one unit needs, whichever device entry it is asked for. */
  #rest(lane: number, nowMs: number, pauseMs: number): void {
    if (pauseMs === 0) return;
    this.#lanes.forEach(({ unitId }, other) => {
      if (unitId === this.#lanes[lane].unitId) this.#queue.rest(other, nowMs + pauseMs);
    });
  }
}
