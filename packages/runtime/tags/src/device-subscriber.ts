import { toGatewayError, type Clock, type GatewayError, type Logger, type Timer } from '@fieldwarden/core';
import type { Point, Subscription, UpdateBatch, UpdateSink } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import type { TagStore } from './tag-store.js';

/** How long after a refused subscription it is asked for again. */
const retryMs = 5_000;

/** Keeps one subscription for all tags of a device whose driver reports changes by itself. */
export class DeviceSubscriber implements UpdateSink {
  readonly #handles: Uint32Array;
  readonly #points: readonly Point[];
  readonly #deps: { invoker: DeviceInvoker; store: TagStore; clock: Clock; logger: Logger };
  #subscription: Subscription | undefined;
  #timer: Timer | undefined;
  #stopped = true;

  constructor(
    handles: Uint32Array,
    points: readonly Point[],
    deps: { invoker: DeviceInvoker; store: TagStore; clock: Clock; logger: Logger },
  ) {
    this.#handles = handles;
    this.#points = points;
    this.#deps = deps;
  }

  start(): void {
    this.#stopped = false;
    this.#subscribe();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.[Symbol.dispose]();
    if (this.#subscription) this.#unsubscribe(this.#subscription);
    this.#subscription = undefined;
  }

  push(batch: UpdateBatch): void {
    if (!this.#stopped) this.#deps.store.applyRows(this.#handles, batch.rows, batch.length, batch.columns);
  }

  fail(error: GatewayError): void {
    if (!this.#stopped) this.#deps.store.fail(this.#handles, error.status, this.#deps.clock.wallMs());
  }

  #subscribe(): void {
    this.#deps.invoker.subscribe(this.#points, this).then(
      (subscription) => {
        if (this.#stopped) this.#unsubscribe(subscription);
        else this.#subscription = subscription;
      },
      (error: unknown) => this.#refused(toGatewayError(error)),
    );
  }

  #refused(error: GatewayError): void {
    if (this.#stopped) return;
    this.fail(error);
    this.#deps.logger.warn(`subscription refused, asked again in ${retryMs / 1000} s: ${error.message}`, {
      device: this.#deps.invoker.deviceId,
      code: error.code,
    });
    this.#timer = this.#deps.clock.setTimer(() => this.#subscribe(), retryMs);
  }

  #unsubscribe(subscription: Subscription): void {
    this.#deps.invoker.unsubscribe(subscription).catch((error: unknown) => {
      this.#deps.logger.debug(`unsubscribe failed: ${toGatewayError(error).message}`, {
        device: this.#deps.invoker.deviceId,
      });
    });
  }
}
