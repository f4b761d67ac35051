import { toGatewayError, type Timer } from '@fieldwarden/core';
import type { CallContext, Point, ReadPlan, Subscription, UpdateSink } from '@fieldwarden/driver';
import { ChangeDetector } from './signal/change-detector.js';
import { SimulatorSession } from './session.js';

interface Feed extends Subscription {
  readonly plan: ReadPlan;
  /** Pushes what has changed, or tells why it can't. */
  push(): void;
}

/** A session that pushes changes every `updateMs`. It can still be read. */
export class SubscribingSimulatorSession extends SimulatorSession {
  readonly #feeds = new Set<Feed>();
  #timer: Timer | undefined;

  override close(): Promise<void> {
    this.#feeds.clear();
    this.#timer?.[Symbol.dispose]();
    return super.close();
  }

  override async setDevices(devices: Parameters<SimulatorSession['setDevices']>[0]): Promise<void> {
    await super.setDevices(devices);
    for (const feed of this.#feeds) if (!this.isCurrent(feed.plan)) this.#feeds.delete(feed);
    if (this.#feeds.size === 0) this.#timer?.[Symbol.dispose]();
  }

  async subscribe(
    deviceId: string,
    points: readonly Point[],
    sink: UpdateSink,
    call: CallContext,
  ): Promise<Subscription> {
    await this.exchange(deviceId, call);
    const feed = this.#feed(deviceId, points, sink);
    feed.push();
    this.#feeds.add(feed);
    if (this.#feeds.size === 1) this.#schedule();
    return feed;
  }

  unsubscribe(subscription: Subscription): Promise<void> {
    this.#feeds.delete(subscription as Feed);
    if (this.#feeds.size === 0) this.#timer?.[Symbol.dispose]();
    return Promise.resolve();
  }

  #schedule(): void {
    this.#timer = this.clock.setTimer(() => {
      this.#schedule(); // first of all: one update that fails is not the end of updates
      for (const feed of this.#feeds) feed.push();
    }, this.options.updateMs);
  }

  #feed(deviceId: string, points: readonly Point[], sink: UpdateSink): Feed {
    const plan = this.prepareRead(deviceId, points);
    const changes = new ChangeDetector(points);
    const push = (): void => {
      try {
        this.throwIfDue();
        this.sample(plan, changes.latest);
        const batch = changes.take();
        if (batch.length > 0) sink.push(batch);
      } catch (error) {
        changes.reset();
        sink.fail(toGatewayError(error));
      }
    };
    return { deviceId, plan, push };
  }
}
