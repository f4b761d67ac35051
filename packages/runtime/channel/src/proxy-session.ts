import {
  isGatewayError,
  newCorrelationId,
  toGatewayError,
  type Clock,
  type GatewayError,
  type Logger,
  type Timer,
  type ValueColumns,
} from '@fieldwarden/core';
import type {
  CallContext,
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
import { protocolError } from './channel-error.js';
import type { ClientCall } from './client-calls.js';
import type { ColumnsHeader } from './columns-codec.js';
import { preparePlanMessages, RemotePlan, RemoteSubscription, subscriptionCredits } from './live-points.js';
import { sessionMembers, type Maintenance, type SessionMember, type SupervisorMessage } from './messages.js';

/** For calls that no caller gave a deadline. */
const ownCallTimeoutMs = 10_000;

/** For `reinitialize` (SPEC §6.4) and its like. */
export const maintenanceTimeoutMs = 10_000;

const renewal = { initialMs: 1_000, maxMs: 60_000 } as const;

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

/**
 * Stands for the session in a Host. One object over all respawns: it remembers the plans and subscriptions that are in use and
 * renews them on every new channel.
 */
export class ProxySession {
  /** Has exactly the members that the Host announced. */
  readonly session: DriverSession;
  readonly #port: ProxyPort;
  readonly #plans = new Map<number, { readonly deviceId: string; readonly points: readonly Point[] }>();
  readonly #subscriptions = new Map<number, RemoteSubscription>();
  readonly #renewals = new Set<Timer>();
  readonly #unused = new FinalizationRegistry<number>((id) => this.#dropPlan(id));
  #nextId = 1;

  constructor(port: ProxyPort) {
    this.#port = port;
    this.session = { close: () => this.#close() };
  }

  /** A new channel is ready: sets the members and renews what is in use. Called before anybody can use the channel. */
  ready(members: readonly SessionMember[]): void {
    const target: Partial<DriverSession> = this.session;
    const all = this.#members();
    for (const name of sessionMembers) {
      if (members.includes(name)) Object.assign(target, { [name]: all[name] });
      else Reflect.deleteProperty(target, name);
    }
    for (const [id, { deviceId, points }] of this.#plans) this.#prepare('read', id, deviceId, points);
    for (const subscription of this.#subscriptions.values()) this.#renew(subscription, renewal.initialMs);
  }

  /** The channel is gone: every live subscription says so to its sink. */
  lost(error: GatewayError): void {
    this.#cancelRenewals();
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.accepted) this.#failSink(subscription, error);
    }
  }

  /** Delivers one update. Throws kind `protocol` for a batch that does not fit. Updates of an ended subscription are dropped. */
  update(header: ColumnsHeader, payload: Uint8Array): void {
    const subscription = this.#subscriptions.get(header.id);
    if (!subscription) return;
    const batch = subscription.decode(header, payload);
    try {
      subscription.push(batch);
    } catch (error) {
      this.#port.logger.error('a subscriber failed on an update', { error: toGatewayError(error) });
    }
    const amount = subscription.consumedCredits();
    if (amount > 0) this.#port.post({ type: 'credits', subscription: header.id, amount });
  }

  updateFailed(id: number, error: GatewayError): void {
    const subscription = this.#subscriptions.get(id);
    if (subscription) this.#failSink(subscription, error);
  }

  #members(): Required<Omit<DriverSession, 'open' | 'close'>> {
    return {
      prepareRead: (deviceId, points) => this.#prepareRead(deviceId, points),
      describePlan: (plan) => this.#describePlan(plan),
      read: (plan, into, call) => this.#read(plan, into, call),
      write: (deviceId, items, call) => this.#write(deviceId, items, call),
      probe: (device, context) => this.#probe(device, context),
      subscribe: (deviceId, points, sink, call) => this.#subscribe(deviceId, points, sink, call),
      unsubscribe: (subscription, call) => this.#unsubscribe(subscription, call),
      discover: (device, parent, context) => this.#discover(device, parent, context),
      reinitialize: () => this.#maintain('reinitialize'),
      memoryFootprint: () => this.#port.footprintBytes(),
      flushOptionalCaches: () =>
        void this.#maintain('flushOptionalCaches').catch((error: unknown) => this.#notFlushed(error)),
    };
  }

  #prepareRead(deviceId: string, points: readonly Point[]): ReadPlan {
    const plan = new RemotePlan(this.#nextId++, deviceId, points);
    this.#plans.set(plan.id, { deviceId, points });
    // The contract has no call that ends a plan: it ends when nobody holds its handle any more.
    this.#unused.register(plan, plan.id);
    this.#prepare('read', plan.id, deviceId, points);
    return plan;
  }

  #prepare(purpose: 'read' | 'subscribe', id: number, deviceId: string, points: readonly Point[]): void {
    for (const message of preparePlanMessages(purpose, id, deviceId, points)) this.#port.post(message);
  }

  #dropPlan(id: number): void {
    if (this.#plans.delete(id)) this.#port.post({ type: 'drop-plan', plan: id });
  }

  async #read(plan: ReadPlan, into: ValueColumns, context: CallContext): Promise<void> {
    const { id, deviceId: device } = plan as RemotePlan;
    await this.#port.call({ request: { capability: 'read', plan: id }, device, context, into });
  }

  async #write(device: string, items: readonly WriteItem[], context: CallContext): Promise<readonly WriteResult[]> {
    const results = await this.#port.call({
      request: { capability: 'write', deviceId: device, items },
      device,
      context,
    });
    if (!areWriteResults(results, items.length))
      throw protocolError('a write answered with other than one result per item');
    return results;
  }

  #describePlan(plan: ReadPlan): Promise<PlanDescription> {
    const { id, deviceId: device } = plan as RemotePlan;
    const context = this.#ownContext(ownCallTimeoutMs);
    const request = { capability: 'describePlan', plan: id } as const;
    return this.#port.call({ request, device, context }) as Promise<PlanDescription>;
  }

  async #probe(device: string, context: CallContext): Promise<void> {
    await this.#port.call({ request: { capability: 'probe', deviceId: device }, device, context });
  }

  #discover(device: string, parent: string | undefined, context: CallContext): Promise<readonly DiscoveredNode[]> {
    const request = { capability: 'discover', deviceId: device, parent } as const;
    return this.#port.call({ request, device, context }) as Promise<readonly DiscoveredNode[]>;
  }

  async #maintain(capability: Maintenance): Promise<void> {
    const context = this.#ownContext(maintenanceTimeoutMs);
    await this.#port.call({ request: { capability }, device: undefined, context });
  }

  /** A Host that went away has no caches either. */
  #notFlushed(error: unknown): void {
    const failure = toGatewayError(error);
    if (failure.kind !== 'host-lost') this.#port.logger.warn('caches were not flushed', { error: failure });
  }

  async #subscribe(
    deviceId: string,
    points: readonly Point[],
    sink: UpdateSink,
    call: CallContext,
  ): Promise<Subscription> {
    const subscription = new RemoteSubscription(this.#nextId++, deviceId, points, sink);
    this.#subscriptions.set(subscription.id, subscription);
    try {
      await this.#establish(subscription, call);
    } catch (error) {
      this.#forget(subscription);
      throw error;
    }
    return subscription;
  }

  async #establish(subscription: RemoteSubscription, context: CallContext): Promise<void> {
    const { id, deviceId, points } = subscription;
    subscription.resetCredits();
    this.#prepare('subscribe', id, deviceId, points);
    const request = { capability: 'subscribe', plan: id, credits: subscriptionCredits } as const;
    await this.#port.call({ request, device: deviceId, context });
    subscription.accepted = true;
  }

  async #unsubscribe(subscription: Subscription, context: CallContext): Promise<void> {
    const { id, deviceId: device } = subscription as RemoteSubscription;
    if (!this.#subscriptions.delete(id)) return;
    try {
      await this.#port.call({ request: { capability: 'unsubscribe', plan: id }, device, context });
    } catch (error) {
      // With the Host went its subscriptions.
      if (!isGatewayError(error) || error.kind !== 'host-lost') throw error;
    } finally {
      this.#port.post({ type: 'drop-plan', plan: id });
    }
  }

  #forget(subscription: RemoteSubscription): void {
    this.#subscriptions.delete(subscription.id);
    this.#port.post({ type: 'drop-plan', plan: subscription.id });
  }

  /** After a respawn the device may not accept at once: asked again, ever more seldom, until it does or the channel ends. */
  #renew(subscription: RemoteSubscription, retryMs: number): void {
    if (!subscription.accepted || !this.#subscriptions.has(subscription.id)) return;
    this.#establish(subscription, this.#ownContext(ownCallTimeoutMs)).catch((error: unknown) => {
      const failure = toGatewayError(error);
      if (failure.kind === 'host-lost') return;
      this.#failSink(subscription, failure);
      const timer = this.#port.clock.setTimer(() => {
        this.#renewals.delete(timer);
        this.#renew(subscription, Math.min(retryMs * 2, renewal.maxMs));
      }, retryMs);
      timer.unref();
      this.#renewals.add(timer);
    });
  }

  #cancelRenewals(): void {
    for (const timer of this.#renewals) timer[Symbol.dispose]();
    this.#renewals.clear();
  }

  #failSink(subscription: RemoteSubscription, error: GatewayError): void {
    try {
      subscription.fail(error);
    } catch (failure) {
      this.#port.logger.error('a subscriber failed on the end of its updates', { error: toGatewayError(failure) });
    }
  }

  #ownContext(timeoutMs: number): CallContext {
    const deadlineMs = this.#port.clock.monotonicMs() + timeoutMs;
    return { correlationId: newCorrelationId(), deadlineMs, signal: new AbortController().signal };
  }

  /** The process belongs to its Host object, which ends it; here only what the caller holds ends. */
  #close(): Promise<void> {
    this.#cancelRenewals();
    for (const id of [...this.#plans.keys()]) this.#dropPlan(id);
    for (const subscription of [...this.#subscriptions.values()]) this.#forget(subscription);
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
