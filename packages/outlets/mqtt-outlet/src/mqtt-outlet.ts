import type { Origin } from '@fieldwarden/gateway-contract';
import { GatewayError, messageOf, type Timer } from '@fieldwarden/core';
import type { LinkOwner, LinkState, MqttLink } from '@fieldwarden/mqtt-link';
import type { Outbox } from '@fieldwarden/outbox';
import type { Service, ServiceContext, ServiceHealth, ServiceMetric } from '@fieldwarden/service';
import { CommandIds } from './commands/command-ids.js';
import type { Commands } from './commands/commands.js';
import { OutboxNews } from './news/outbox-news.js';
import { openOutbox } from './open-outbox.js';
import { droppedInAll, OutletCounters } from './outlet-counters.js';
import { makeParts, type OutletParts } from './outlet-parts.js';
import { OutletStart } from './outlet-start.js';
import { outletStatus } from './outlet-status.js';
import { clientIdOf, type MqttOutletSettings } from './settings.js';
import { topicsOf, type Topics } from './topics.js';
import { SequenceNumbers } from './values/sequence-numbers.js';

/** INTERFACES §8. */
const statusPeriodMs = 5_000;
const stopMs = 2_000;

/** The running outlet: one broker, one client, one outbox. */
export class MqttOutlet implements Service<MqttOutletSettings> {
  readonly #context: ServiceContext<MqttOutletSettings>;
  readonly #topics: Topics;
  readonly #counters = new OutletCounters();
  readonly #outboxNews: OutboxNews;
  readonly #start: OutletStart;
  #settings: MqttOutletSettings;
  #parts: OutletParts | undefined;
  #timer: Timer | undefined;
  #outbox: Outbox | undefined;

  constructor(context: ServiceContext<MqttOutletSettings>) {
    this.#context = context;
    this.#settings = context.settings;
    this.#topics = topicsOf(context.settings.root, context.gateway.site);
    this.#outboxNews = new OutboxNews(context);
    this.#start = new OutletStart(context.clock, 'the MQTT outlet');
  }

  /** Resolves when messages are taken; the broker may be away. Rejects when nothing can be kept for it. */
  async start(signal: AbortSignal): Promise<undefined> {
    await this.#start.run(signal, (goOn) => this.#open(goOn));
  }

  async apply(settings: MqttOutletSettings): Promise<void> {
    this.#settings = settings;
    const parts = this.#running();
    parts.feed.apply(settings.publish);
    parts.sender.setWindow(settings.window);
    parts.outbox.setLimits(settings.outbox);
    return Promise.resolve();
  }

  status(): Readonly<Record<string, unknown>> {
    if (!this.#parts) return {};
    const { link, outbox, sender, feed, commands, linkNews, trail } = this.#parts;
    const clientId = clientIdOf(this.#settings, this.#context.gateway.site);
    const { published, publishedPerSecond } = this.#counters;
    return outletStatus({
      link,
      outbox,
      clientId,
      problem: linkNews.problem,
      contact: linkNews.contact,
      recent: trail.recent(),
      backlog: trail.backlog(statusPeriodMs),
      inFlight: sender.inFlight,
      tags: feed.size,
      conflated: feed.conflated,
      commands,
      published,
      publishedPerSecond,
    });
  }

  health(): ServiceHealth {
    const { linkNews, outbox, commands } = this.#parts ?? {};
    const reason = outbox?.state.trouble ?? linkNews?.problem?.message ?? commands?.fault;
    return reason === undefined ? { state: 'Healthy' } : { state: 'Degraded', reason };
  }

  metrics(): readonly ServiceMetric[] {
    if (!this.#parts) return [];
    const { link, outbox } = this.#parts;
    return this.#counters.metrics({
      outlet: this.#context.serviceId,
      isConnected: link.state.name === 'connected',
      connects: link.connects,
      outbox: outbox.state,
    });
  }

  /** `purge`: gives up all that waits; `{ purged }`. */
  async request(name: string, _body: unknown, { principal }: Origin): Promise<unknown> {
    if (name !== 'purge') throw unsupported(name);
    const { outbox, sender } = this.#running();
    const purged = await outbox.purge();
    sender.purged();
    const message = `the outbox was emptied by ${principal.name}: ${purged} messages were given up`;
    this.#context.logger.warn(message);
    this.#context.events.append({ message, data: { purged } });
    return { purged };
  }

  async stop(): Promise<void> {
    await this.#start.stop(stopMs);
    const parts = this.#parts;
    this.#parts = undefined;
    this.#timer?.[Symbol.dispose]();
    if (parts) await this.#farewell(parts);
    await this.#outbox?.close();
    this.#outbox = undefined;
  }

  async #farewell(parts: OutletParts): Promise<void> {
    const { feed, formerTopics, sender, gateway, alarms, link, states, linkNews } = parts;
    formerTopics[Symbol.dispose]();
    feed.flush();
    feed[Symbol.dispose]();
    gateway[Symbol.dispose]();
    alarms[Symbol.dispose]();
    sender.pause();
    const at = new Date(this.#context.clock.wallMs()).toISOString();
    const payload = states.payload({ state: 'stopped', at });
    states.disconnected();
    await link.stop({ farewell: [{ topic: this.#topics.status, payload, qos: 1, retain: true }], deadlineMs: stopMs });
    sender.disconnected();
    linkNews[Symbol.dispose]();
  }

  async #open(goOn: () => void): Promise<void> {
    const { storage, logger, clock } = this.#context;
    const numbers = await SequenceNumbers.open(await storage.table('seq'), clock.wallMs(), logger);
    goOn();
    const ids = await CommandIds.open(await storage.table('commands'), () => clock.wallMs());
    goOn();
    this.#outbox = await openOutbox({
      context: this.#context,
      name: this.#context.serviceId,
      settings: () => this.#settings,
      news: this.#outboxNews,
    });
    try {
      goOn();
    } catch (error) {
      await this.#outbox.close();
      throw error;
    }
    this.#parts = makeParts({
      context: this.#context,
      topics: this.#topics,
      owner: this.#owner(),
      counters: this.#counters,
      news: this.#outboxNews,
      numbers,
      outbox: this.#outbox,
      ids,
    });
    this.#parts.link.start();
    this.#tick();
  }

