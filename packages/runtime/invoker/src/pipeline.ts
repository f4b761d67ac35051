import { GatewayError, reactions, toGatewayError, type Clock } from '@fieldwarden/core';
import type { CallContext, Capability } from '@fieldwarden/driver';
import { Bulkhead, type Waiter } from './bulkhead.js';
import { DeviceBreaker, type BreakerState } from './device-breaker.js';
import { InvokedCall } from './invoked-call.js';
import type { PipelineObserver } from './pipeline-observer.js';
import type { ResilienceSettings } from './resilience-settings.js';
import { retryDelayMs } from './retry-delay.js';

export interface PipelineRequest<T> {
  readonly capability: Capability;
  readonly exchange: (call: CallContext) => Promise<T>;
  readonly correlationId: string;
  /** Waits ahead of requests that are not. */
  readonly urgent: boolean;
  readonly mayRetry: boolean;
  /** Goes through although the breaker is open: the probe, and writes under `writeWhileDemoted: try`. */
  readonly despiteOpenBreaker: boolean;
  /** Asked while the breaker is half-open: may this call stand in for the probe that the driver does not have? True at most once per opening. */
  readonly isTrial: () => boolean;
}

export interface PipelineDependencies {
  readonly settings: ResilienceSettings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: PipelineObserver;
  /** The breaker went half-open: make the one probe. */
  readonly probe: () => void;
}

/** The calls of one device, outermost first: total timeout → retry → breaker → bulkhead (SPEC §5.2). */
export class Pipeline {
  readonly #deps: PipelineDependencies;
  readonly #bulkhead: Bulkhead;
  readonly #breaker: DeviceBreaker;

  constructor(deps: PipelineDependencies) {
    this.#deps = deps;
    this.#bulkhead = new Bulkhead(deps.settings.bulkhead);
    this.#breaker = new DeviceBreaker(deps.settings.breaker, deps.random, deps.probe);
  }

  get breaker(): BreakerState {
    return this.#breaker.state;
  }

  get demoted(): boolean {
    return !this.#breaker.closed;
  }

  get consecutiveFailures(): number {
    return this.#breaker.consecutiveFailures;
  }

  get depth(): number {
    return this.#bulkhead.depth;
  }

  dispose(): void {
    this.#breaker.dispose();
  }

  /** Settles no later than the capability's total timeout, with the exchange's result or a GatewayError. */
  run<T>(request: PipelineRequest<T>): Promise<T> {
    const { clock, settings, observer } = this.#deps;
    const { timeoutMs } = settings.calls[request.capability];
    const startMs = clock.monotonicMs();
    const call = new InvokedCall(request.correlationId, startMs + timeoutMs);
    const attempts = new Attempts(this.#deps, this.#bulkhead, this.#breaker, request, call);
    return new Promise<T>((resolve, reject) => {
      const timer = clock.setTimer(() => {
        const error = attempts.timedOut(timeoutMs);
        call.giveUp(error);
        observer.settled(request.capability, timeoutMs, error);
        reject(error);
      }, timeoutMs);
      attempts.run().then(
        (value) => {
          if (call.givenUp) return;
          timer[Symbol.dispose]();
          observer.settled(request.capability, clock.monotonicMs() - startMs, undefined);
          resolve(value);
        },
        (thrown: unknown) => {
          if (call.givenUp) return;
          timer[Symbol.dispose]();
          const error = toGatewayError(thrown);
          observer.settled(request.capability, clock.monotonicMs() - startMs, error);
          reject(error);
        },
      );
    });
  }
}

/** The attempts of one call, from the retry inwards. */
class Attempts<T> {
  readonly #deps: PipelineDependencies;
  readonly #bulkhead: Bulkhead;
  readonly #breaker: DeviceBreaker;
  readonly #request: PipelineRequest<T>;
  readonly #call: InvokedCall;
  #exchanging = false;
  #lastError: GatewayError | undefined;
  #waiter: Waiter | undefined;
  #isTrial = false;

  constructor(
    deps: PipelineDependencies,
    bulkhead: Bulkhead,
    breaker: DeviceBreaker,
    request: PipelineRequest<T>,
    call: InvokedCall,
  ) {
    this.#deps = deps;
    this.#bulkhead = bulkhead;
    this.#breaker = breaker;
    this.#request = request;
    this.#call = call;
  }

