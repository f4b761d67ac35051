import { GatewayError, isGatewayError, messageOf, statusCodes } from '@fieldwarden/core';
import {
  DeviceRoster,
  type CallContext,
  type DiscoveredPage,
  type DiscoverQuery,
  type DriverContext,
  type DriverSession,
  type Point,
  type Subscription,
  type UpdateSink,
  type WriteItem,
  type WriteResult,
} from '@fieldwarden/driver';
import type { IncomingMessage } from '@fieldwarden/mqtt-link';
import { parseMqttAddress, type MqttAddress } from './address/address.js';
import { Broker } from './broker.js';
import { Browsing } from './browsing.js';
import { Feed } from './feed/feed.js';
import { Listener } from './feed/listener.js';
import { SilenceWatch } from './feed/silence-watch.js';
import type { MqttDeviceOptions, MqttOptions } from './options.js';
import { Decoder } from './payload/decoder.js';
import { ReceivedMessage } from './payload/received-message.js';
import { SparkplugHosts } from './sparkplug/sparkplug-hosts.js';
import { noTagOptions } from './no-tag-options.js';
import type { MqttTagOptions } from './tag-options.js';
import { FilterTrie } from './topics/filter-trie.js';
import { KeptMessages } from './topics/kept-messages.js';
import { RepeatedDeliveries } from './topics/repeated-deliveries.js';
import { Writer } from './writing/writer.js';
import { within } from './writing/within.js';

/** A subscription of the runtime with what was set up for it. */
class OpenFeed extends Feed {
  readonly filters: string[] = [];
  readonly ends: (() => void)[] = [];
}

/** A row costs so much, with all that it refers to. */
const rowBytes = 400;

/** The topics of a broker, delivered as they come. There is nothing to poll: a broker tells, and cannot be asked for a value. */
export class MqttSession implements DriverSession {
  readonly #context: DriverContext<MqttOptions, MqttDeviceOptions>;
  readonly #devices: DeviceRoster<MqttDeviceOptions>;
  readonly #broker: Broker;
  readonly #listeners = new FilterTrie<Listener>();
  readonly #feeds = new Set<OpenFeed>();
  readonly #kept = new KeptMessages();
  readonly #copies = new RepeatedDeliveries();
  readonly #silence: SilenceWatch;
  readonly #hosts: SparkplugHosts;
  readonly #writer: Writer;
  readonly #browsing: Browsing;
  /** Answers of devices to writes, once each. */
  readonly #answers = new Set<string>();
  #isClosed = false;

