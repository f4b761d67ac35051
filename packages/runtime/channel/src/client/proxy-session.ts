import {
  newCorrelationId,
  toGatewayError,
  type Clock,
  type GatewayError,
  type Logger,
  type ValueColumns,
} from '@fieldwarden/core';
import type {
  AlarmSink,
  AlarmSubscription,
  CallContext,
  DiscoveredPage,
  DriverSession,
  MethodResult,
  PlanDescription,
  Point,
  ReadPlan,
  SessionMember,
  Subscription,
  UpdateSink,
  WriteResult,
} from '@fieldwarden/driver';
import { protocolError } from '../wire/channel-error.js';
import type { ClientCall } from './client-calls.js';
import type { ColumnsHeader } from '../wire/columns-codec.js';
import { eventPageOf, historyPageOf, historyValuesOf } from './history-answers.js';
import {
  preparePlanMessages,
  RemoteAlarmSubscription,
  RemotePlan,
  RemoteSubscription,
  type LiveSubscription,
} from './live-points.js';
import { LiveSubscriptions } from './live-subscriptions.js';
import { sessionMembers, type AlarmsMessage, type SupervisorMessage } from '../messages.js';
import type { CapabilityRequest, Maintenance } from '../requests.js';

/** For calls that no caller gave a deadline. */
const ownCallTimeoutMs = 10_000;

/** For `reinitialize` (SPEC §6.4) and its like. */
export const maintenanceTimeoutMs = 10_000;

/** What the Proxy needs of its channel. */
export interface ProxyPort {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Settles by answer, deadline or loss of the Host; rejects at once with kind `host-lost` while the Host can't be asked. */
  call(call: ClientCall): Promise<unknown>;
  /** Sends if there is a Host to send to. */
  post(message: SupervisorMessage): void;
  /** From the last pong; 0 until the first. */
  footprintBytes(): number;
  /** Settles every pending call with kind `cancelled` and refuses new ones on this channel. */
  closed(): void;
}

type DeviceRequest = Extract<CapabilityRequest, { readonly deviceId: string }>;

/**
 * Stands for the session in a Host. One object over all respawns: it remembers the plans and subscriptions that are in use and
 * renews them on every new channel.
 */
export class ProxySession {
  /** Has exactly the members that the Host announced. */
  readonly session: DriverSession;
  readonly #port: ProxyPort;
  readonly #plans = new Map<number, { readonly deviceId: string; readonly points: readonly Point[] }>();
  /** Held by whoever uses them. */
  readonly #made = new WeakSet<RemotePlan>();
  readonly #subscriptions: LiveSubscriptions;
  readonly #unused = new FinalizationRegistry<number>((id) => this.#dropPlan(id));
  #nextId = 1;