  async run(): Promise<T> {
    const { settings, clock, random, observer } = this.#deps;
    const { capability, mayRetry } = this.#request;
    const retries = mayRetry ? settings.calls[capability].retries : 0;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#attempt();
      } catch (thrown) {
        const error = toGatewayError(thrown);
        this.#lastError = error;
        const delayMs = retryDelayMs(attempt, random);
        const tooLate = clock.monotonicMs() + delayMs >= this.#call.deadlineMs;
        if (attempt >= retries || !reactions[error.kind].retry || tooLate || this.#call.givenUp) throw error;
        observer.retried(capability);
        await new Promise<void>((resolve) => void clock.setTimer(resolve, delayMs));
        if (this.#call.givenUp) throw error;
      }
    }
  }

  /** The call's total time is over: says what is known, and stops what has not started. */
  timedOut(timeoutMs: number): GatewayError {
    if (this.#waiter) this.#waiter.cancelled = true;
    if (this.#exchanging) this.#recordFailure();
    else if (this.#isTrial) this.#breaker.inconclusive();
    const waited = this.#exchanging ? 'no answer' : 'not started';
    return new GatewayError({
      code: 'CALL_TIMEOUT',
      kind: 'timeout',
      message: `${this.#request.capability}: ${waited} within ${timeoutMs} ms${this.#lastError ? `; last attempt: ${this.#lastError.message}` : ''}`,
      cause: this.#lastError,
      writeOutcome: this.#exchanging ? 'unknown' : 'not-sent',
    });
  }

  async #attempt(): Promise<T> {
    this.#isTrial = this.#admit();
    if (!this.#bulkhead.tryEnter()) await this.#waitForSlot();
    if (this.#call.givenUp) {
      this.#bulkhead.release();
      throw (
        this.#lastError ?? new GatewayError({ code: 'CALL_GIVEN_UP', kind: 'cancelled', message: 'the caller gave up' })
      );
    }
    try {
      if (!this.#isTrial) this.#admit(); // the breaker may have opened while this call waited
      this.#exchanging = true;
      const value = await this.#request.exchange(this.#call);
      this.#exchanging = false;
      if (this.#call.givenUp) this.#deps.observer.lateReply();
      else this.#recordSuccess();
      return value;
    } catch (thrown) {
      const error = toGatewayError(thrown);
      if (this.#exchanging && !this.#call.givenUp) this.#recordError(error);
      this.#exchanging = false;
      throw error;
    } finally {
      this.#bulkhead.release();
    }
  }

  /** Throws `circuit-open` unless the call may go; true if it goes as the one trial of a half-open breaker. */
  #admit(): boolean {
    const { despiteOpenBreaker, isTrial } = this.#request;
    if (this.#breaker.closed || despiteOpenBreaker) return false;
    if (this.#breaker.state === 'half-open' && isTrial()) return true;
    throw new GatewayError({
      code: 'DEVICE_DEMOTED',
      kind: 'circuit-open',
      message: `the device did not answer ${this.#breaker.consecutiveFailures} times in a row and is off-scan until a probe succeeds`,
    });
  }

  #waitForSlot(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiter = { cancelled: false, admit: resolve };
      this.#bulkhead.enqueue(this.#waiter, this.#request.urgent);
    });
  }

  #recordSuccess(): void {
    if (this.#breaker.succeeded()) this.#deps.observer.breakerChanged(this.#breaker.state);
    this.#deps.observer.answered();
  }

  #recordError(error: GatewayError): void {
    const { countsAsFailure, deviceAnswered } = reactions[error.kind];
    if (countsAsFailure) this.#recordFailure(error);
    else if (deviceAnswered) this.#recordSuccess();
    else this.#recordNoVerdict(error);
  }

  /** An error that says nothing about the device. */
  #recordNoVerdict(error: GatewayError): void {
    this.#breaker.inconclusive();
    this.#deps.observer.failed(error);
  }

  #recordFailure(error?: GatewayError): void {
    const opened = this.#breaker.failed();
    this.#deps.observer.failed(error);
    if (opened) this.#deps.observer.breakerChanged(this.#breaker.state);
  }
}
