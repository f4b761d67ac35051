import type { Clock, Timer } from '@fieldwarden/core';
import type { CallContext } from '@fieldwarden/driver';
import type { RequestMessage } from '../messages.js';

/** A call that the Host is working on: what its session sees of the caller. */
export class ServedCall implements CallContext {
  readonly id: number;
  readonly correlationId: string;
  readonly deadlineMs: number;
  #controller: AbortController | undefined;
  #cancelled = false;

  constructor({ call, correlationId, remainingMs }: RequestMessage, clock: Clock) {
    this.id = call;
    this.correlationId = correlationId;
    this.deadlineMs = clock.monotonicMs() + remainingMs;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#cancelled) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** Nobody waits for it at `nowMs`: its caller has given up. */
  isAbandoned(nowMs: number): boolean {
    return this.#cancelled || this.deadlineMs <= nowMs;
  }

  cancel(): void {
    this.#cancelled = true;
    this.#controller?.abort();
  }
}

/** The calls in flight in a Host. */
export class ServedCalls {
  readonly #clock: Clock;
  readonly #open = new Map<number, ServedCall>();
  #onIdle: (() => void) | undefined;
  #lookAgain: Timer | undefined;
  /** Answered calls since start that somebody had asked of a device. */
  answered = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#open.size;
  }

  open(message: RequestMessage): ServedCall {
    const call = new ServedCall(message, this.#clock);
    this.#open.set(call.id, call);
    return call;
  }

  cancel(id: number): void {
    this.#open.get(id)?.cancel();
    this.#look();
  }

  close(call: ServedCall, isProgress: boolean): void {
    this.#open.delete(call.id);
    if (isProgress) this.answered += 1;
    this.#look();
  }

  /** Calls back once nobody waits for a call; at once if nobody does. A call that outlives its deadline may never end, and keeps nothing. */
  whenIdle(callback: () => void): void {
    this.#onIdle = callback;
    this.#look();
  }

  #look(): void {
    const onIdle = this.#onIdle;
    if (!onIdle) return;
    this.#lookAgain?.[Symbol.dispose]();
    const nowMs = this.#clock.monotonicMs();
    const awaited = [...this.#open.values()].filter((call) => !call.isAbandoned(nowMs));
    if (awaited.length === 0) {
      this.#onIdle = undefined;
      onIdle();
      return;
    }
    const lastMs = Math.max(...awaited.map(({ deadlineMs }) => deadlineMs));
    if (Number.isFinite(lastMs))
      this.#lookAgain = this.#clock.setTimer(() => this.#look(), Math.max(1, lastMs - nowMs));
  }
}
