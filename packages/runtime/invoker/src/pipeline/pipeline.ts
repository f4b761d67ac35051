import type { Clock } from '@fieldwarden/core';
import type { SessionSlot } from '../calls/session-calls.js';
import { Bulkhead } from './bulkhead.js';
import { Deadlines } from './deadlines.js';
import { DeviceBreaker, type BreakerState } from './device-breaker.js';
import { PipelineCall, type CallEnvironment, type PipelineRequest } from './pipeline-call.js';
import type { PipelineObserver } from './pipeline-observer.js';
import type { ResilienceSettings } from '../status/resilience-settings.js';
import type { BreakerMemory } from '../status/resilience-state.js';

export interface PipelineDependencies {
  readonly driverId: string;
  readonly session: Readonly<SessionSlot>;
  readonly settings: ResilienceSettings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: PipelineObserver;
  /** The breaker went half-open: make the one probe. */
  readonly probe: () => void;
  /** Asked while the breaker is half-open: may this call stand in for the probe that the driver does not have? True at most once per opening. */
  readonly takeTrial: () => boolean;
  readonly restored?: BreakerMemory | undefined;
}

/** The calls of one device, outermost first: total timeout → retry → breaker → bulkhead (SPEC §5.2). */
export class Pipeline {
  readonly #environment: CallEnvironment;
  readonly #bulkhead: Bulkhead;
  readonly #breaker: DeviceBreaker;
  readonly #deadlines: Deadlines;
  #settings: ResilienceSettings;

  constructor(dependencies: PipelineDependencies) {
    const { driverId, session, settings, clock, random, observer, probe, takeTrial, restored } = dependencies;
    this.#settings = settings;
    this.#bulkhead = new Bulkhead(settings.bulkhead);
    this.#breaker = new DeviceBreaker(settings.breaker, { clock, random, onHalfOpen: probe, restored });
    this.#deadlines = new Deadlines(clock);
    this.#environment = {
      driverId,
      session,
      clock,
      random,
      observer,
      takeTrial,
      bulkhead: this.#bulkhead,
      breaker: this.#breaker,
      deadlines: this.#deadlines,
      busy: [],
      whenFree: new Map(),
      exchanging: 0,
    };
  }

  get settings(): ResilienceSettings {
    return this.#settings;
  }

  get breaker(): BreakerState {
    return this.#breaker.state;
  }

  get breakerMemory(): BreakerMemory {
    return this.#breaker.memory;
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

  /** Exchanges that run in the driver, but those that act on the device. */
  get exchanging(): number {
    return this.#environment.exchanging;
  }

  /** An exchange for this subject runs, also when its caller has given up already. */
  isBusyWith(subject: object): boolean {
    return this.#environment.busy.includes(subject);
  }

  /** Calls back as soon as no exchange for this subject runs: at once, or when the last one has come to its end. */
  whenFree(subject: object, then: () => void): void {
    if (this.isBusyWith(subject)) this.#environment.whenFree.set(subject, then);
    else then();
  }

  /** Calls that begin from now on follow the new settings; those under way end by the old. Breaker state and queue stay. */
  configure(settings: ResilienceSettings): void {
    this.#settings = settings;
    this.#breaker.configure(settings.breaker);
    this.#bulkhead.configure(settings.bulkhead);
  }

  dispose(): void {
    this.#breaker.dispose();
    this.#deadlines.dispose();
  }

  /** Settles no later than the capability's total timeout, with the exchange's result or a GatewayError. */
  run<T>(request: PipelineRequest<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settings = this.#settings.calls[request.capability];
      new PipelineCall(this.#environment, request, settings, resolve, reject).start();
    });
  }
}
