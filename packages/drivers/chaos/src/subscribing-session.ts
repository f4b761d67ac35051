import { ValueColumns } from '@fieldwarden/core';
import type { CallContext, Point, ReadPlan, Subscription, UpdateSink } from '@fieldwarden/driver';
import { repeat } from './repeat.js';
import { ChaosSession, type ChaosContext } from './session.js';

interface Feed extends Subscription {
  readonly plan: ReadPlan;
  readonly sink: UpdateSink;
  readonly rows: Uint32Array;
  readonly columns: ValueColumns;
}

/** A session that pushes all values every `updateMs`; nothing while it is wedged. It can still be read. */
export class SubscribingChaosSession extends ChaosSession {
  readonly #feeds = new Set<Feed>();
  #pushes: Disposable | undefined;

  constructor(context: ChaosContext, isInHost: boolean) {
    super(context, isInHost, () => this.#pushAll());
  }

  override close(): Promise<void> {
    this.#pushes?.[Symbol.dispose]();
    this.#feeds.clear();
    return super.close();
  }

  protected override devicesGone(gone: readonly string[]): void {
    for (const feed of this.#feeds) if (gone.includes(feed.deviceId)) this.#feeds.delete(feed);
  }

  async subscribe(
    deviceId: string,
    points: readonly Point[],
    sink: UpdateSink,
    call: CallContext,
  ): Promise<Subscription> {
    await this.pass(deviceId, call);
    const rows = Uint32Array.from(points.keys());
    const plan = this.prepareRead(deviceId, points);
    const feed: Feed = { deviceId, plan, sink, rows, columns: new ValueColumns(points.length) };
    this.#feeds.add(feed);
    this.#pushes ??= repeat(this.clock, this.options.updateMs, () => this.#pushAll());
    this.#push(feed);
    return feed;
  }

  unsubscribe(subscription: Subscription): Promise<void> {
    this.#feeds.delete(subscription as Feed);
    return Promise.resolve();
  }

  #pushAll(): void {
    if (this.gate.isWedged) return;
    for (const feed of this.#feeds) this.#push(feed);
  }

  #push({ plan, sink, rows, columns }: Feed): void {
    this.sample(plan, columns);
    sink.push({ length: rows.length, rows, columns });
  }
}
