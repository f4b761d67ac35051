import type { Clock, GatewayError, Timer } from '@fieldwarden/core';
import type { CallContext } from '@fieldwarden/driver';
import { callTimedOut, cancelled, queueFull, sessionClosed } from './errors.js';

/** Writes go ahead of everything, a probe ahead of reads. */
export type Urgency = 'write' | 'probe' | 'read';

const urgencies: readonly Urgency[] = ['write', 'probe', 'read'];

/** Calls beyond this are refused with kind `overloaded`. */
const maxWaiting = 1_024;

/**
 * One exchange at a time on the connection. A call is settled at its deadline or abort, whether it waits or runs; an exchange
 * that runs keeps the connection busy until it has really ended, which it does within a time-out of its own.
 */
export class ExchangeQueue {
  readonly #clock: Clock;
  readonly #lines: Readonly<Record<Urgency, Set<QueuedCall>>> = { write: new Set(), probe: new Set(), read: new Set() };
  #running: QueuedCall | undefined;
  #isBusy = false;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls that wait. */
  get length(): number {
    return urgencies.reduce((sum, urgency) => sum + this.#lines[urgency].size, 0);
  }

  /** Resolves and rejects as `exchange` does, or rejects with kind `timeout`, `cancelled` or `overloaded`. */
  run<T>(urgency: Urgency, call: CallContext, exchange: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(sessionClosed('not-sent'));
    if (call.signal.aborted) return Promise.reject(cancelled('not-sent'));
    if (call.deadlineMs <= this.#clock.monotonicMs()) return Promise.reject(callTimedOut('not-sent'));
    if (this.length >= maxWaiting) return Promise.reject(queueFull());
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const queued = new QueuedCall(call, this.#clock, reject, () => exchange().then(resolve, reject));
    if (this.#isBusy) queued.waitIn(this.#lines[urgency]);
    else this.#start(queued);
    return promise;
  }

  /** Those who wait are refused, and all who come later. Who runs is ended by ending the connection. */
  close(): void {
    this.#isClosed = true;
    for (const urgency of urgencies) {
      for (const queued of this.#lines[urgency]) queued.leave(sessionClosed('not-sent'));
    }
  }

  /** Everybody who called by now is refused as cancelled; what runs keeps the connection until it ends, and concerns nobody. */
  cancelAll(): void {
    for (const urgency of urgencies) for (const queued of this.#lines[urgency]) queued.cancel();
    this.#running?.cancel();
  }

  #start(queued: QueuedCall): void {
    this.#isBusy = true;
    this.#running = queued;
    void queued.start().then(() => this.#next());
  }

  #next(): void {
    this.#isBusy = false;
    this.#running = undefined;
    const line = urgencies.map((urgency) => this.#lines[urgency]).find(({ size }) => size > 0);
    const [first] = line ?? [];
    if (!first) return;
    line!.delete(first);
    this.#start(first);
  }
}

class QueuedCall {
  readonly #call: CallContext;
  readonly #reject: (error: GatewayError) => void;
  /** Never rejects. */
  readonly #exchange: () => Promise<void>;
  readonly #timer: Timer;
  #line: Set<QueuedCall> | undefined;
  #hasStarted = false;

  constructor(call: CallContext, clock: Clock, reject: (error: GatewayError) => void, exchange: () => Promise<void>) {
    this.#call = call;
    this.#reject = reject;
    this.#exchange = exchange;
    this.#timer = clock.setTimer(() => this.leave(callTimedOut(this.#outcome)), call.deadlineMs - clock.monotonicMs());
    call.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  waitIn(line: Set<QueuedCall>): void {
    this.#line = line;
    line.add(this);
  }

  async start(): Promise<void> {
    this.#hasStarted = true;
    await this.#exchange();
    this.#free();
  }

  leave(error: GatewayError): void {
    this.#line?.delete(this);
    this.#free();
    this.#reject(error);
  }

  cancel(): void {
    this.leave(cancelled(this.#outcome));
  }

  readonly #onAbort = (): void => this.cancel();

  get #outcome(): 'unknown' | 'not-sent' {
    return this.#hasStarted ? 'unknown' : 'not-sent';
  }

  #free(): void {
    this.#timer[Symbol.dispose]();
    this.#call.signal.removeEventListener('abort', this.#onAbort);
  }
}
