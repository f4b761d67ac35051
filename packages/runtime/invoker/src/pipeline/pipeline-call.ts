import { GatewayError, newCorrelationId, reactions, toGatewayError, type Clock, type Timer } from '@fieldwarden/core';
import type { CallContext, Capability, DriverSession } from '@fieldwarden/driver';
import type { Bulkhead, Lane, Waiter } from './bulkhead.js';
import { traitsOf } from '../calls/capability-traits.js';
import { runningSession, type SessionSlot } from '../calls/session-calls.js';
import { DeadlineEntry, type Deadlines } from './deadlines.js';
import type { DeviceBreaker } from './device-breaker.js';
import type { PipelineObserver } from './pipeline-observer.js';
import type { CallSettings } from '../status/resilience-settings.js';
import { retryDelayMs } from './retry-delay.js';

export interface PipelineRequest<T> {
  readonly capability: Capability;
  /** Throws what cannot be asked of this session. */
  readonly exchange: (session: DriverSession, call: CallContext) => Promise<T>;
  /** Undefined: the call makes itself one if anybody asks. */
  readonly correlationId: string | undefined;
  readonly mayRetry: boolean;
  /** Goes through although the breaker is open: the probe, and writes under `writeWhileDemoted: try`. */
  readonly despiteOpenBreaker: boolean;
  /** What the exchange works on, as long as it runs; see `Pipeline.isBusyWith`. */
  readonly subject: object | undefined;
  /** What an exchange that came to its end still failed in: it counts as that failure, although the caller gets the value. */
  readonly shortfall: ((value: T) => GatewayError | undefined) | undefined;
}

/** What the calls of one device share. */
export interface CallEnvironment {
  readonly driverId: string;
  readonly session: Readonly<SessionSlot>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: PipelineObserver;
  readonly bulkhead: Bulkhead;
  readonly breaker: DeviceBreaker;
  readonly deadlines: Deadlines;
  /** Subjects of the exchanges that run, in no order. A handful: an array costs less than a set. */
  readonly busy: object[];
  /** What is wanted once no exchange for a subject runs any more. Nearly always empty. */
  readonly whenFree: Map<object, () => void>;
  /** Asked while the breaker is half-open: may this call stand in for the probe that the driver does not have? True at most once per opening. */
  readonly takeTrial: () => boolean;
  /** Exchanges that run, but those that act on the device. */
  exchanging: number;
}

/**
 * One call, from the total timeout inwards: its attempts, its place in the queue, and what the driver sees of its caller. One object
 * and no timer of its own: a read that goes well must cost next to nothing (SPEC §5.7).
 */
export class PipelineCall<T> extends DeadlineEntry implements CallContext, Waiter {
  /** Told to the driver. */
  readonly deadlineMs: number;
  readonly expiresAtMs: number;
  readonly lane: Lane;
  readonly #acts: boolean;
  readonly #environment: CallEnvironment;
  readonly #request: PipelineRequest<T>;
  readonly #settings: CallSettings;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: GatewayError) => void;
  readonly #startMs: number;
  #correlationId: string | undefined;
  #attempt = 0;
  #exchanging = false;
  #isTrial = false;
  #lastError: GatewayError | undefined;
  #givenUp: GatewayError | undefined;
  #controller: AbortController | undefined;
  #retryTimer: Timer | undefined;

  constructor(
    environment: CallEnvironment,
    request: PipelineRequest<T>,
    settings: CallSettings,
    resolve: (value: T) => void,
    reject: (error: GatewayError) => void,
  ) {
    super();
    this.#environment = environment;
    this.#request = request;
    this.#settings = settings;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#correlationId = request.correlationId;
    const { lane, acts } = traitsOf[request.capability];
    this.lane = lane;
    this.#acts = acts;
    this.#startMs = environment.clock.monotonicMs();
    this.expiresAtMs = this.#startMs + settings.timeoutMs;
    this.deadlineMs = this.expiresAtMs - (acts ? lastWordMs(settings) : 0);
  }

