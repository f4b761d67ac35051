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
  readonly #lanes = new Map<number, LineLane>();
  readonly #queue: FairQueue<T>;
  readonly #pace: Pace;
  /** Must have the next turn: nobody else may come between its last request and its next. */
  #holder: T | undefined;

  #connectedAtMs = -Infinity;

  constructor(capacity: number, pace: PaceSettings) {
    this.#queue = new FairQueue(capacity);
    this.#pace = new Pace(pace);
  }

  /** The pauses that its unit needs just now hold for it, too. */
  addLane(number: number, lane: LineLane): void {
    const ofSameUnit = [...this.#lanes].filter(([, { unitId }]) => unitId === lane.unitId);
    const restsUntilMs = Math.max(
      this.#connectedAtMs + lane.postConnectDelayMs,
      ...ofSameUnit.map(([other]) => this.#queue.restEndMs(other)),
    );
    this.#lanes.set(number, lane);
    this.#queue.addLane(number);
    this.#queue.rest(number, restsUntilMs);
  }

  /** Takes out everybody who waits there, the holder included. */
  removeLane(number: number): T[] {
    const items = this.#queue.removeLane(number);
    this.#lanes.delete(number);
    return this.#holder?.lane === number ? [this.releaseHolder()!, ...items] : items;
  }

  /** Undefined for a lane that is gone. */
  lane(number: number): LineLane | undefined {
    return this.#lanes.get(number);
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

  /** It has the next turn of those who wait, writes excepted. */
  putFirst(item: T): void {
    this.#queue.putFirst(item);
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
    this.#connectedAtMs = nowMs;
    for (const lane of this.#lanes.values()) this.#rest(lane, nowMs, lane.postConnectDelayMs);
  }

  heard(nowMs: number): void {
    this.#pace.heard(nowMs);
  }

  /** Everything that had arrived has been heard. */
  looked(nowMs: number): void {
    this.#pace.looked(nowMs);
  }

  /** Something was sent to all units; none is to be asked before that time. */
  broadcast(untilMs: number): void {
    this.#pace.rest(untilMs);
  }

  answered(lane: number, nowMs: number): void {
    this.#pace.answered(nowMs);
    this.#queue.letYield(lane, -Infinity);
    const traits = this.#lanes.get(lane);
    if (traits) this.#rest(traits, nowMs, traits.interRequestDelayMs);
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
  #rest({ unitId }: LineLane, nowMs: number, pauseMs: number): void {
    if (pauseMs === 0) return;
    for (const [number, lane] of this.#lanes) if (lane.unitId === unitId) this.#queue.rest(number, nowMs + pauseMs);
  }
}