  constructor(context: DriverContext<MqttOptions, MqttDeviceOptions>) {
    const { clock, logger } = context;
    this.#context = context;
    this.#devices = new DeviceRoster(context.devices);
    this.#broker = new Broker(context, {
      regained: () => this.#regained(),
      settled: () => this.#hosts.connected(),
      lost: (error) => this.#lost(error),
      message: (message) => this.#received(message),
    });
    this.#silence = new SilenceWatch(clock);
    this.#hosts = new SparkplugHosts({
      clock,
      send: (topic, payload) => {
        if (this.#broker.room === 0) return;
        this.#broker
          .publish({ topic, payload, qos: 0, retain: false })
          .catch((error: unknown) => logger.debug(`a request for a rebirth was not sent: ${messageOf(error)}`));
      },
    });
    this.#writer = new Writer({
      clock,
      room: () => this.#broker.room,
      publish: (message) => this.#broker.publish(message),
      listenTo: (filter) => this.#listenTo(filter),
      hostOf: (address) => this.#hosts.find(address),
    });
    this.#browsing = new Browsing(context, this.#broker);
  }

  async open(): Promise<void> {
    await this.#broker.open();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#devices.clear(closed());
    this.#silence.disconnected();
    this.#hosts.disconnected();
    this.#browsing.close();
    this.#feeds.clear();
    await this.#broker.close();
  }

  setDevices(devices: readonly { readonly id: string; readonly options: unknown }[]): Promise<void> {
    const { gone } = this.#devices.set(devices);
    const ids = new Set(gone.map(({ id }) => id));
    for (const feed of this.#feeds) if (ids.has(feed.deviceId)) this.#end(feed);
    this.#broker.follow();
    return Promise.resolve();
  }

  async subscribe(
    deviceId: string,
    points: readonly Point[],
    sink: UpdateSink,
    call: CallContext,
  ): Promise<Subscription> {
    const { going } = this.#device(deviceId);
    await this.#broker.ready(call, going);
    const feed = new OpenFeed(deviceId, points, sink);
    this.#feeds.add(feed);
    points.forEach((point, row) => this.#listen(feed, point, row));
    try {
      await within(this.#broker.subscriptions.settle(), call, this.#context.clock, going);
    } catch (error) {
      this.#end(feed);
      throw error;
    }
    this.#refuse(feed);
    this.#hosts.connected();
    feed.flush();
    return feed;
  }

  unsubscribe(subscription: Subscription): Promise<void> {
    this.#end(subscription as OpenFeed);
    this.#broker.follow();
    return Promise.resolve();
  }

  async write(deviceId: string, items: readonly WriteItem[], call: CallContext): Promise<readonly WriteResult[]> {
    const { going } = this.#device(deviceId);
    await this.#broker.ready(call, going);
    const results: WriteResult[] = [];
    for (const item of items) results.push(await this.#write(item, call, going));
    return results;
  }

  async probe(deviceId: string, call: CallContext): Promise<void> {
    const { going } = this.#device(deviceId);
    await this.#broker.ready(call, going);
    if (typeof (await within(this.#broker.ask(), call, this.#context.clock, going)) !== 'symbol') return;
    throw new GatewayError({ code: 'MQTT_BROKER_SILENT', kind: 'timeout', message: 'the broker does not answer' });
  }

  async discover(deviceId: string, query: DiscoverQuery, call: CallContext): Promise<DiscoveredPage> {
    const { options, going } = this.#device(deviceId);
    await this.#broker.ready(call, going);
    return await this.#browsing.page(options, query, call, going);
  }

  reinitialize(): Promise<void> {
    this.#broker.reconnect();
    return Promise.resolve();
  }

  memoryFootprint(): number {
    let rows = 0;
    for (const { points } of this.#feeds) rows += points.length;
    return rows * rowBytes + this.#kept.bytes + this.#browsing.bytes;
  }

  flushOptionalCaches(): void {
    this.#browsing.forget();
    this.#copies.clear();
  }

  #device(deviceId: string) {
    if (this.#isClosed) throw closed();
    return this.#devices.get(deviceId);
  }

  #listen(feed: OpenFeed, point: Point, row: number): void {
    const options = (point.options as MqttTagOptions | undefined) ?? noTagOptions;
    const { clock, options: driver } = this.#context;
    let address: MqttAddress;
    try {
      address = parseMqttAddress(point.address, point.type, options);
    } catch (error) {
      if (!isGatewayError(error)) throw error;
      return feed.fail(row, statusCodes.BadConfigurationError, clock.wallMs());
    }
    const { filter, selector } = address;
    // A node tells what changes, and its death: a metric that is silent is one that stays.
    const silentAfterMs = selector.kind === 'sparkplug' ? null : driver.silentAfterMs;
    const listener = new Listener(
      feed,
      row,
      {
        filter,
        decoder: new Decoder(selector, point.type, options),
        silentAfterMs: options.silentAfterMs === undefined ? silentAfterMs : options.silentAfterMs,
        ignoresRetained: (options.retained ?? driver.retained) === 'ignore',
      },
      clock.monotonicMs(),
    );
    feed.filters.push(filter);
    this.#broker.subscriptions.want(filter);
    this.#silence.add(listener);
    feed.ends.push(() => this.#silence.delete(listener));
    if (selector.kind === 'sparkplug') feed.ends.push(this.#hosts.add(selector, listener));
    else {
      this.#listeners.add(filter, listener);
      feed.ends.push(() => this.#listeners.delete(filter, listener));
      this.#retell(filter, listener);
    }
  }

  /** What came last under its topics, which the broker does not tell again to who subscribes later. */
  #retell(filter: string, listener: Listener): void {
    const nowMs = this.#context.clock.monotonicMs();
    if (!/[+#]/.test(filter)) {
      const message = this.#kept.get(filter);
      if (message) listener.hear(message, nowMs);
      return;
    }
    const own = new FilterTrie<Listener>();
    own.add(filter, listener);
    for (const message of this.#kept.all()) own.match(message.topic, () => listener.hear(message, nowMs));
  }

  /** Points whose filters the broker does not let this user subscribe. */
  #refuse(feed: OpenFeed): void {
    const atMs = this.#context.clock.wallMs();
    for (const [row, point] of feed.points.entries()) {
      const filter = filterOf(point);
      const refusal = filter === undefined ? undefined : this.#broker.subscriptions.refusalOf(filter);
      if (refusal !== undefined) feed.fail(row, statusCodes.BadUserAccessDenied, atMs);
    }
  }

  #end(feed: OpenFeed): void {
    if (!this.#feeds.delete(feed)) return;
    for (const end of feed.ends) end();
    for (const filter of feed.filters) this.#broker.subscriptions.release(filter);
  }

  async #write(item: WriteItem, call: CallContext, going: AbortSignal): Promise<WriteResult> {
    try {
      return await this.#writer.write(item, call, going);
    } catch (error) {
      if (!isGatewayError(error)) throw error;
      return { outcome: error.writeOutcome, status: error.status, message: error.message };
    }
  }

  async #listenTo(filter: string): Promise<void> {
    if (!this.#answers.has(filter)) {
      this.#answers.add(filter);
      this.#broker.subscriptions.want(filter);
    }
    await this.#broker.subscriptions.settle();
  }

  #regained(): void {
    const atMs = this.#context.clock.wallMs();
    this.#silence.connected();
    for (const feed of this.#feeds) feed.regain(atMs);
  }

  #lost(error: GatewayError): void {
    this.#silence.disconnected();
    this.#hosts.disconnected();
    this.#copies.clear();
    this.#kept.clear();
    for (const feed of this.#feeds) feed.lose(error);
  }

  /** Synchronous throughout: the connection takes the next message when this returns. */
  #received({ topic, payload, retain }: IncomingMessage): void {
    const { clock } = this.#context;
    const nowMs = clock.monotonicMs();
    const deliveries = this.#broker.subscriptions.deliveriesOf(topic);
    if (this.#copies.isCopy(topic, payload, retain, deliveries, nowMs)) return;
    this.#browsing.see(topic, payload);
    if (this.#hosts.message(topic, payload, retain)) return;
    if (retain && this.#kept.isLive(topic, payload)) return;
    const message = new ReceivedMessage(topic, Uint8Array.from(payload), retain, clock.wallMs());
    if (!this.#browsing.isOn || this.#isWanted(topic)) this.#kept.keep(message);
    this.#writer.hear(message);
    const feeds = new Set<Feed>();
    this.#listeners.match(topic, (listener) => {
      if (listener.hear(message, nowMs)) feeds.add(listener.feed);
    });
    for (const feed of feeds) feed.flush();
  }

  #isWanted(topic: string): boolean {
    let isWanted = false;
    this.#listeners.match(topic, () => (isWanted = true));
    return isWanted;
  }
}

function filterOf({ address, type, options }: Point): string | undefined {
  try {
    return parseMqttAddress(address, type, options as MqttTagOptions | undefined).filter;
  } catch {
    return undefined;
  }
}

function closed(): GatewayError {
  return new GatewayError({
    code: 'MQTT_CLOSED',
    kind: 'cancelled',
    message: 'the driver was closed',
    writeOutcome: 'not-sent',
  });
}
