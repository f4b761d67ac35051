import type { DeviceAlarms } from '@fieldwarden/alarms';
import { toGatewayError, type Clock, type GatewayError, type Logger, type Timer } from '@fieldwarden/core';
import type { AlarmSink, AlarmSubscription } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';

export interface AlarmSubscriberDependencies {
  readonly invoker: Pick<DeviceInvoker, 'deviceId' | 'supports' | 'subscribeAlarms' | 'unsubscribeAlarms'>;
  readonly alarms: DeviceAlarms;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long after a failure or a loss the device is asked again; doubles up to the maximum until a subscription has settled. */
const retry = { initialMs: 1_000, maxMs: 60_000 } as const;

/** So long after it accepted, a device has named all conditions that are of interest: OPC UA has no mark for the last of them. */
const settleMs = 5_000;

/** Asking again will not help before the session or its configuration is another one. */
const finalKinds: ReadonlySet<GatewayError['kind']> = new Set(['rejected', 'unsupported', 'config']);

/**
 * Keeps the alarms of one device subscribed, for one session: again when that is ready again, when events were lost, and after a
 * failure as long as it lasts. Each subscription has a sink of its own; what a former one still brings is ignored.
 */
export class AlarmSubscriber {
  readonly #deps: AlarmSubscriberDependencies;
  /** Names the subscription that counts; another number than the present one belongs to a former one. */
  #attempt = 0;
  #subscription: AlarmSubscription | undefined;
  #timer: Timer | undefined;
  /** What the timer is for. */
  #due: 'ask' | 'settle' | undefined;
  #work: Promise<void> = Promise.resolve();
  #retryMs: number = retry.initialMs;
  /** The device has failed, and shall be asked as soon as it answers. */
  #failed = false;

  constructor(deps: AlarmSubscriberDependencies) {
    this.#deps = deps;
  }

  /** The session is ready, for the first time or again. */
  start(): void {
    if (this.#deps.invoker.supports('subscribeAlarms')) this.#subscribe();
    else this.#deps.alarms.settle(this.#deviceId); // what another type of driver reported under this name
  }

  /** The device answers; asks at once what would be asked later. */
  retryNow(): void {
    if (this.#failed) this.#subscribe();
  }

  /** The device does not answer, or its session is gone. */
  fail(reason: string): void {
    if (this.#attempt === 0) return;
    this.#failed = true;
    if (this.#due === 'settle') this.#notLater();
    this.#deps.alarms.uncertain(this.#deviceId, reason);
  }

  /** Ends the subscription; what was reported last stays in the book as such. */
  stop(): void {
    const subscription = this.#subscription;
    this.abandon();
    if (subscription) void this.#end(subscription);
  }

  /** The same, for a session that is gone with all its subscriptions. */
  abandon(): void {
    if (this.#attempt > 0) this.#deps.alarms.uncertain(this.#deviceId, 'its session has ended');
    this.#attempt += 1;
    this.#subscription = undefined;
    this.#failed = false;
    this.#notLater();
  }

  get #deviceId(): string {
    return this.#deps.invoker.deviceId;
  }

  /** One after the other: a device has one alarm subscription at a time. */
  #subscribe(): void {
    const attempt = (this.#attempt += 1);
    this.#failed = false;
    this.#notLater();
    this.#work = this.#work
      .then(async () => await this.#establish(attempt))
      .catch((error: unknown) => this.#refused(attempt, toGatewayError(error)));
  }

  async #establish(attempt: number): Promise<void> {
    const previous = this.#subscription;
    this.#subscription = undefined;
    if (previous) await this.#end(previous);
    if (attempt !== this.#attempt) return;
    this.#deps.alarms.uncertain(this.#deviceId);
    const subscription = await this.#deps.invoker.subscribeAlarms(this.#sink(attempt));
    if (attempt !== this.#attempt) return await this.#end(subscription);
    this.#subscription = subscription;
    if (!this.#failed && this.#due === undefined) this.#later('settle', settleMs, () => this.#settled());
  }

  #settled(): void {
    this.#retryMs = retry.initialMs;
    this.#deps.alarms.settle(this.#deviceId);
  }

  #sink(attempt: number): AlarmSink {
    const ifPresent = (act: () => void): void => {
      if (attempt === this.#attempt) act();
    };
    return {
      push: (events) => ifPresent(() => this.#deps.alarms.report(this.#deviceId, events, () => this.#askAnew())),
      lost: (count) => ifPresent(() => this.#missed(count)),
      fail: (error) => ifPresent(() => this.#interrupted(error)),
    };
  }

  #missed(count: number): void {
    this.#deps.alarms.missed(this.#deviceId, count);
    this.#askAnew();
  }

  /** Ever more seldom, so that a shower of alarms that does not fit through does not become one of subscriptions. */
  #askAnew(): void {
    if (this.#due === 'ask') return;
    this.#later('ask', this.#retryMs, () => this.#subscribe());
    this.#retryMs = Math.min(this.#retryMs * 2, retry.maxMs);
  }

  #interrupted(error: GatewayError): void {
    this.fail(error.message);
    this.#retryUnlessLost(error);
  }

  #refused(attempt: number, error: GatewayError): void {
    if (attempt !== this.#attempt) return;
    const { logger, alarms } = this.#deps;
    if (finalKinds.has(error.kind)) {
      logger.info(`the device reports no alarms: ${error.message}`, { device: this.#deviceId, code: error.code });
      return alarms.settle(this.#deviceId);
    }
    this.fail(error.message);
    this.#retryUnlessLost(error);
  }

  /** Without a session there is nobody to ask until the next one is ready. */
  #retryUnlessLost({ kind }: GatewayError): void {
    if (kind === 'host-lost') this.#notLater();
    else this.#askAnew();
  }

  #later(due: 'ask' | 'settle', delayMs: number, act: () => void): void {
    this.#notLater();
    this.#due = due;
    this.#timer = this.#deps.clock.setTimer(() => {
      this.#due = undefined;
      act();
    }, delayMs);
    this.#timer.unref();
  }

  #notLater(): void {
    this.#due = undefined;
    this.#timer?.[Symbol.dispose]();
  }

  /** Never rejects. */
  async #end(subscription: AlarmSubscription): Promise<void> {
    const { invoker, logger } = this.#deps;
    try {
      await invoker.unsubscribeAlarms(subscription);
    } catch (error) {
      logger.debug(`ending the alarm subscription failed: ${toGatewayError(error).message}`, {
        device: this.#deviceId,
      });
    }
  }
}
