import type { Clock } from '@fieldwarden/core';
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
  }

  close(call: ServedCall, isProgress: boolean): void {
    this.#open.delete(call.id);
    if (isProgress) this.answered += 1;
    if (this.#open.size === 0) this.#onIdle?.();
  }

  /** Calls back once no call is in flight; at once if none is. */
  whenIdle(callback: () => void): void {
    this.#onIdle = () => {
      this.#onIdle = undefined;
      callback();
    };
    if (this.#open.size === 0) this.#onIdle();
  }
}
