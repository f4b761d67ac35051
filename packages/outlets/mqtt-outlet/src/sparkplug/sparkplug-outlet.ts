import { GatewayError } from '@fieldwarden/core';
import { linkDefaults, MqttLink, type LinkState } from '@fieldwarden/mqtt-link';
import type { Outbox } from '@fieldwarden/outbox';
import type { Service, ServiceContext, ServiceHealth, ServiceMetric, ServiceTable } from '@fieldwarden/service';
import { EdgeNode, formatTopic, type EdgeDefinitions } from '@fieldwarden/sparkplug';
import { LinkNews } from '../news/link-news.js';
import { OutboxNews } from '../news/outbox-news.js';
import { openOutbox } from '../open-outbox.js';
import { DeliveryTrail } from '../delivery/delivery-trail.js';
import { OutletCounters } from '../outlet-counters.js';
import { OutletStart } from '../outlet-start.js';
import { outletStatus } from '../outlet-status.js';
import { clientIdOf, commandPrincipal, type MqttOutletSettings, type PublishSettings } from '../settings.js';
import { pathMatcher, type Origin } from '@fieldwarden/gateway-contract';
import { ChangeLog } from './change-log.js';
import { DeviceStates } from './device-states.js';
import { EdgeCommands } from './edge-commands.js';
import { EdgeSession } from './edge-session.js';
import { KeptHistory } from './kept-history.js';
import { handlesOf, plantMetrics } from './plant-metrics.js';
import { UnconfirmedChanges } from './unconfirmed-changes.js';

const stopMs = 2_000;
/** How long a stop waits for the broker to say that it has the last values. */
const confirmMs = 1_000;
const countPeriodMs = 5_000;
/** Changes are gathered for so long: one message for what a device changed in that time. */
const gatherMs = 100;
const bdSeqKey = 'bdSeq';

/** All that runs between `start` and `stop`. */
interface Parts {
  readonly node: EdgeNode;
  readonly link: MqttLink;
  readonly outbox: Outbox;
  readonly changes: ChangeLog;
  readonly devices: DeviceStates;
  readonly commands: EdgeCommands;
  readonly session: EdgeSession;
  readonly news: LinkNews;
  readonly following: readonly Disposable[];
}

/** The running Sparkplug B edge node (SPEC §10.2): one broker, one client, and what nobody could hear on the disk. */
export class SparkplugOutlet implements Service<MqttOutletSettings> {
  readonly #context: ServiceContext<MqttOutletSettings>;
  readonly #suffix: string;
  readonly #counters = new OutletCounters();
  readonly #trail = new DeliveryTrail();
  readonly #outboxNews: OutboxNews;
  readonly #start: OutletStart;
  #settings: MqttOutletSettings;
  #outbox: Outbox | undefined;
  #parts: Parts | undefined;
  #counting: Disposable | undefined;
  #isRedefining = false;

  /** `suffix`: of client id and outbox, where a JSON outlet runs beside it. */
  constructor(context: ServiceContext<MqttOutletSettings>, suffix = '') {
    this.#context = context;
    this.#suffix = suffix;
    this.#settings = context.settings;
    this.#outboxNews = new OutboxNews(context);
    this.#start = new OutletStart(context.clock, 'the Sparkplug node');
  }

  /** Resolves when values are taken; the broker may be away. Rejects when nothing can be kept for it. */
  async start(signal: AbortSignal): Promise<undefined> {
    await this.#start.run(signal, (goOn) => this.#open(goOn));
  }

  async apply(settings: MqttOutletSettings): Promise<void> {
    this.#settings = settings;
    const { session, changes, outbox } = this.#running();
    outbox.setLimits(settings.outbox);
    pace(session, changes, settings.publish);
    this.#redefine();
    return Promise.resolve();
  }

