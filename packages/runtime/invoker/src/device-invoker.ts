import {
  GatewayError,
  isBad,
  newCorrelationId,
  statusName,
  toGatewayError,
  ValueColumns,
  type Clock,
  type Logger,
  type TagValue,
} from '@fieldwarden/core';
import type {
  CallContext,
  Capability,
  DiscoveredNode,
  DriverSession,
  PlanDescription,
  Point,
  ReadPlan,
  Subscription,
  UpdateSink,
  WriteItem,
  WriteResult,
} from '@fieldwarden/driver';
import type { BreakerState } from './device-breaker.js';
import { Pipeline } from './pipeline.js';
import type { PipelineObserver } from './pipeline-observer.js';
import type { ResilienceSettings } from './resilience-settings.js';

/** What a device looks like from the calls made to it; `disabled` is the instance's word, not the invoker's. */
export type ReachedState = 'unknown' | 'connected' | 'unreachable' | 'demoted';

export interface DeviceStatus {
  readonly state: ReachedState;
  readonly breaker: BreakerState;
  readonly consecutiveFailures: number;
  readonly depth: number;
  readonly retries: number;
  readonly lateReplies: number;
  readonly lastBreakerOpenAtMs: number | undefined;
  /** Reads, subscriptions and the like that the driver is busy with; no writes. */
  readonly exchanging: number;
  /** Calls given up since the driver last answered one, good or bad. */
  readonly unanswered: number;
  /** The last word of the driver itself was good: what timed out since without a word does not count. */
  readonly saidConnected: boolean;
  readonly lastError: { readonly error: GatewayError; readonly atMs: number } | undefined;
}

export interface DeviceInvokerDependencies {
  readonly driverId: string;
  readonly deviceId: string;
  /** The session to call now; undefined while the driver is stopped or its Host is away. */
  readonly session: () => DriverSession | undefined;
  readonly settings: ResilienceSettings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** Every call's end, for metrics. */
  readonly onSettled: (capability: Capability, durationMs: number, error: GatewayError | undefined) => void;
  readonly onRetried: (capability: Capability) => void;
  readonly onLateReply: () => void;
  /** The device's state or breaker changed. */
  readonly onStatusChanged: () => void;
}

const notRunning = 'DRIVER_NOT_RUNNING';

/**
 * The one road to the capabilities of one device. Every method settles within the capability's total timeout; errors are
 * GatewayErrors. Nothing else in the gateway calls a capability of a session.
 */
export class DeviceInvoker {
  readonly deviceId: string;
  readonly #deps: DeviceInvokerDependencies;
  readonly #pipeline: Pipeline;
  readonly #reading = new WeakSet<ReadPlan>();
  #reached: 'unknown' | 'connected' | 'unreachable' = 'unknown';
  #retries = 0;
  #lateReplies = 0;
  #lastBreakerOpenAtMs: number | undefined;
  #lastError: { error: GatewayError; atMs: number } | undefined;
  #progress = 0;
  #exchanging = 0;
  #saidConnected = false;
  #unanswered = 0;
  /** Half-open, and the driver has no `probe`: the next call is let through in its place. */
  #trialOffered = false;

