import type { Clock, GatewayError, Timer, ValueColumns } from '@fieldwarden/core';
import { callTimedOut } from '../wire/call-errors.js';
import type { ArrivingRows } from './history-answers.js';

/** A call that waits for its answer. */
export interface PendingCall {
  readonly id: number;
  readonly what: string;
  /** On the clock's monotonicMs. */
  readonly deadlineMs: number;
  /** Where a read's rows go; undefined for other calls. */
  readonly into: ValueColumns | undefined;
  /** Where the rows of a history read gather; undefined for other calls. */
  readonly rows: ArrivingRows | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: GatewayError) => void;
  /** The request was handed to the transport: what became of it is no longer known on this side. */
  sent: boolean;
  /** Stops listening for the caller's abort; set for calls that do. */
  unlisten: (() => void) | undefined;
}

/** Called when the caller gave up, so that the Host can stop too. */
export type AbandonHandler = (call: PendingCall) => void;

/**
 * The calls of one channel. Every call settles: by its answer, by its deadline, or by the end of the channel. Answers to calls
 * that were given up are counted and dropped.
 */
export class PendingCalls {
  readonly #clock: Clock;
  readonly #onAbandon: AbandonHandler;
  readonly #waiting = new Map<number, PendingCall>();
  /** Given up after they were sent; each still holds a credit until its late answer. */
  readonly #abandoned = new Set<number>();
  #timer: Timer | undefined;
  #timerDueMs = Number.POSITIVE_INFINITY;
  lateReplies = 0;

  constructor(clock: Clock, onAbandon: AbandonHandler) {
    this.#clock = clock;
    this.#onAbandon = onAbandon;
  }

  get size(): number {
    return this.#waiting.size;
  }

  get(id: number): PendingCall | undefined {
    return this.#waiting.get(id);
  }

  add(call: PendingCall): void {
    this.#waiting.set(call.id, call);
    if (call.deadlineMs < this.#timerDueMs) this.#armTimer(call.deadlineMs);
  }

  /** Takes the answered call out; `late` when its caller gave up before, `unknown` when there never was such a call. */
  settle(id: number): PendingCall | 'late' | 'unknown' {
    const call = this.#waiting.get(id);
    if (call) {
      this.#waiting.delete(id);
      call.unlisten?.();
      return call;
    }
    if (!this.#abandoned.delete(id)) return 'unknown';
    this.lateReplies += 1;
    return 'late';
  }

  isAbandoned(id: number): boolean {
    return this.#abandoned.has(id);
  }

  /** Rejects one call because its caller no longer waits. */
  abandon(call: PendingCall, error: GatewayError): void {
    if (!this.#waiting.delete(call.id)) return;
    call.unlisten?.();
    if (call.sent) this.#abandoned.add(call.id);
    this.#onAbandon(call);
    call.reject(error);
  }

  abandonAll(errorFor: (call: PendingCall) => GatewayError): void {
    for (const call of [...this.#waiting.values()]) this.abandon(call, errorFor(call));
  }

  /** The channel is gone: rejects all, in this tick. */
  rejectAll(errorFor: (call: PendingCall) => GatewayError): void {
    const calls = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#abandoned.clear();
    this.#disarm();
    for (const call of calls) {
      call.unlisten?.();
      call.reject(errorFor(call));
    }
  }

  /** One timer for all calls, since almost every call is answered long before its deadline. */
  #armTimer(dueMs: number): void {
    this.#disarm();
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#timerDueMs = dueMs;
    this.#timer = this.#clock.setTimer(() => this.#sweep(), Math.max(1, Math.ceil(dueMs - this.#clock.monotonicMs())));
    this.#timer.unref();
  }

  #disarm(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#timerDueMs = Number.POSITIVE_INFINITY;
  }

  #sweep(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#disarm();
    // If one of them throws, the others have their turn at once.
    let nextMs = nowMs;
    try {
      nextMs = this.#abandonOverdue(nowMs);
    } finally {
      this.#armTimer(nextMs);
    }
  }

  /** Gives the deadline of the next one. */
  #abandonOverdue(nowMs: number): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const call of this.#waiting.values()) {
      if (call.deadlineMs <= nowMs) this.abandon(call, callTimedOut(call));
      else nextMs = Math.min(nextMs, call.deadlineMs);
    }
    return nextMs;
  }
}