  #owner(): LinkOwner {
    return {
      stateChanged: (state) => this.#linkChanged(state),
      message: (message) => this.#parts?.commands?.received(message),
      drained: () => {
        this.#parts?.states.pump();
        this.#parts?.sender.pump();
      },
      will: () => ({ topic: this.#topics.status, payload: Buffer.from('{"state":"lost"}'), qos: 1, retain: true }),
      isToBlame: () => {
        this.#parts?.sender.disconnected();
        return this.#parts?.sender.isToBlame ?? false;
      },
    };
  }

  #linkChanged(state: LinkState): void {
    const parts = this.#parts;
    if (!parts) return;
    const { states, sender, linkNews } = parts;
    linkNews.changed(state);
    if (state.name !== 'connected') {
      states.disconnected();
      sender.disconnected();
      if (parts.commands) parts.commands.isListening = false;
      return;
    }
    this.#outboxNews.connected();
    if (parts.commands) this.#subscribe(parts.link, parts.commands);
    this.#showStatus(parts);
    states.connected();
    sender.connected(state.limits.receiveMaximum);
  }

  #subscribe(link: MqttLink, commands: Commands): void {
    const { logger, events } = this.#context;
    const filter = this.#topics.allCommands;
    link.subscribe([{ filter, qos: 1 }]).then(
      ([{ granted }]) => {
        commands.isListening = typeof granted === 'number';
        if (commands.isListening) return;
        const message = `the broker does not let this client subscribe to ${filter}: no commands arrive; its rules must allow it`;
        logger.error(message);
        events.append({ message });
      },
      () => undefined, // the connection ended: the next one subscribes
    );
  }

  #tick(): void {
    const { clock } = this.#context;
    this.#counters.tick(clock.monotonicMs());
    if (this.#parts) {
      this.#parts.trail.tick(this.#parts.outbox.state.pending, clock.wallMs());
      this.#showStatus(this.#parts);
      this.#parts.states.again();
    }
    this.#parts?.commands?.look().catch(() => undefined); // it goes on saying so
    this.#timer = clock.setTimer(() => this.#tick(), statusPeriodMs);
    this.#timer.unref();
  }

  #showStatus(parts: OutletParts): void {
    try {
      parts.states.set(this.#topics.status, this.#statusNow(parts));
    } catch (error) {
      this.#context.logger.error(`the state of the gateway can't be published: ${messageOf(error)}`, { error });
    }
  }

  #statusNow({ gateway, outbox }: OutletParts): Readonly<Record<string, unknown>> {
    const { state } = outbox;
    const uptimeSeconds = gateway.system('uptimeSeconds');
    return {
      state: 'running',
      generation: gateway.system('generation'),
      uptimeMs: typeof uptimeSeconds === 'number' ? uptimeSeconds * 1000 : null,
      mqtt: { pending: state.pending, bytes: state.bytes, dropped: droppedInAll(state) },
      drivers: gateway.drivers,
      at: new Date(this.#context.clock.wallMs()).toISOString(),
    };
  }

  #running(): OutletParts {
    if (this.#parts) return this.#parts;
    throw new GatewayError({ code: 'MQTT_NOT_RUNNING', kind: 'unreachable', message: 'the MQTT outlet does not run' });
  }
}

function unsupported(name: string): GatewayError {
  const message = `the MQTT outlet has no request ${JSON.stringify(name)}; it has: purge`;
  return new GatewayError({ code: 'SERVICE_REQUEST_UNKNOWN', kind: 'unsupported', message });
}
