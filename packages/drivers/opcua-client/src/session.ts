import { GatewayError, isGatewayError, type ValueColumns } from '@fieldwarden/core';
import {
  DeviceRoster,
  type CallContext,
  type DriverContext,
  type DriverSession,
  type PlanDescription,
  type Point,
  type ReadPlan,
  type Subscription,
  type UpdateSink,
  type WriteItem,
  type WriteResult,
} from '@fieldwarden/driver';
import { Feed } from './feed/feed.js';
import { Monitors } from './feed/monitors.js';
import { closed } from './line/errors.js';
import { Keeper } from './line/keeper.js';
import type { Link } from './line/link.js';
import { within } from './line/waiting.js';
import type { OpcUaDeviceOptions, OpcUaOptions } from './options.js';
import { profiles } from './profiles.js';
import { NodeTypes } from './services/node-types.js';
import { describeNodePlan, NodePlan, readPlan } from './services/reader.js';
import { writeItems } from './services/writer.js';

/** A subscription is answered for so much before its deadline, whatever the server still has to say: its points are told by then or later. */
const subscribeReserveMs = 250;

/** A row, its address and its item cost so much. */
const rowBytes = 600;

/** Nodes of one OPC UA server: one session, one connection, devices as groups of nodes. */
export class OpcUaSession implements DriverSession {
  readonly #context: DriverContext<OpcUaOptions, OpcUaDeviceOptions>;
  readonly #devices: DeviceRoster<OpcUaDeviceOptions>;
  readonly #keeper: Keeper;
  readonly #monitors: Monitors;
  #types: NodeTypes | undefined;
  #isClosed = false;

  /** Not there for a plant that has its server polled. */
  readonly subscribe?: DriverSession['subscribe'];
  readonly unsubscribe?: DriverSession['unsubscribe'];

  constructor(context: DriverContext<OpcUaOptions, OpcUaDeviceOptions>) {
    const { clock, logger, options } = context;
    this.#context = context;
    this.#devices = new DeviceRoster(context.devices);
    this.#monitors = new Monitors({ clock, logger, keepAliveMs: options.keepAliveMs });
    this.#keeper = new Keeper(context, {
      ready: (link) => this.#ready(link),
      lost: (error) => this.#monitors.lose(error),
    });
    if (options.mode === 'subscribe') {
      this.subscribe = (deviceId, points, sink, call) => this.#subscribe(deviceId, points, sink, call);
      this.unsubscribe = (subscription) => this.#monitors.remove(subscription as Feed);
    }
  }

  async open(): Promise<void> {
    await this.#keeper.open();
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
    for (const feed of this.#monitors.feeds) if (ids.has(feed.deviceId)) void this.#monitors.remove(feed);
    return Promise.resolve();
  }

  prepareRead(deviceId: string, points: readonly Point[]): ReadPlan {
    return new NodePlan(deviceId, points);
  }

  describePlan(plan: ReadPlan): PlanDescription {
    const nodesPerRead = this.#keeper.link?.limits.nodesPerRead ?? profiles[this.#context.options.profile].nodesPerRead;
    return describeNodePlan(plan, nodesPerRead);
  }

  async read(plan: ReadPlan, into: ValueColumns, call: CallContext): Promise<void> {
    const { going } = this.#device(plan.deviceId);
    const link = await this.#keeper.ready(call, going);
    await readPlan(link, plan as NodePlan, into, { clock: this.#context.clock, call, going });
  }

  async write(deviceId: string, items: readonly WriteItem[], call: CallContext): Promise<readonly WriteResult[]> {
    const { going } = this.#device(deviceId);
    const link = await this.#keeper.ready(call, going);
    return await writeItems(link, items, { clock: this.#context.clock, call, going, types: this.#typesOf(link) });
  }

  /** Reads the state of the server: an open port alone proves nothing. */
  async probe(deviceId: string, call: CallContext): Promise<void> {
    const { going } = this.#device(deviceId);
    const link = await this.#keeper.ready(call, going);
    const { clock } = this.#context;
    await link.readStandard([serverState], call.deadlineMs - clock.monotonicMs() - 20);
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
    this.#types?.forget();
  }

  async #subscribe(deviceId: string, points: readonly Point[], sink: UpdateSink, call: CallContext): Promise<Subscription> {
    const { going } = this.#device(deviceId);
    const { clock } = this.#context;
    const feed = new Feed(deviceId, points, { sink, clock });
    const absence = await this.#keeper.ready(call, going).then(() => undefined, awayOrThrow);
    if (absence) return this.#subscribeLater(feed, absence);
    const notYet = new GatewayError({ code: 'OPCUA_NOT_YET', kind: 'timeout', message: 'not all nodes are monitored yet' });
    try {
      await within(this.#monitors.add(feed), clock, {
        waitMs: call.deadlineMs - clock.monotonicMs() - subscribeReserveMs,
        late: () => notYet,
        signals: [call.signal, going],
      });
    } catch (error) {
      if (error === notYet) return feed;
      void this.#monitors.remove(feed);
      throw error;
    }
    return feed;
  }

  /** The server is away: its nodes are monitored as soon as it is there, whoever else has given it up by then. */
  async #subscribeLater(feed: Feed, absence: GatewayError): Promise<Feed> {
    await this.#monitors.add(feed);
    const told = this.#context.clock.setTimer(() => !this.#keeper.link && this.#monitors.feeds.has(feed) && feed.lose(absence), 0);
    told.unref();
    return feed;
  }

  #ready(link: Link): void {
    this.#types = undefined;
    this.#monitors.begin(link);
  }

  #typesOf(link: Link): NodeTypes {
    return (this.#types ??= new NodeTypes(link));
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
