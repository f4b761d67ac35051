import { GatewayError, isGatewayError, messageOf, type ValueColumns } from '@fieldwarden/core';
import {
  DeviceRoster,
  type Acknowledgement,
  type AlarmSink,
  type AlarmSubscription,
  type CallContext,
  type DiscoveredPage,
  type DiscoverQuery,
  type DriverContext,
  type DriverSession,
  type HistoryPage,
  type MethodCall,
  type MethodResult,
  type PlanDescription,
  type Point,
  type ProcessedHistoryQuery,
  type RawHistoryQuery,
  type ReadPlan,
  type Subscription,
  type UpdateSink,
  type WriteItem,
  type WriteResult,
} from '@fieldwarden/driver';
import { AddressBook } from './address/namespaces.js';
import { Feed } from './feed/feed.js';
import { Monitors } from './feed/monitors.js';
import { closed, silent, unreachable } from './line/errors.js';
import { Keeper } from './line/keeper.js';
import type { Link } from './line/link.js';
import { within } from './line/waiting.js';
import type { OpcUaDeviceOptions, OpcUaOptions } from './options.js';
import { profiles } from './profiles.js';
import { Alarms } from './services/alarms.js';
import { Browser } from './services/browser.js';
import { EnumTexts } from './services/enum-texts.js';
import { readProcessed, readRaw } from './services/history.js';
import { watchModel } from './services/model-changes.js';
import { callMethod } from './services/methods.js';
import { NodeTypes } from './services/node-types.js';
import { describeNodePlan, NodePlan, readPlan } from './services/reader.js';
import { requestTerms, type CallTerms } from './services/terms.js';
import { writeItems } from './services/writer.js';

/** A subscription is answered for so much before its deadline, whatever the server still has to say: its points are told by then or later. */
const subscribeReserveMs = 250;

/** A row, its address and its item cost so much. */
const rowBytes = 600;

/** What was learnt of the server over one link. */
interface Knowledge {
  readonly link: Link;
  readonly types: NodeTypes;
  readonly texts: EnumTexts;
  readonly browser: Browser;
}

/** Nodes of one OPC UA server: one session, one connection, devices as groups of nodes. */
export class OpcUaSession implements DriverSession {
  readonly #context: DriverContext<OpcUaOptions, OpcUaDeviceOptions>;
  readonly #devices: DeviceRoster<OpcUaDeviceOptions>;
  readonly #keeper: Keeper;
  readonly #monitors: Monitors;
  readonly #alarms: Alarms;
  readonly #addresses = new AddressBook();
  #known: Knowledge | undefined;
  #isClosed = false;

  /** Not there for a plant that has its server polled. */
  readonly subscribe?: DriverSession['subscribe'];
  readonly unsubscribe?: DriverSession['unsubscribe'];

