import { GatewayError, isBad, statusName, toGatewayError, ValueColumns, type TagValue } from '@fieldwarden/core';
import type {
  Acknowledgement,
  AlarmSink,
  AlarmSubscription,
  Capability,
  DiscoveredPage,
  DiscoverQuery,
  EventHistoryQuery,
  EventPage,
  HistoricalValue,
  HistoryPage,
  MethodCall,
  MethodResult,
  PlanDescription,
  Point,
  ProcessedHistoryQuery,
  RawHistoryQuery,
  ReadPlan,
  SessionMember,
  Subscription,
  UpdateSink,
  WriteItem,
  WriteResult,
} from '@fieldwarden/driver';
import { inCallScope } from './calls/call-scope.js';
import { traitsOf } from './calls/capability-traits.js';
import type { DeviceInvokerDependencies } from './device-invoker-dependencies.js';
import { DeviceRecord } from './status/device-record.js';
import type { DeviceStatus } from './status/device-status.js';
import { Pipeline } from './pipeline/pipeline.js';
import type { ResilienceSettings } from './status/resilience-settings.js';
import type { DeviceResilienceState } from './status/resilience-state.js';
import { discover } from './calls/discover-exchange.js';
import { readAtTime, readEvents, readProcessed, readRaw, type Exchange } from './calls/history-exchanges.js';
import { unsupported } from './calls/session-calls.js';
import { SessionInvoker } from './session-invoker.js';
import { unansweredIn, WriteAttempts } from './pipeline/write-attempts.js';

interface CallOptions<T> {
  /** Default: every capability that does not act on the device. */
  readonly mayRetry?: boolean;
  readonly despiteOpenBreaker?: boolean;
  readonly shortfall?: (value: T) => GatewayError | undefined;
}

const noOptions: CallOptions<unknown> = {};

/**
 * The one road to the capabilities of one device. Every method settles within the capability's total timeout; errors are
 * GatewayErrors, kind `unsupported` for what the driver cannot do. Nothing else in the gateway calls a capability of a session.
 */
export class DeviceInvoker {
  readonly deviceId: string;
  readonly #deps: DeviceInvokerDependencies;
  readonly #record: DeviceRecord;
  readonly #pipeline: Pipeline;
  readonly #services: SessionInvoker;
  /** Half-open, and the driver has no `probe`: the next call is let through in its place. */
  #trialOffered = false;

  constructor(deps: DeviceInvokerDependencies) {
    this.deviceId = deps.deviceId;
    this.#deps = deps;
    this.#record = new DeviceRecord(deps);
    this.#services = new SessionInvoker(deps);
    const { driverId, session, settings, clock, random, restored } = deps;
    this.#pipeline = new Pipeline({
      driverId,
      session,
      settings,
      clock,
      random,
      restored,
      observer: this.#record,
      probe: () => this.#probeDemoted(),
      takeTrial: () => this.#takeTrial(),
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
    return this.#record.progress;
  }

  get status(): DeviceStatus {
    const { breaker, consecutiveFailures, depth, exchanging, demoted } = this.#pipeline;
    const { reached, reachedAtMs, reachedForMs, retries, lateReplies, lastBreakerOpenAtMs } = this.#record;
    const { unanswered, saidConnected, lastError } = this.#record;
    return {
      state: demoted ? 'demoted' : reached,
      reachedAtMs,
      reachedForMs,
      breaker,
      consecutiveFailures,
      depth,
      retries,
      lateReplies,
      lastBreakerOpenAtMs,
      exchanging,
      unanswered,
      saidConnected,
      lastError,
    };
  }

