import { toGatewayError, type Clock, type GatewayError, type Logger } from '@fieldwarden/core';
import type { CallContext, Capability } from '@fieldwarden/driver';
import { CallLog } from '../calls/call-log.js';
import type { BreakerState } from '../pipeline/device-breaker.js';
import type { PipelineObserver } from '../pipeline/pipeline-observer.js';
import type { DeviceResilienceState } from './resilience-state.js';
import { driverNotRunning } from '../calls/session-calls.js';

/** Whom the invoker tells; nothing that is thrown there reaches a call. */
export interface InvokerListener {
  /** Every call's end, for metrics. */
  readonly onSettled: (capability: Capability, durationMs: number, error: GatewayError | undefined) => void;
  readonly onRetried: (capability: Capability) => void;
  readonly onLateReply: () => void;
  /** The device's state or breaker changed. */
  readonly onStatusChanged: () => void;
}

export interface DeviceRecordDependencies extends InvokerListener {
  readonly deviceId: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly restored?: DeviceResilienceState | undefined;
}

/** What is known of one device from the calls made to it: counters, the last error, whether it answers. */
export class DeviceRecord implements PipelineObserver {
  readonly #deps: DeviceRecordDependencies;
  readonly #log: CallLog;
  reached: 'unknown' | 'connected' | 'unreachable' = 'unknown';
  retries: number;
  lateReplies: number;
  lastBreakerOpenAtMs: number | undefined;
  lastError: { readonly error: GatewayError; readonly atMs: number } | undefined;
  /** Exchanges that the driver has brought to an end, good or bad. */
  progress = 0;
  /** Calls given up since the driver last answered one. */
  unanswered = 0;
  saidConnected = false;
  /** When `reached` became what it is; ms since 1970 UTC. */
  reachedAtMs: number;
  #reachedAtMonotonicMs: number;

  constructor(deps: DeviceRecordDependencies) {
    this.#deps = deps;
    this.reachedAtMs = deps.clock.wallMs();
    this.#reachedAtMonotonicMs = deps.clock.monotonicMs();
    this.#log = new CallLog(deps.deviceId, deps.logger, deps.clock);
    this.retries = deps.restored?.retries ?? 0;
    this.lateReplies = deps.restored?.lateReplies ?? 0;
    this.lastBreakerOpenAtMs = deps.restored?.lastBreakerOpenAtMs ?? undefined;
  }

  get reachedForMs(): number {
    return this.#deps.clock.monotonicMs() - this.#reachedAtMonotonicMs;
  }

  settled(call: CallContext, capability: Capability, durationMs: number, error: GatewayError | undefined): void {
    if (error) this.#remember(error);
    this.#log.settled(call, capability, durationMs, error);
    try {
      this.#deps.onSettled(capability, durationMs, error);
    } catch (thrown) {
      this.#listenerFailed(thrown);
    }
  }

  retried(capability: Capability): void {
    this.retries += 1;
    this.#tell(() => this.#deps.onRetried(capability));
  }

  lateReply(): void {
    this.lateReplies += 1;
    this.#tell(this.#deps.onLateReply);
  }

  answered(): void {
    this.#heard();
    this.saidConnected = true;
    if (this.reached !== 'connected') this.#setReached('connected');
  }

  failed(error: GatewayError | undefined): void {
    if (error) {
      this.#heard();
      this.saidConnected = false;
      this.#remember(error);
    } else {
      this.unanswered += 1;
    }
    if (this.reached !== 'unreachable') this.#setReached('unreachable', error);
  }

  breakerChanged(state: BreakerState): void {
    const { logger, deviceId, clock } = this.#deps;
    if (state === 'open') {
      this.lastBreakerOpenAtMs = clock.wallMs();
      logger.warn('device demoted: off-scan until a probe succeeds', { device: deviceId });
    } else {
      logger.info('device promoted: back on scan', { device: deviceId });
    }
    this.statusChanged();
  }

  statusChanged(): void {
    this.#tell(this.#deps.onStatusChanged);
  }

  /** The driver brought an exchange to its end. */
  #heard(): void {
    this.progress += 1;
    this.unanswered = 0;
  }

  /** That nobody is there to ask, or that the device is off-scan, says nothing new: why that is so is what people look for. */
  #remember(error: GatewayError): void {
    const saysWhy = error.code !== driverNotRunning && error.kind !== 'circuit-open';
    const isFirst = this.lastError === undefined && error.kind === 'circuit-open';
    if (saysWhy || isFirst) this.lastError = { error, atMs: this.#deps.clock.wallMs() };
  }

  /** At info: the call that failed warns for itself. */
  #setReached(reached: 'connected' | 'unreachable', error?: GatewayError): void {
    const { logger, deviceId, clock } = this.#deps;
    this.reached = reached;
    this.reachedAtMs = clock.wallMs();
    this.#reachedAtMonotonicMs = clock.monotonicMs();
    if (reached === 'connected') logger.info('device answers', { device: deviceId });
    else logger.info(`device does not answer: ${error?.message ?? 'timeout'}`, { device: deviceId });
    this.statusChanged();
  }

  #tell(listener: () => void): void {
    try {
      listener();
    } catch (thrown) {
      this.#listenerFailed(thrown);
    }
  }

  #listenerFailed(thrown: unknown): void {
    const { logger, deviceId } = this.#deps;
    logger.error('a listener of the invoker failed', { device: deviceId, error: toGatewayError(thrown) });
  }
}
