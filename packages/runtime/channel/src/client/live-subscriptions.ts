import {
  isGatewayError,
  toGatewayError,
  type Clock,
  type GatewayError,
  type Logger,
  type Timer,
} from '@fieldwarden/core';
import type { CallContext } from '@fieldwarden/driver';
import type { ClientCall } from './client-calls.js';
import type { ColumnsHeader } from '../wire/columns-codec.js';
import { RemoteAlarmSubscription, RemoteSubscription, type LiveSubscription } from './live-points.js';
import type { AlarmsMessage, SupervisorMessage } from '../messages.js';

const renewal = { initialMs: 1_000, maxMs: 60_000 } as const;

/** What subscriptions need of their channel. */
export interface SubscriptionPort {
  readonly clock: Clock;
  readonly logger: Logger;
  call(call: ClientCall): Promise<unknown>;
  post(message: SupervisorMessage): void;
  /** For calls that no caller made. */
  ownContext(): CallContext;
}

/** The subscriptions in use of one Proxy, to values and to alarms. Renews them on every new channel. */
export class LiveSubscriptions {
  readonly #port: SubscriptionPort;
  readonly #byId = new Map<number, LiveSubscription>();
  readonly #renewals = new Set<Timer>();

  constructor(port: SubscriptionPort) {
    this.#port = port;
  }

  /** Resolves when the device accepted. */
  async begin(subscription: LiveSubscription, context: CallContext): Promise<void> {
    this.#byId.set(subscription.id, subscription);
    try {
      await this.#establish(subscription, context);
    } catch (error) {
      this.#forget(subscription);
      throw error;
    }
  }

  async end(subscription: LiveSubscription, context: CallContext): Promise<void> {
    const { id, deviceId: device } = subscription;
    if (!this.#byId.delete(id)) return;
    try {
      await this.#port.call({ request: subscription.endRequest(), device, context });
    } catch (error) {
      // With the Host went its subscriptions.
      if (!isGatewayError(error) || error.kind !== 'host-lost') throw error;
    } finally {
      this.#port.post({ type: 'drop-plan', plan: id });
    }
  }

  endAll(): void {
    this.#cancelRenewals();
    for (const subscription of [...this.#byId.values()]) this.#forget(subscription);
  }

  /** A new channel is ready. */
  renewAll(): void {
    for (const subscription of this.#byId.values()) this.#renew(subscription, renewal.initialMs);
  }

  /** The channel is gone: every live subscription says so to its sink. */
  lost(error: GatewayError): void {
    this.#cancelRenewals();
    for (const subscription of this.#byId.values()) {
      if (subscription.accepted) this.#failSink(subscription, error);
    }
  }

  /** Delivers one update. Throws kind `protocol` for a batch that does not fit. Updates of an ended subscription are dropped. */
  update(header: ColumnsHeader, payload: Uint8Array): void {
    const subscription = this.#byId.get(header.id);
    if (!(subscription instanceof RemoteSubscription)) return;
    const batch = subscription.decode(header, payload);
    this.#deliver(subscription, () => subscription.push(batch));
  }

  alarms(message: AlarmsMessage): void {
    const subscription = this.#byId.get(message.subscription);
    if (!(subscription instanceof RemoteAlarmSubscription)) return;
    this.#deliver(subscription, () => subscription.deliver(message));
  }

  failed(id: number, error: GatewayError): void {
    const subscription = this.#byId.get(id);
    if (subscription) this.#failSink(subscription, error);
  }

  #deliver(subscription: LiveSubscription, deliver: () => void): void {
    try {
      deliver();
    } catch (error) {
      this.#port.logger.error('a subscriber failed on what came for it', { error: toGatewayError(error) });
    }
    const amount = subscription.consumedCredits();
    if (amount > 0) this.#port.post({ type: 'credits', subscription: subscription.id, amount });
  }

  async #establish(subscription: LiveSubscription, context: CallContext): Promise<void> {
    subscription.resetCredits();
    for (const message of subscription.preparation()) this.#port.post(message);
    await this.#port.call({ request: subscription.request(), device: subscription.deviceId, context });
    subscription.accepted = true;
  }

  #forget({ id }: LiveSubscription): void {
    this.#byId.delete(id);
    this.#port.post({ type: 'drop-plan', plan: id });
  }

  /** After a respawn the device may not accept at once: asked again, ever more seldom, until it does or the channel ends. */
  #renew(subscription: LiveSubscription, retryMs: number): void {
    if (!subscription.accepted || !this.#byId.has(subscription.id)) return;
    this.#establish(subscription, this.#port.ownContext()).catch((error: unknown) => {
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

  #failSink(subscription: LiveSubscription, error: GatewayError): void {
    try {
      subscription.fail(error);
    } catch (failure) {
      this.#port.logger.error('a subscriber failed on the end of its updates', { error: toGatewayError(failure) });
    }
  }
}