  constructor(deps: DeviceInvokerDependencies) {
    this.deviceId = deps.deviceId;
    this.#deps = deps;
    const { settings, clock, random } = deps;
    this.#pipeline = new Pipeline({
      settings,
      clock,
      random,
      observer: this.#observer(),
      probe: () => this.#probeDemoted(),
    });
  }

  /** Off-scan: the breaker is not closed. */
  get demoted(): boolean {
    return this.#pipeline.demoted;
  }

  /** The next call is wanted although the device is demoted: it decides whether it comes back. */
  get trialWanted(): boolean {
    return this.#trialOffered;
  }

  /** Exchanges that the driver has brought to an end, good or bad; standing still with work pending means wedged. */
  get progress(): number {
    return this.#progress;
  }

  get status(): DeviceStatus {
    return {
      state: this.#pipeline.demoted ? 'demoted' : this.#reached,
      breaker: this.#pipeline.breaker,
      consecutiveFailures: this.#pipeline.consecutiveFailures,
      depth: this.#pipeline.depth,
      retries: this.#retries,
      lateReplies: this.#lateReplies,
      lastBreakerOpenAtMs: this.#lastBreakerOpenAtMs,
      exchanging: this.#exchanging,
      unanswered: this.#unanswered,
      saidConnected: this.#saidConnected,
      lastError: this.#lastError,
    };
  }

  dispose(): void {
    this.#pipeline.dispose();
  }

  /** True while an exchange for this plan runs in the driver, also when its caller has given up already. */
  isReading(plan: ReadPlan): boolean {
    return this.#reading.has(plan);
  }

  /** One scan. If it rejects, `into` may still be written by the driver: drop it. */
  read(plan: ReadPlan, into: ValueColumns): Promise<void> {
    return this.#run('read', newCorrelationId(), async (session, call) => {
      const read = bound(session, 'read');
      this.#reading.add(plan);
      try {
        await read(plan, into, call);
      } finally {
        this.#reading.delete(plan);
      }
    });
  }

  /** The present value of one point, straight from the device; rejects with the row's status when that is Bad. */
  async readOnce(point: Point): Promise<TagValue> {
    const plan = bound(this.#session(), 'prepareRead')(this.deviceId, [point]);
    const columns = new ValueColumns(1);
    await this.read(plan, columns);
    const status = columns.statuses[0];
    if (isBad(status)) {
      throw new GatewayError({
        code: 'POINT_BAD',
        kind: 'rejected',
        message: `${point.path} reads ${statusName(status)}`,
        status,
      });
    }
    return columns.objects?.get(0) ?? columns.values[0];
  }

  /** One result per item. `idempotent` allows retries (SPEC §5.4); a rejection's `writeOutcome` holds for every item. */
  write(items: readonly WriteItem[], idempotent: boolean, correlationId: string): Promise<readonly WriteResult[]> {
    return this.#run('write', correlationId, (session, call) => bound(session, 'write')(this.deviceId, items, call), {
      mayRetry: idempotent,
      despiteOpenBreaker: this.#deps.settings.writeWhileDemoted === 'try',
    });
  }

  probe(correlationId = newCorrelationId()): Promise<void> {
    return this.#run('probe', correlationId, (session, call) => bound(session, 'probe')(this.deviceId, call), {
      mayRetry: false,
      despiteOpenBreaker: true,
    });
  }

  subscribe(points: readonly Point[], sink: UpdateSink): Promise<Subscription> {
    return this.#run('subscribe', newCorrelationId(), (session, call) =>
      bound(session, 'subscribe')(this.deviceId, points, sink, call),
    );
  }

  unsubscribe(subscription: Subscription): Promise<void> {
    return this.#run('unsubscribe', newCorrelationId(), (session, call) =>
      bound(session, 'unsubscribe')(subscription, call),
    );
  }

  discover(parent: string | undefined, correlationId: string): Promise<readonly DiscoveredNode[]> {
    return this.#run('discover', correlationId, (session, call) =>
      bound(session, 'discover')(this.deviceId, parent, call),
    );
  }

  /** Not an exchange with the device, so it passes no pipeline; rejects with kind `unsupported` when the driver has no plans to show. */
  async describePlan(plan: ReadPlan): Promise<PlanDescription> {
    return await bound(this.#session(), 'describePlan')(plan);
  }

  #run<T>(
    capability: Capability,
    correlationId: string,
    exchange: (session: DriverSession, call: CallContext) => Promise<T>,
    options: { mayRetry?: boolean; despiteOpenBreaker?: boolean } = {},
  ): Promise<T> {
    const { mayRetry = true, despiteOpenBreaker = false } = options;
    const urgent = capability !== 'read';
    return this.#pipeline.run({
      capability,
      correlationId,
      urgent,
      mayRetry,
      despiteOpenBreaker,
      isTrial: () => this.#takeTrial(),
      exchange: async (call) => await this.#counted(capability, async () => await exchange(this.#session(), call)),
    });
  }

  async #counted<T>(capability: Capability, exchange: () => Promise<T>): Promise<T> {
    if (capability === 'write') return await exchange();
    this.#exchanging += 1;
    try {
      return await exchange();
    } finally {
      this.#exchanging -= 1;
    }
  }

  #session(): DriverSession {
    const session = this.#deps.session();
    if (session) return session;
    throw new GatewayError({
      code: notRunning,
      kind: 'host-lost',
      message: `driver ${this.#deps.driverId} is not running`,
      writeOutcome: 'not-sent',
    });
  }

  /** Half-open: one cheap exchange decides. A driver without `probe` is asked by the next call that comes. */
  #probeDemoted(): void {
    this.#deps.onStatusChanged();
    const session = this.#deps.session();
    if (session && !session.probe) {
      this.#trialOffered = true;
      return;
    }
    this.probe().catch((error: unknown) => {
      const { logger, deviceId } = this.#deps;
      logger.debug('probe failed, the device stays off-scan', {
        device: deviceId,
        error: toGatewayError(error).message,
      });
    });
  }

  #takeTrial(): boolean {
    const offered = this.#trialOffered;
    this.#trialOffered = false;
    return offered;
  }

  #observer(): PipelineObserver {
    const { onSettled, onRetried, onLateReply } = this.#deps;
    return {
      settled: (capability, durationMs, error) => {
        this.#logCall(capability, durationMs, error);
        onSettled(capability, durationMs, error);
      },
      retried: (capability) => {
        this.#retries += 1;
        onRetried(capability);
      },
      lateReply: () => {
        this.#lateReplies += 1;
        onLateReply();
      },
      answered: () => {
        this.#heard();
        this.#saidConnected = true;
        this.#setReached('connected');
      },
      failed: (error) => {
        if (error) {
          this.#heard();
          this.#saidConnected = false;
          this.#remember(error);
        } else {
          this.#unanswered += 1;
        }
        this.#setReached('unreachable', error);
      },
      breakerChanged: (state) => this.#breakerChanged(state),
    };
  }

  /** The driver brought an exchange to its end. */
  #heard(): void {
    this.#progress += 1;
    this.#unanswered = 0;
  }

  /** That nobody is there to ask says nothing new: why that is so is known elsewhere. */
  #remember(error: GatewayError): void {
    if (error.code !== notRunning) this.#lastError = { error, atMs: this.#deps.clock.wallMs() };
  }

  #logCall(capability: Capability, durationMs: number, error: GatewayError | undefined): void {
    const { logger, deviceId } = this.#deps;
    if (error) this.#remember(error);
    if (!logger.enabled('debug')) return;
    const fields = { device: deviceId, capability, durationMs: Math.round(durationMs * 1000) / 1000 };
    logger.debug(
      `${capability} ${error ? `failed: ${error.message}` : 'done'}`,
      error ? { ...fields, code: error.code, kind: error.kind } : fields,
    );
  }

  #setReached(reached: 'connected' | 'unreachable', error?: GatewayError): void {
    if (this.#reached === reached) return;
    this.#reached = reached;
    const { logger, deviceId, onStatusChanged } = this.#deps;
    if (reached === 'connected') logger.info('device answers', { device: deviceId });
    else
      logger.warn(`device does not answer: ${error?.message ?? 'timeout'}`, {
        device: deviceId,
        code: error?.code,
        kind: error?.kind,
      });
    onStatusChanged();
  }

  #breakerChanged(state: BreakerState): void {
    const { logger, deviceId, clock, onStatusChanged } = this.#deps;
    if (state === 'open') {
      this.#lastBreakerOpenAtMs = clock.wallMs();
      logger.warn(`device demoted: off-scan after ${this.#pipeline.consecutiveFailures} failures in a row`, {
        device: deviceId,
      });
    } else {
      logger.info('device promoted: back on scan', { device: deviceId });
    }
    onStatusChanged();
  }
}

/** The named member bound to its session, or a clear refusal: capabilities are optional members. */
function bound<K extends keyof DriverSession>(session: DriverSession, name: K): NonNullable<DriverSession[K]> {
  const member = session[name];
  if (typeof member === 'function') return member.bind(session) as NonNullable<DriverSession[K]>;
  throw new GatewayError({ code: 'CAPABILITY_MISSING', kind: 'unsupported', message: `this driver cannot ${name}` });
}