  status(): Readonly<Record<string, unknown>> {
    if (!this.#parts) return {};
    const { node, link, outbox, changes, commands, news } = this.#parts;
    const { published, publishedPerSecond } = this.#counters;
    return {
      ...outletStatus({
        link,
        outbox,
        clientId: this.#clientId,
        problem: news.problem,
        contact: news.contact,
        recent: this.#trail.recent(),
        backlog: this.#trail.backlog(countPeriodMs),
        inFlight: link.underWay,
        tags: changes.watched,
        conflated: changes.conflated,
        commands: this.#settings.commands ? commands : undefined,
        published,
        publishedPerSecond,
      }),
      sparkplug: {
        group: this.#group,
        node: this.#settings.sparkplug.node,
        session: node.state.kind,
        bdSeq: node.bdSeq,
      },
    };
  }

  health(): ServiceHealth {
    const { link, news, outbox, node } = this.#parts ?? {};
    const trouble = outbox?.state.trouble;
    if (trouble) return { state: 'Degraded', reason: trouble };
    if (link?.state.name !== 'connected') {
      return { state: 'Degraded', reason: news?.problem?.message ?? 'there is no connection to the broker yet' };
    }
    const { primaryHost } = this.#settings.sparkplug;
    if (node?.state.kind === 'waiting' && primaryHost !== null) {
      return {
        state: 'Degraded',
        reason: `the primary host ${primaryHost} is not online: what changes is kept for it`,
      };
    }
    return { state: 'Healthy' };
  }

  metrics(): readonly ServiceMetric[] {
    if (!this.#parts) return [];
    const { link, outbox } = this.#parts;
    return this.#counters.metrics({
      outlet: `${this.#context.serviceId}${this.#suffix}`,
      isConnected: link.state.name === 'connected',
      connects: link.connects,
      outbox: outbox.state,
    });
  }

  /** `purge`: gives up all that is kept for hosts; `{ purged }`. */
  async request(name: string, _body: unknown, { principal }: Origin): Promise<unknown> {
    if (name !== 'purge') throw unsupported(name);
    const purged = await this.#running().outbox.purge();
    const message = `what was kept for Sparkplug hosts was given up by ${principal.name}: ${purged} messages`;
    this.#context.logger.warn(message);
    this.#context.events.append({ message, data: { purged } });
    return { purged };
  }

  async stop(): Promise<void> {
    await this.#start.stop(stopMs);
    const parts = this.#parts;
    this.#parts = undefined;
    this.#counting?.[Symbol.dispose]();
    if (parts) await this.#farewell(parts);
    await this.#outbox?.close();
    this.#outbox = undefined;
  }

