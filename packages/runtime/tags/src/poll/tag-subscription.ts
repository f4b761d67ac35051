import {
  isBad,
  reactions,
  toGatewayError,
  type Clock,
  type GatewayError,
  type Logger,
  type Timer,
} from '@fieldwarden/core';
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
/** How often a device that can't deliver is asked whether it lives: so it is known to be lost as one that is polled. */
const askMs = 1_000;

/** Keeps one subscription for some tags of a device, asked for again as long as it is refused. */
export class TagSubscription implements UpdateSink {
  readonly #handles: Uint32Array;
  readonly #points: readonly Point[];
  readonly #deps: SubscriberDependencies;
  #subscription: Subscription | undefined;
  #timer: Timer | undefined;
  #asking: Timer | undefined;
  #stopped = true;
  #probedAtMs = Number.NEGATIVE_INFINITY;

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
    this.#endAsking();
    if (this.#subscription) this.#unsubscribe(this.#subscription);
    this.#subscription = undefined;
  }

  push(batch: UpdateBatch): void {
    if (this.#stopped) return;
    this.#endAsking();
    if (this.#deps.invoker.demoted && hasValue(batch)) this.#probeDemoted();
    this.#deps.store.applyRows(this.#handles, batch.rows, batch.length, batch.columns);
  }

  fail(error: GatewayError): void {
    if (this.#stopped) return;
    this.#deps.store.fail(this.#handles, error.status, this.#deps.clock.wallMs());
    if (this.#subscription && reactions[error.kind].countsAsFailure) this.#ask();
  }

  /** A device that delivers is there: what else is wanted of it (writes, alarms) waits for no probe of its breaker. At most one a second. */
  #probeDemoted(): void {
    const { invoker, clock } = this.#deps;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#probedAtMs < askMs || !invoker.supports('probe')) return;
    this.#probedAtMs = nowMs;
    invoker.probe().catch(() => undefined); // counted where it failed
  }

  /** Until it answers or delivers. Once it is demoted, it is asked by its breaker. */
  #ask(): void {
    const { invoker, clock } = this.#deps;
    if (this.#asking || !invoker.supports('probe')) return;
    const again = (): void => {
      this.#asking = undefined;
      this.#ask();
    };
    const asking = clock.setTimer(again, askMs);
    this.#asking = asking;
    if (invoker.demoted) return;
    invoker.probe().then(
      () => this.#asking === asking && this.#endAsking(),
      () => undefined, // counted where it failed
    );
  }

  #endAsking(): void {
    this.#asking?.[Symbol.dispose]();
    this.#asking = undefined;
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

function hasValue({ length, columns }: UpdateBatch): boolean {
  for (let i = 0; i < length; i += 1) if (!isBad(columns.statuses[i])) return true;
  return false;
}
