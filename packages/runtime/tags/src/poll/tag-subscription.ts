import { toGatewayError, type Clock, type GatewayError, type Logger, type Timer } from '@fieldwarden/core';
import type { Point, Subscription, UpdateBatch, UpdateSink } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import type { PolledTag } from './device-poller.js';
import { noTag, type TagHandle } from '../store/tag-registry.js';
import type { TagStore } from '../store/tag-store.js';

export interface SubscriberDependencies {
  readonly invoker: DeviceInvoker;
  readonly store: TagStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long after a refused subscription it is asked for again. */
const retryMs = 5_000;

/** Keeps one subscription for some tags of a device, asked for again as long as it is refused. */
export class TagSubscription implements UpdateSink {
  readonly #handles: Uint32Array;
  readonly #points: readonly Point[];
  readonly #deps: SubscriberDependencies;
  #subscription: Subscription | undefined;
  #timer: Timer | undefined;
  #stopped = true;

  constructor(tags: readonly PolledTag[], deps: SubscriberDependencies) {
    this.#handles = Uint32Array.from(tags, ({ handle }) => handle);
    this.#points = tags.map(({ point }) => point);
    this.#deps = deps;
  }

  /** The tags that it brings values for. */
  get handles(): readonly TagHandle[] {
    return [...this.#handles].filter((handle) => handle !== noTag);
  }

  /** What it brings for any other tag concerns nobody any more. */
  keepOnly(wanted: ReadonlySet<TagHandle>): void {
    this.#handles.forEach((handle, row) => {
      if (!wanted.has(handle)) this.#handles[row] = noTag;
    });
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
