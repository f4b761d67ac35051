import { delay, type Timer } from '@fieldwarden/core';
import type { CallContext, DiscoveredPage, DiscoverQuery, DriverContext } from '@fieldwarden/driver';
import type { Broker } from './broker.js';
import type { MqttDeviceOptions, MqttOptions } from './options.js';
import { SeenTopics } from './topics/seen-topics.js';
import { within } from './writing/within.js';

/** After the last question nobody browses any more. */
const browseMs = 60_000;
/** What the broker kept comes at once; what is published now and then has that long for a first page. */
const firstPageMs = 700;

/** Topics that the broker has, for who looks for tags: subscribed when somebody asks, and no longer than that. */
export class Browsing {
  readonly #context: DriverContext<MqttOptions, MqttDeviceOptions>;
  readonly #broker: Broker;
  readonly #seen = new SeenTopics();
  #timer: Timer | undefined;

  constructor(context: DriverContext<MqttOptions, MqttDeviceOptions>, broker: Broker) {
    this.#context = context;
    this.#broker = broker;
  }

  get isOn(): boolean {
    return this.#timer !== undefined;
  }

  get bytes(): number {
    return this.#seen.bytes;
  }

  see(topic: string, payload: Uint8Array): void {
    if (this.isOn) this.#seen.see(topic, payload);
  }

  async page(
    options: MqttDeviceOptions,
    query: DiscoverQuery,
    call: CallContext,
    signal: AbortSignal,
  ): Promise<DiscoveredPage> {
    const isFirst = !this.isOn;
    this.#prolong(isFirst);
    if (isFirst) {
      const { clock } = this.#context;
      await within(this.#broker.subscriptions.settle(), call, clock, signal);
      const leftMs = call.deadlineMs - clock.monotonicMs();
      await delay(clock, Math.max(0, Math.min(firstPageMs, leftMs / 2)), signal);
    }
    return this.#seen.page(query, options);
  }

  /** Gives back what is remembered; who browses on begins anew. */
  forget(): void {
    if (!this.isOn) return;
    this.close();
    this.#broker.follow();
  }

  close(): void {
    if (!this.isOn) return;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#seen.clear();
    this.#broker.subscriptions.releaseApart(this.#context.options.browse);
  }

  #prolong(isFirst: boolean): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#context.clock.setTimer(() => this.forget(), browseMs);
    if (isFirst) this.#broker.subscriptions.wantApart(this.#context.options.browse);
  }
}