  async #farewell({ session, link, news, following }: Parts): Promise<void> {
    for (const one of following) one[Symbol.dispose]();
    // payloads-ndeath-will-message-publisher-disconnect-mqtt50: the reason says that the will is to go out, too.
    await link.stop({ farewell: await session.stop(confirmMs), deadlineMs: stopMs, reasonCode: 4 });
    session[Symbol.dispose]();
    news[Symbol.dispose]();
  }

  async #open(goOn: () => void): Promise<void> {
    goOn();
    const table = await this.#context.storage.table('sparkplug');
    const lastBdSeq = await table.get(bdSeqKey);
    goOn();
    this.#outbox = await openOutbox({
      context: this.#context,
      name: `${this.#context.serviceId}-spb`,
      settings: () => this.#settings,
      news: this.#outboxNews,
    });
    try {
      goOn();
    } catch (error) {
      await this.#outbox.close();
      throw error;
    }
    this.#parts = this.#make(table, typeof lastBdSeq === 'number' ? lastBdSeq : undefined, this.#outbox);
    this.#parts.link.start();
    this.#count();
  }

  #make(table: ServiceTable, lastBdSeq: number | undefined, outbox: Outbox): Parts {
    const { tags, writer, clock, logger, random, events, alarms } = this.#context;
    const { sparkplug, commands: takesCommands, username } = this.#settings;
    const devices = new DeviceStates(tags);
    const definitions = this.#plant(devices);
    const { group: _, ...edge } = sparkplug;
    const group = this.#group;
    const node = new EdgeNode({
      ...edge,
      group,
      commands: takesCommands !== false,
      lastBdSeq,
      definitions,
      current: (handle) => tags.read(handle),
      clock,
    });
    const link = new MqttLink(
      {
        ...linkDefaults,
        ...connectionOf(this.#settings),
        clientId: this.#clientId,
      },
      {
        stateChanged: (state) => this.#linkChanged(state),
        message: (message) => this.#parts?.session.received(message),
        drained: () => this.#parts?.session.goOn(),
        will: () => this.#parts?.session.will(),
      },
      { clock, random, logger },
    );
    const changes = new ChangeLog(tags);
    changes.watch(handlesOf(definitions));
    const commands = new EdgeCommands({
      writer,
      principal: commandPrincipal(username ?? this.#clientId, this.#settings),
      logger,
    });
    const fence = `${formatTopic(group, 'NCMD', sparkplug.node)}/-`;
    const history = new KeptHistory({
      outbox,
      link,
      node,
      topicOf: (device) => formatTopic(group, device === undefined ? 'NDATA' : 'DDATA', sparkplug.node, device),
      fence,
      send: (actions) => session.send(actions),
      onSettled: () => session.goOn(),
      clock,
      logger,
    });
    const session: EdgeSession = new EdgeSession({
      onAcknowledged: ({ topic, payload }) => this.#trail.acknowledged(topic, payload, clock.wallMs()),
      node,
      link,
      changes,
      history,
      unconfirmed: new UnconfirmedChanges({
        confirm: () => link.unsubscribe([fence]),
        keep: (device, payload) => history.keep(device, payload),
        clock,
      }),
      commands,
      keepBdSeq: async (bdSeq) => {
        table.put(bdSeqKey, bdSeq);
        await table.settled();
      },
      tell: (message) => {
        logger.error(message);
        events.append({ message });
      },
      clock,
      logger,
    });
    pace(session, changes, this.#settings.publish);
    return {
      node,
      link,
      outbox,
      changes,
      devices,
      commands,
      session,
      news: new LinkNews({ broker: link.broker, events, alarms, clock, logger }),
      following: [
        tags.onChange((handles, count) => this.#changed(handles, count)),
        tags.onDefinition({
          defined: (handles) => {
            this.#parts?.devices.follow(handles);
            this.#redefineSoon();
          },
          removed: (handles) => {
            this.#parts?.devices.forget(handles);
            this.#parts?.changes.forget(handles);
            this.#redefineSoon();
          },
          redefined: () => this.#redefineSoon(),
        }),
      ],
    };
  }

  #linkChanged(state: LinkState): void {
    if (!this.#parts) return;
    this.#parts.news.changed(state);
    if (state.name === 'connected') this.#outboxNews.connected();
    this.#parts.session.linkChanged(state);
  }

  #changed(handles: Uint32Array, count: number): void {
    if (!this.#parts) return;
    const { changes, devices, session } = this.#parts;
    for (let i = 0; i < count; i += 1) {
      const told = devices.told(handles[i]);
      if (told) session.deviceOnline(...told);
      changes.add(handles[i]);
    }
    session.changed();
  }

  /** Once for all that a publishing changes; tags that go are still there while it is told. */
  #redefineSoon(): void {
    if (this.#isRedefining) return;
    this.#isRedefining = true;
    queueMicrotask(() => {
      this.#isRedefining = false;
      this.#redefine();
    });
  }

  /** The plant's tags as they are now. */
  #redefine(): void {
    if (!this.#parts) return;
    const { session, devices, changes } = this.#parts;
    const definitions = this.#plant(devices);
    changes.watch(handlesOf(definitions));
    session.redefine(definitions);
    for (const [device, isOnline] of devices.entries()) session.deviceOnline(device, isOnline);
  }

  /** A device of which the gateway says nothing is online. */
  #plant(devices: DeviceStates): EdgeDefinitions {
    const { include, exclude } = this.#settings.publish;
    const isIncluded = pathMatcher(include);
    const isExcluded = pathMatcher(exclude);
    const online = new Map(devices.entries());
    return plantMetrics(
      this.#context.tags,
      (path) => isIncluded(path) && !isExcluded(path),
      (device) => online.get(device) ?? true,
    );
  }

  get #group(): string {
    return this.#settings.sparkplug.group ?? this.#context.gateway.site;
  }

  get #clientId(): string {
    return `${clientIdOf(this.#settings, this.#context.gateway.site)}${this.#suffix}`;
  }

  #count(): void {
    const { clock } = this.#context;
    this.#counters.published = this.#parts?.session.published ?? 0;
    this.#counters.tick(clock.monotonicMs());
    if (this.#parts) this.#trail.tick(this.#parts.outbox.state.pending, clock.wallMs());
    const timer = clock.setTimer(() => this.#count(), countPeriodMs);
    timer.unref();
    this.#counting = timer;
  }

  #running(): Parts {
    if (this.#parts) return this.#parts;
    throw new GatewayError({
      code: 'MQTT_NOT_RUNNING',
      kind: 'unreachable',
      message: 'the Sparkplug node does not run',
    });
  }
}

function connectionOf({ url, version, username, password, tls }: MqttOutletSettings) {
  return { url, version, username, password, tls };
}

function pace(session: EdgeSession, changes: ChangeLog, { minIntervalMs }: PublishSettings): void {
  session.periodMs = Math.max(gatherMs, minIntervalMs);
  changes.isConflating = minIntervalMs > 0;
}

function unsupported(name: string): GatewayError {
  const message = `the MQTT outlet has no request ${JSON.stringify(name)}; it has: purge`;
  return new GatewayError({ code: 'SERVICE_REQUEST_UNKNOWN', kind: 'unsupported', message });
}