  get correlationId(): string {
    return (this.#correlationId ??= newCorrelationId());
  }

  /** Made at first access, so that calls which never look pay nothing. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#givenUp) this.#controller.abort(this.#givenUp);
    }
    return this.#controller.signal;
  }

  get cancelled(): boolean {
    return this.#givenUp !== undefined;
  }

  start(): void {
    this.#environment.deadlines.add(this, this.#settings.timeoutMs);
    this.#begin();
  }

  /** The total time is over: says what is known, and stops what has not started. */
  override expire(): void {
    this.#retryTimer?.[Symbol.dispose]();
    if (this.#exchanging) this.#recordFailure(undefined);
    else if (this.#isTrial) this.#environment.breaker.inconclusive();
    const error = this.#timeoutError();
    this.#givenUp = error;
    this.#controller?.abort(error);
    this.#environment.observer.settled(this, this.#request.capability, this.#settings.timeoutMs, error);
    this.#reject(error);
  }

  /** A slot became free; it goes back at once if this call has no use for it any more. */
  admit(): boolean {
    // The breaker may have opened while this call waited.
    const refusal = this.#isTrial ? undefined : this.#refusal();
    if (refusal) this.#settle(refusal);
    else this.#exchange();
    return !refusal;
  }

  #begin(): void {
    const refusal = this.#refusal();
    if (refusal) return this.#settle(refusal);
    const { bulkhead } = this.#environment;
    if (bulkhead.tryEnter(this.lane)) return this.#exchange();
    try {
      bulkhead.enqueue(this);
    } catch (error) {
      if (this.#isTrial) this.#environment.breaker.inconclusive();
      this.#settle(toGatewayError(error));
    }
  }

  /** Why the call may not go now; undefined if it may. Notes if it goes as the one trial of a half-open breaker. */
  #refusal(): GatewayError | undefined {
    const { breaker, takeTrial } = this.#environment;
    if (breaker.closed || this.#request.despiteOpenBreaker) return undefined;
    if (breaker.state === 'half-open' && takeTrial()) {
      this.#isTrial = true;
      return undefined;
    }
    return new GatewayError({
      code: 'DEVICE_DEMOTED',
      kind: 'circuit-open',
      message: `the device did not answer ${breaker.consecutiveFailures} times in a row and is off-scan until a probe succeeds`,
      cause: this.#lastError,
    });
  }

  #exchange(): void {
    const { subject, exchange } = this.#request;
    const { session, driverId } = this.#environment;
    this.#exchanging = true;
    if (!this.#acts) this.#environment.exchanging += 1;
    if (subject) this.#environment.busy.push(subject);
    try {
      exchange(runningSession(session, driverId), this).then(
        (value) => this.#answered(value),
        (thrown: unknown) => this.#failed(thrown),
      );
    } catch (thrown) {
      queueMicrotask(() => this.#failed(thrown));
    }
  }

  #answered(value: T): void {
    this.#leave();
    if (this.#givenUp) return this.#environment.observer.lateReply();
    const shortfall = this.#request.shortfall?.(value);
    if (shortfall) this.#recordError(shortfall);
    else this.#recordSuccess();
    this.#environment.deadlines.remove(this);
    this.#report(shortfall);
    this.#resolve(value);
  }

  #failed(thrown: unknown): void {
    this.#leave();
    if (this.#givenUp) return;
    const error = toGatewayError(thrown);
    this.#recordError(error);
    const delayMs = this.#retryDelayMs(error);
    if (delayMs === undefined) return this.#settle(error);
    this.#lastError = error;
    this.#isTrial = false;
    this.#attempt += 1;
    this.#environment.observer.retried(this.#request.capability);
    this.#retryTimer = this.#environment.clock.setTimer(() => this.#begin(), delayMs);
  }

  /** The exchange has come to its end, whoever still waits for it. */
  #leave(): void {
    const { subject } = this.#request;
    this.#exchanging = false;
    if (!this.#acts) this.#environment.exchanging -= 1;
    if (subject) this.#free(subject);
    this.#environment.bulkhead.release(this.lane);
  }

  #free(subject: object): void {
    const { busy, whenFree } = this.#environment;
    removeOne(busy, subject);
    if (whenFree.size === 0 || busy.includes(subject)) return;
    const then = whenFree.get(subject);
    whenFree.delete(subject);
    then?.();
  }

  /** Undefined: no further attempt. */
  #retryDelayMs(error: GatewayError): number | undefined {
    const { clock, random } = this.#environment;
    if (!this.#request.mayRetry || this.#attempt >= this.#settings.retries) return undefined;
    if (!reactions[error.kind].retry) return undefined;
    const delayMs = retryDelayMs(this.#attempt, random);
    return clock.monotonicMs() + delayMs >= this.deadlineMs ? undefined : delayMs;
  }

  #settle(error: GatewayError): void {
    this.#environment.deadlines.remove(this);
    this.#report(error);
    this.#reject(error);
  }

  #report(error: GatewayError | undefined): void {
    const { clock, observer } = this.#environment;
    observer.settled(this, this.#request.capability, clock.monotonicMs() - this.#startMs, error);
  }

  #timeoutError(): GatewayError {
    const { timeoutMs } = this.#settings;
    const waited = this.#exchanging ? 'no answer' : 'not started';
    const last = this.#lastError ? `; last attempt: ${this.#lastError.message}` : '';
    return new GatewayError({
      code: 'CALL_TIMEOUT',
      kind: 'timeout',
      message: `${this.#request.capability}: ${waited} within ${timeoutMs} ms${last}`,
      cause: this.#lastError,
      writeOutcome: this.#exchanging ? 'unknown' : 'not-sent',
    });
  }

  #recordError(error: GatewayError): void {
    const { countsAsFailure, deviceAnswered } = reactions[error.kind];
    if (countsAsFailure) return this.#recordFailure(error);
    if (deviceAnswered) return this.#recordSuccess();
    // It says nothing about the device.
    this.#environment.breaker.inconclusive();
    this.#environment.observer.failed(error);
  }

  #recordSuccess(): void {
    const { breaker, observer } = this.#environment;
    if (breaker.succeeded()) observer.breakerChanged(breaker.state);
    observer.answered();
  }

  #recordFailure(error: GatewayError | undefined): void {
    const { breaker, observer } = this.#environment;
    const opened = breaker.failed();
    observer.failed(error);
    if (opened) observer.breakerChanged(breaker.state);
  }
}

/**
 * By so much earlier a driver has to stop that acts on a device: it alone knows which of the items were sent, and must have said so
 * before the caller is answered.
 */
function lastWordMs({ timeoutMs }: CallSettings): number {
  return Math.min(100, timeoutMs / 10);
}

function removeOne(items: object[], item: object): void {
  const last = items.pop();
  if (last === item || last === undefined) return;
  items[items.indexOf(item)] = last;
}