  constructor(port: ProxyPort) {
    this.#port = port;
    this.session = { close: () => this.#close() };
    this.#subscriptions = new LiveSubscriptions({
      clock: port.clock,
      logger: port.logger,
      call: (call) => port.call(call),
      post: (message) => port.post(message),
      ownContext: () => this.#ownContext(ownCallTimeoutMs),
    });
  }

  /** A new channel is ready: sets the members and renews what is in use. Called before anybody can use the channel. */
  ready(members: readonly SessionMember[]): void {
    const target: Partial<DriverSession> = this.session;
    const all = this.#members();
    for (const name of sessionMembers) {
      if (members.includes(name)) Object.assign(target, { [name]: all[name] });
      else Reflect.deleteProperty(target, name);
    }
    for (const [id, { deviceId, points }] of this.#plans) this.#prepare(id, deviceId, points);
    this.#subscriptions.renewAll();
  }

  /** The channel is gone: every live subscription says so to its sink. */
  lost(error: GatewayError): void {
    this.#subscriptions.lost(error);
  }

  /** See `LiveSubscriptions.update`. */
  update(header: ColumnsHeader, payload: Uint8Array): void {
    this.#subscriptions.update(header, payload);
  }

  alarms(message: AlarmsMessage): void {
    this.#subscriptions.alarms(message);
  }

  /** A subscription to values or alarms has nothing to deliver until further notice. */
  subscriptionFailed(id: number, error: GatewayError): void {
    this.#subscriptions.failed(id, error);
  }

  #members(): Required<Omit<DriverSession, 'open' | 'close'>> {
    return { ...this.#exchanges(), ...this.#alarmsAndMethods(), ...this.#history(), ...this.#services() };
  }

  #exchanges() {
    return {
      read: (plan, into, call) => this.#read(plan, into, call),
      write: (deviceId, items, call) => this.#outcomes({ capability: 'write', deviceId, items }, call),
      probe: async (deviceId, call) => {
        await this.#ask({ capability: 'probe', deviceId }, call);
      },
      discover: async (deviceId, query, call) =>
        discoveredPage(await this.#ask({ capability: 'discover', deviceId, query }, call)),
      subscribe: (deviceId, points, sink, call) => this.#subscribe(deviceId, points, sink, call),
      unsubscribe: (subscription, call) => this.#subscriptions.end(subscription as LiveSubscription, call),
    } satisfies Partial<DriverSession>;
  }

  #alarmsAndMethods() {
    return {
      subscribeAlarms: (deviceId, sink, call) => this.#subscribeAlarms(deviceId, sink, call),
      unsubscribeAlarms: (subscription, call) => this.#subscriptions.end(subscription as LiveSubscription, call),
      acknowledge: (deviceId, items, call) => this.#outcomes({ capability: 'acknowledge', deviceId, items }, call),
      callMethod: async (deviceId, method, call) =>
        methodResult(await this.#ask({ capability: 'callMethod', deviceId, method }, call)),
    } satisfies Partial<DriverSession>;
  }

  #history() {
    return {
      readRaw: async (deviceId, point, query, call) =>
        historyPageOf(await this.#ask({ capability: 'readRaw', deviceId, point, query }, call)),
      readProcessed: async (deviceId, point, query, call) =>
        historyPageOf(await this.#ask({ capability: 'readProcessed', deviceId, point, query }, call)),
      readAtTime: async (deviceId, point, timesMs, call) =>
        historyValuesOf(await this.#ask({ capability: 'readAtTime', deviceId, point, timesMs }, call), timesMs.length),
      readEvents: async (deviceId, query, call) =>
        eventPageOf(await this.#ask({ capability: 'readEvents', deviceId, query }, call)),
    } satisfies Partial<DriverSession>;
  }

  #services() {
    return {
      prepareRead: (deviceId, points) => this.#prepareRead(deviceId, points),
      releaseRead: (plan) => this.#releaseRead(plan),
      describePlan: (plan) => this.#describePlan(plan),
      setDevices: async (devices) => this.#serve({ capability: 'setDevices', devices }),
      reinitialize: () => this.#serve({ capability: 'reinitialize' }),
      memoryFootprint: () => this.#port.footprintBytes(),
      flushOptionalCaches: () =>
        void this.#serve({ capability: 'flushOptionalCaches' }).catch((error: unknown) => this.#notFlushed(error)),
    } satisfies Partial<DriverSession>;
  }

  #prepareRead(deviceId: string, points: readonly Point[]): ReadPlan {
    const plan = new RemotePlan(this.#nextId++, deviceId, points);
    this.#plans.set(plan.id, { deviceId, points });
    // A plan ends with `releaseRead`; for a driver without it, when nobody holds its handle any more.
    this.#unused.register(plan, plan.id, plan);
    this.#made.add(plan);
    this.#prepare(plan.id, deviceId, points);
    return plan;
  }

  #prepare(id: number, deviceId: string, points: readonly Point[]): void {
    for (const message of preparePlanMessages('read', id, deviceId, points)) this.#port.post(message);
  }

  /** A plan of another Proxy may have the number of one of ours. */
  #releaseRead(plan: ReadPlan): void {
    if (!(plan instanceof RemotePlan) || !this.#made.has(plan)) return;
    this.#unused.unregister(plan);
    this.#dropPlan(plan.id);
  }

  #dropPlan(id: number): void {
    if (this.#plans.delete(id)) this.#port.post({ type: 'drop-plan', plan: id });
  }

  async #read(plan: ReadPlan, into: ValueColumns, context: CallContext): Promise<void> {
    const { id, deviceId: device } = plan as RemotePlan;
    await this.#port.call({ request: { capability: 'read', plan: id }, device, context, into });
  }

  #ask(request: DeviceRequest, context: CallContext): Promise<unknown> {
    return this.#port.call({ request, device: request.deviceId, context });
  }

  /** Writes and acknowledgements. */
  async #outcomes(
    request: DeviceRequest & { readonly items: readonly unknown[] },
    context: CallContext,
  ): Promise<readonly WriteResult[]> {
    const results = await this.#ask(request, context);
    if (areWriteResults(results, request.items.length)) return results;
    throw protocolError(`a ${request.capability} answered with other than one result per item`);
  }

  #describePlan(plan: ReadPlan): Promise<PlanDescription> {
    const { id, deviceId: device } = plan as RemotePlan;
    const context = this.#ownContext(ownCallTimeoutMs);
    const request = { capability: 'describePlan', plan: id } as const;
    return this.#port.call({ request, device, context }) as Promise<PlanDescription>;
  }

  /** What concerns the session as a whole. */
  async #serve(
    request: Extract<CapabilityRequest, { readonly capability: Maintenance | 'setDevices' }>,
  ): Promise<void> {
    const context = this.#ownContext(maintenanceTimeoutMs);
    await this.#port.call({ request, device: undefined, context });
  }

  /** A Host that went away has no caches either. */
  #notFlushed(error: unknown): void {
    const failure = toGatewayError(error);
    if (failure.kind !== 'host-lost') this.#port.logger.warn('caches were not flushed', { error: failure });
  }

  async #subscribe(
    device: string,
    points: readonly Point[],
    sink: UpdateSink,
    call: CallContext,
  ): Promise<Subscription> {
    const subscription = new RemoteSubscription(this.#nextId++, device, points, sink);
    await this.#subscriptions.begin(subscription, call);
    return subscription;
  }

  async #subscribeAlarms(device: string, sink: AlarmSink, call: CallContext): Promise<AlarmSubscription> {
    const subscription = new RemoteAlarmSubscription(this.#nextId++, device, sink);
    await this.#subscriptions.begin(subscription, call);
    return subscription;
  }

  #ownContext(timeoutMs: number): CallContext {
    const deadlineMs = this.#port.clock.monotonicMs() + timeoutMs;
    return { correlationId: newCorrelationId(), deadlineMs, signal: new AbortController().signal };
  }

  /** The process belongs to its Host object, which ends it; here only what the caller holds ends. */
  #close(): Promise<void> {
    for (const id of [...this.#plans.keys()]) this.#dropPlan(id);
    this.#subscriptions.endAll();
    this.#port.closed();
    return Promise.resolve();
  }
}

function areWriteResults(value: unknown, length: number): value is readonly WriteResult[] {
  return (
    Array.isArray(value) &&
    value.length === length &&
    value.every((result: Partial<WriteResult> | null) => typeof result?.outcome === 'string')
  );
}

function discoveredPage(value: unknown): DiscoveredPage {
  const { nodes, nextCursor } = (value ?? {}) as Partial<DiscoveredPage>;
  if (Array.isArray(nodes) && (nextCursor === undefined || typeof nextCursor === 'string'))
    return value as DiscoveredPage;
  throw protocolError('a browse answered with no page');
}

function methodResult(value: unknown): MethodResult {
  const { outcome, outputs } = (value ?? {}) as Partial<MethodResult>;
  if (typeof outcome === 'string' && Array.isArray(outputs)) return value as MethodResult;
  throw protocolError('a method answered with no result');
}