  constructor(context: DriverContext<OpcUaOptions, OpcUaDeviceOptions>) {
    const { clock, logger, options } = context;
    this.#context = context;
    this.#devices = new DeviceRoster(context.devices);
    this.#monitors = new Monitors({ clock, logger, keepAliveMs: options.keepAliveMs });
    this.#alarms = new Alarms(logger);
    this.#keeper = new Keeper(context, {
      ready: (link) => this.#ready(link),
      lost: (error) => this.#lost(error),
    });
    if (options.mode === 'subscribe') {
      this.subscribe = (deviceId, points, sink, call) => this.#subscribe(deviceId, points, sink, call);
      this.unsubscribe = (subscription) => this.#remove(subscription as Feed);
    }
  }

  async open(): Promise<void> {
    await this.#keeper.open();
  }

  /** For tests and whoever looks in: a session with the server stands. */
  get hasConnection(): boolean {
    return this.#keeper.link !== undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#devices.clear(closed());
    this.#monitors.close();
    await this.#keeper.close();
  }

  setDevices(devices: readonly { readonly id: string; readonly options: unknown }[]): Promise<void> {
    const { gone } = this.#devices.set(devices);
    const ids = new Set(gone.map(({ id }) => id));
    for (const feed of this.#monitors.feeds) if (ids.has(feed.deviceId)) void this.#remove(feed);
    return Promise.resolve();
  }

  prepareRead(deviceId: string, points: readonly Point[]): ReadPlan {
    const plan = new NodePlan(deviceId, points);
    this.#addresses.add(plan);
    return plan;
  }

  releaseRead(plan: ReadPlan): void {
    this.#addresses.delete(plan as NodePlan);
  }

  describePlan(plan: ReadPlan): PlanDescription {
    const nodesPerRead = this.#keeper.link?.limits.nodesPerRead ?? profiles[this.#context.options.profile].nodesPerRead;
    return describeNodePlan(plan, nodesPerRead);
  }

  async read(plan: ReadPlan, into: ValueColumns, call: CallContext): Promise<void> {
    const { link, terms } = await this.#calling(plan.deviceId, call);
    await readPlan(link, plan as NodePlan, into, { ...terms, texts: this.#knowledge(link).texts });
  }

  async write(deviceId: string, items: readonly WriteItem[], call: CallContext): Promise<readonly WriteResult[]> {
    const { link, terms } = await this.#calling(deviceId, call);
    return await writeItems(link, items, { ...terms, ...this.#knowledge(link), addresses: this.#addresses });
  }

  /** Reads the state of the server: an open port alone proves nothing. */
  async probe(deviceId: string, call: CallContext): Promise<void> {
    const { link, terms } = await this.#calling(deviceId, call);
    await link.readStandard([serverState], requestTerms(terms).timeoutMs);
  }

  async discover(deviceId: string, query: DiscoverQuery, call: CallContext): Promise<DiscoveredPage> {
    const { link, terms } = await this.#calling(deviceId, call);
    return await this.#knowledge(link).browser.page(query, terms);
  }

  async callMethod(deviceId: string, method: MethodCall, call: CallContext): Promise<MethodResult> {
    const { link, terms } = await this.#calling(deviceId, call);
    return await callMethod(link, method, { ...terms, types: this.#knowledge(link).types });
  }

  async readRaw(deviceId: string, point: Point, query: RawHistoryQuery, call: CallContext): Promise<HistoryPage> {
    const { link, terms } = await this.#calling(deviceId, call);
    return await readRaw(link, point, query, { ...terms, addresses: this.#addresses });
  }

  async readProcessed(
    deviceId: string,
    point: Point,
    query: ProcessedHistoryQuery,
    call: CallContext,
  ): Promise<HistoryPage> {
    const { link, terms } = await this.#calling(deviceId, call);
    return await readProcessed(link, point, query, { ...terms, addresses: this.#addresses });
  }

  /** A server's alarms are the server's, not of a group of its nodes: the first device tells them. */
  async subscribeAlarms(deviceId: string, sink: AlarmSink, call: CallContext): Promise<AlarmSubscription> {
    const { link, terms } = await this.#calling(deviceId, call);
    if (this.#devices.list[0]?.id !== deviceId) return { deviceId };
    const road = this.#monitors.events();
    if (!road) throw unreachable('the connection is being made anew');
    return await within(this.#alarms.subscribe(deviceId, sink, { link, road }), terms.clock, {
      waitMs: call.deadlineMs - terms.clock.monotonicMs() - 20,
      late: () => silent('a subscription of its events'),
      signals: [call.signal, terms.going],
    });
  }

  unsubscribeAlarms(subscription: AlarmSubscription): Promise<void> {
    this.#alarms.unsubscribe(subscription);
    return Promise.resolve();
  }

  async acknowledge(
    deviceId: string,
    items: readonly Acknowledgement[],
    call: CallContext,
  ): Promise<readonly WriteResult[]> {
    const { link, terms } = await this.#calling(deviceId, call);
    return await this.#alarms.acknowledge(link, items, terms);
  }

  reinitialize(): Promise<void> {
    this.#keeper.reconnect();
    return Promise.resolve();
  }

  memoryFootprint(): number {
    let rows = 0;
    for (const { points } of this.#monitors.feeds) rows += points.length;
    return rows * rowBytes;
  }

  flushOptionalCaches(): void {
    this.#known?.types.forget();
    this.#known?.browser.forget();
  }

  async #subscribe(
    deviceId: string,
    points: readonly Point[],
    sink: UpdateSink,
    call: CallContext,
  ): Promise<Subscription> {
    const { going } = this.#device(deviceId);
    const { clock } = this.#context;
    const feed = new Feed(deviceId, points, { sink, clock });
    const absence = await this.#keeper.ready(call, going).then(() => undefined, awayOrThrow);
    this.#addresses.add(feed);
    if (absence) return this.#subscribeLater(feed, absence);
    const notYet = new GatewayError({
      code: 'OPCUA_NOT_YET',
      kind: 'timeout',
      message: 'not all nodes are monitored yet',
    });
    try {
      await within(this.#monitors.add(feed), clock, {
        waitMs: call.deadlineMs - clock.monotonicMs() - subscribeReserveMs,
        late: () => notYet,
        signals: [call.signal, going],
      });
    } catch (error) {
      if (error === notYet) return feed;
      void this.#remove(feed);
      throw error;
    }
    return feed;
  }

  /** The server is away: its nodes are monitored as soon as it is there, whoever else has given it up by then. */
  async #subscribeLater(feed: Feed, absence: GatewayError): Promise<Feed> {
    await this.#monitors.add(feed);
    const told = this.#context.clock.setTimer(
      () => !this.#keeper.link && this.#monitors.feeds.has(feed) && feed.lose(absence),
      0,
    );
    told.unref();
    return feed;
  }

  async #remove(feed: Feed): Promise<void> {
    this.#addresses.delete(feed);
    await this.#monitors.remove(feed);
  }

  #ready(link: Link): void {
    this.#known = undefined;
    this.#monitors.begin(link);
    const road = this.#monitors.events();
    if (!road) return;
    watchModel(link, road, () => this.#modelChanged()).catch((error: unknown) =>
      this.#context.logger.debug(`no word of nodes that come: ${messageOf(error)}`),
    );
    if (this.#alarms.isWanted)
      this.#alarms
        .follow(link, road)
        .catch((error: unknown) => this.#context.logger.warn(`alarms of the server are not told: ${messageOf(error)}`));
  }

  #modelChanged(): void {
    this.#known = undefined;
    this.#monitors.askAgainSoon();
  }

  #lost(error: GatewayError): void {
    this.#known = undefined;
    this.#monitors.lose(error);
    this.#alarms.lose(error);
  }

  #knowledge(link: Link): Knowledge {
    if (this.#known?.link !== link) {
      const types = new NodeTypes(link);
      this.#known = { link, types, texts: new EnumTexts(link), browser: new Browser(link, types) };
    }
    return this.#known;
  }

  async #calling(deviceId: string, call: CallContext): Promise<{ readonly link: Link; readonly terms: CallTerms }> {
    const { going } = this.#device(deviceId);
    const link = await this.#keeper.ready(call, going);
    return { link, terms: { clock: this.#context.clock, call, going } };
  }

  #device(deviceId: string) {
    if (this.#isClosed) throw closed();
    return this.#devices.get(deviceId);
  }
}

const serverState = 2_259;

function awayOrThrow(error: unknown): GatewayError {
  if (isGatewayError(error) && error.kind === 'unreachable') return error;
  throw error;
}