  /** What to remember over a restart of the gateway, for the constructor's `restored`. */
  get resilienceState(): DeviceResilienceState {
    const { retries, lateReplies, lastBreakerOpenAtMs = null } = this.#record;
    return { ...this.#pipeline.breakerMemory, lastBreakerOpenAtMs, retries, lateReplies };
  }

  /** Calls that begin from now on follow these settings; those under way end by the old. Breaker state and queue stay (SPEC §7.5). */
  configure(settings: ResilienceSettings): void {
    this.#pipeline.configure(settings);
  }

  dispose(): void {
    this.#pipeline.dispose();
  }

  /** The running session has this member. False while none runs. */
  supports(member: SessionMember): boolean {
    return this.#services.supports(member);
  }

  /** Pure; see `SessionInvoker.prepareRead`. */
  prepareRead(points: readonly Point[]): ReadPlan {
    return this.#services.prepareRead(this.deviceId, points);
  }

  /** The plan is not used any more: the session hears of it once the last read of it has come to its end. */
  releaseRead(plan: ReadPlan): void {
    this.#pipeline.whenFree(plan, () => this.#services.releaseRead(plan));
  }

  /** See `SessionInvoker.describePlan`. */
  describePlan(plan: ReadPlan): Promise<PlanDescription> {
    return this.#services.describePlan(plan);
  }

  /** True while an exchange for this plan runs in the driver, also when its caller has given up already. */
  isReading(plan: ReadPlan): boolean {
    return this.#pipeline.isBusyWith(plan);
  }

  /** One scan. If it rejects, `into` may still be written by the driver: drop it. */
  read(plan: ReadPlan, into: ValueColumns, correlationId?: string): Promise<void> {
    const exchange: Exchange<void> = (session, call) => {
      if (!session.read) throw unsupported('read');
      return session.read(plan, into, call);
    };
    return this.#pipeline.run({
      capability: 'read',
      correlationId,
      exchange: inCallScope(correlationId, 'read', this.deviceId, exchange),
      mayRetry: true,
      despiteOpenBreaker: false,
      subject: plan,
      shortfall: undefined,
    });
  }

  /** The present value of one point, straight from the device; rejects with the row's status when that is Bad. */
  async readOnce(point: Point, correlationId?: string): Promise<TagValue> {
    const columns = new ValueColumns(1);
    const plan = this.prepareRead([point]);
    await this.read(plan, columns, correlationId).finally(() => this.releaseRead(plan));
    const status = columns.statuses[0];
    if (isBad(status)) {
      const message = `${point.path} reads ${statusName(status)}`;
      throw new GatewayError({ code: 'POINT_BAD', kind: 'rejected', message, status });
    }
    return columns.objects?.get(0) ?? columns.values[0];
  }

  /** One result per item. `idempotent` allows retries (SPEC §5.4); a rejection's `writeOutcome` holds for every item. */
  write(items: readonly WriteItem[], idempotent: boolean, correlationId: string): Promise<readonly WriteResult[]> {
    const attempts = new WriteAttempts(this.deviceId, items);
    const exchange: Exchange<readonly WriteResult[]> = (session, call) => attempts.next(session, call);
    const despiteOpenBreaker = this.#pipeline.settings.writeWhileDemoted === 'try';
    const options = { mayRetry: idempotent, despiteOpenBreaker, shortfall: unansweredIn };
    return this.#run('write', correlationId, exchange, options).catch((error: unknown) => {
      throw attempts.truthful(toGatewayError(error));
    });
  }

  /** Goes through to a demoted device, too. */
  probe(correlationId?: string): Promise<void> {
    const exchange: Exchange<void> = (session, call) => {
      if (!session.probe) throw unsupported('probe');
      return session.probe(this.deviceId, call);
    };
    return this.#run('probe', correlationId, exchange, { mayRetry: false, despiteOpenBreaker: true });
  }

  subscribe(points: readonly Point[], sink: UpdateSink, correlationId?: string): Promise<Subscription> {
    return this.#run('subscribe', correlationId, (session, call) => {
      if (!session.subscribe) throw unsupported('subscribe');
      return session.subscribe(this.deviceId, points, sink, call);
    });
  }

  unsubscribe(subscription: Subscription, correlationId?: string): Promise<void> {
    return this.#run('unsubscribe', correlationId, (session, call) => {
      if (!session.unsubscribe) throw unsupported('unsubscribe');
      return session.unsubscribe(subscription, call);
    });
  }

  /** Rejects with kind `config` for a query out of the contract's bounds. */
  discover(query: DiscoverQuery, correlationId: string): Promise<DiscoveredPage> {
    return this.#run('discover', correlationId, discover(this.deviceId, query));
  }

  subscribeAlarms(sink: AlarmSink, correlationId?: string): Promise<AlarmSubscription> {
    return this.#run('subscribeAlarms', correlationId, (session, call) => {
      if (!session.subscribeAlarms) throw unsupported('subscribeAlarms');
      return session.subscribeAlarms(this.deviceId, sink, call);
    });
  }

  unsubscribeAlarms(subscription: AlarmSubscription, correlationId?: string): Promise<void> {
    return this.#run('unsubscribeAlarms', correlationId, (session, call) => {
      if (!session.unsubscribeAlarms) throw unsupported('unsubscribeAlarms');
      return session.unsubscribeAlarms(subscription, call);
    });
  }

  /** One result per item; never repeated. A rejection's `writeOutcome` holds for every item. */
  acknowledge(items: readonly Acknowledgement[], correlationId: string): Promise<readonly WriteResult[]> {
    return this.#run('acknowledge', correlationId, (session, call) => {
      if (!session.acknowledge) throw unsupported('acknowledge');
      return session.acknowledge(this.deviceId, items, call);
    });
  }

  /** Rejects with kind `config` for a query out of the contract's bounds; so do the other history reads. */
  readRaw(point: Point, query: RawHistoryQuery, correlationId: string): Promise<HistoryPage> {
    return this.#run('readRaw', correlationId, readRaw(this.deviceId, point, query));
  }

  readProcessed(point: Point, query: ProcessedHistoryQuery, correlationId: string): Promise<HistoryPage> {
    return this.#run('readProcessed', correlationId, readProcessed(this.deviceId, point, query));
  }

  readAtTime(point: Point, timesMs: readonly number[], correlationId: string): Promise<readonly HistoricalValue[]> {
    return this.#run('readAtTime', correlationId, readAtTime(this.deviceId, point, timesMs));
  }

  readEvents(query: EventHistoryQuery, correlationId: string): Promise<EventPage> {
    return this.#run('readEvents', correlationId, readEvents(this.deviceId, query));
  }

  /** Never repeated; a rejection's `writeOutcome` tells what became of it. */
  callMethod(method: MethodCall, correlationId: string): Promise<MethodResult> {
    return this.#run('callMethod', correlationId, (session, call) => {
      if (!session.callMethod) throw unsupported('callMethod');
      return session.callMethod(this.deviceId, method, call);
    });
  }

  #run<T>(
    capability: Capability,
    correlationId: string | undefined,
    exchange: Exchange<T>,
    { mayRetry = !traitsOf[capability].acts, despiteOpenBreaker = false, shortfall }: CallOptions<T> = noOptions,
  ): Promise<T> {
    return this.#pipeline.run({
      capability,
      correlationId,
      exchange: inCallScope(correlationId, capability, this.deviceId, exchange),
      mayRetry,
      despiteOpenBreaker,
      subject: undefined,
      shortfall,
    });
  }

  /** Half-open: one cheap exchange decides. A driver without `probe` is asked by the next call that comes. */
  #probeDemoted(): void {
    this.#record.statusChanged();
    const session = this.#deps.session.current;
    if (session && !session.probe) {
      this.#trialOffered = true;
      return;
    }
    this.probe().catch((error: unknown) => {
      const { logger, deviceId } = this.#deps;
      if (logger.enabled('debug'))
        logger.debug(`the device stays off-scan: ${toGatewayError(error).message}`, { device: deviceId });
    });
  }

  #takeTrial(): boolean {
    const offered = this.#trialOffered;
    this.#trialOffered = false;
    return offered;
  }
}
