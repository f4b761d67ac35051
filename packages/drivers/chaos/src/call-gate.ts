import { delay, GatewayError, type Clock } from '@fieldwarden/core';
import type { CallContext } from '@fieldwarden/driver';

interface Wedge {
  readonly grip: 'soft' | 'hard';
  readonly waiting: PromiseWithResolvers<void>;
}

/** Where every call passes that is no command: faults of the calls themselves hold it up here. */
export class CallGate {
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #wedge: Wedge | undefined;
  /** Time that each call takes, in ms. */
  slowMs = 0;
  /** Answers come so long after their deadline, in ms; undefined: in time. */
  lateMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isWedged(): boolean {
    return this.#wedge !== undefined;
  }

  /** Calls that come from now on wait for `unwedge`; a soft wedge also gives way to `reinitialize`. */
  wedge(grip: Wedge['grip']): void {
    const waiting = this.#wedge?.waiting ?? Promise.withResolvers<void>();
    this.#wedge = { grip, waiting };
    // nobody may be waiting when it is rejected
    waiting.promise.catch(() => undefined);
  }

  unwedge(): void {
    this.#wedge?.waiting.resolve();
    this.#wedge = undefined;
  }

  /** Ends a soft wedge: calls that wait are cancelled. Throws kind `unreachable` for a hard one. */
  reinitialize(): void {
    if (this.#wedge?.grip === 'hard') {
      throw failure('unreachable', 'CHAOS_STILL_WEDGED', 'wedge:hard does not give way to reinitialize');
    }
    this.#wedge?.waiting.reject(failure('cancelled', 'CHAOS_REINITIALIZED', 'the chaos driver was reinitialized'));
    this.#wedge = undefined;
  }

  close(): void {
    const closed = failure('cancelled', 'CHAOS_CLOSED', 'the chaos driver was closed');
    this.#closing.abort(closed);
    this.#wedge?.waiting.reject(closed);
  }

  /** Throws `timeout` at the deadline of a call that is too slow, `cancelled` once closed or when the device is `going`. */
  async pass(call: CallContext, going: AbortSignal): Promise<void> {
    this.#closing.signal.throwIfAborted();
    if (this.#wedge) await unless(going, this.#wedge.waiting.promise);
    const remainingMs = Math.max(0, call.deadlineMs - this.#clock.monotonicMs());
    if (this.lateMs !== undefined) await this.#wait(remainingMs + this.lateMs, going);
    else if (this.slowMs > 0) await this.#beSlow(this.slowMs, remainingMs, going);
  }

  async #beSlow(slowMs: number, remainingMs: number, going: AbortSignal): Promise<void> {
    await this.#wait(Math.min(slowMs, remainingMs), going);
    if (slowMs > remainingMs) {
      throw failure('timeout', 'CHAOS_TIMEOUT', `slow:${slowMs} is longer than the call may take`);
    }
  }

  #wait(ms: number, going: AbortSignal): Promise<void> {
    return delay(this.#clock, ms, AbortSignal.any([this.#closing.signal, going]));
  }
}

/** As `promise` does, unless it is aborted before. */
function unless(signal: AbortSignal, promise: Promise<void>): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function failure(kind: 'cancelled' | 'timeout' | 'unreachable', code: string, message: string): GatewayError {
  return new GatewayError({ kind, code, message, writeOutcome: 'not-sent' });
}
