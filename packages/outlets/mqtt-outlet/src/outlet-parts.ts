import { linkDefaults, MqttLink, type LinkOwner, type LinkSettings } from '@fieldwarden/mqtt-link';
import type { Outbox } from '@fieldwarden/outbox';
import type { ServiceContext } from '@fieldwarden/service';
import type { CommandIds } from './commands/command-ids.js';
import { Commands } from './commands/commands.js';
import { DeliveryTrail } from './delivery/delivery-trail.js';
import { Sender } from './delivery/sender.js';
import { LinkNews } from './news/link-news.js';
import type { OutboxNews } from './news/outbox-news.js';
import type { OutletCounters } from './outlet-counters.js';
import { clientIdOf, commandPrincipal, type MqttOutletSettings } from './settings.js';
import { AlarmStates } from './states/alarm-states.js';
import { GatewayStates } from './states/gateway-states.js';
import { StateTopics } from './states/state-topics.js';
import type { Topics } from './topics.js';
import { FormerTopics } from './values/former-topics.js';
import type { SequenceNumbers } from './values/sequence-numbers.js';
import { ValueFeed } from './values/value-feed.js';
import { ValueMessages } from './values/value-messages.js';

/** All that runs between `start` and `stop`. */
export interface OutletParts {
  readonly outbox: Outbox;
  readonly link: MqttLink;
  readonly sender: Sender;
  readonly states: StateTopics;
  readonly gateway: GatewayStates;
  readonly alarms: AlarmStates;
  readonly feed: ValueFeed;
  readonly formerTopics: FormerTopics;
  /** Undefined: commands are not taken. */
  readonly commands: Commands | undefined;
  readonly linkNews: LinkNews;
  readonly trail: DeliveryTrail;
}

export interface OutletPartsDependencies {
  readonly context: ServiceContext<MqttOutletSettings>;
  readonly topics: Topics;
  readonly owner: LinkOwner;
  readonly counters: OutletCounters;
  readonly news: OutboxNews;
  readonly numbers: SequenceNumbers;
  readonly outbox: Outbox;
  readonly ids: CommandIds;
}

/** Puts the outlet together; values go to the outbox from then on, and out of it when the link is started. */
export function makeParts(deps: OutletPartsDependencies): OutletParts {
  const { context, topics, owner, counters, news, numbers, outbox } = deps;
  const { settings, tags, clock, logger, random, events, alarms } = context;
  const link = new MqttLink(linkSettingsOf(context), owner, { clock, random, logger });
  const trail = new DeliveryTrail();
  const sender: Sender = new Sender(
    {
      outbox,
      link,
      clock,
      random,
      soon: (work) => void setImmediate(work),
      onAcknowledged: (message) => {
        counters.published += 1;
        news.taken();
        trail.acknowledged(message.topic, message.payload, clock.wallMs());
        formerTopics.acknowledged(message);
      },
      onRefused: (message, fate) => news.refused(message, fate),
      onDeferred: (_, { code }) => news.deferred(code),
      onPoison: (message) => news.poison(message),
    },
    settings.window,
  );
  const states = new StateTopics({ link, numbers, logger, onSettled: () => sender.pump() });
  const messages = new ValueMessages(settings.publish, {
    numbers,
    wallMs: () => clock.wallMs(),
    send: (message) => sender.send(message),
  });
  const feed = new ValueFeed(settings.publish, { tags, topics, messages, clock, logger });
  const formerTopics: FormerTopics = new FormerTopics({
    outbox,
    prefix: topics.tag(''),
    publishes: (path) => feed.publishes(path),
    send: (message) => sender.send(message),
    clock,
    logger,
  });
  return {
    outbox,
    link,
    sender,
    trail,
    states,
    feed,
    formerTopics,
    linkNews: new LinkNews({ broker: link.broker, events, alarms, clock, logger }),
    gateway: new GatewayStates({ tags, topics, states, clock }),
    alarms: new AlarmStates({ feed: context.alarmFeed, topics, states }),
    commands: settings.commands ? commandsOf(deps, sender) : undefined,
  };
}

function commandsOf({ context, topics, ids }: OutletPartsDependencies, sender: Sender): Commands {
  const { settings, gateway, tags, writer, clock, logger } = context;
  const wallMs = (): number => clock.wallMs();
  return new Commands({
    ids,
    tags,
    writer,
    topics,
    principal: commandPrincipal(settings.username ?? clientIdOf(settings, gateway.site), settings),
    answer: (topic, body) => {
      const payload = Buffer.from(JSON.stringify(body));
      sender.send({ topic, payload, qos: 1, retain: false, atMs: wallMs() });
    },
    wallMs,
    logger,
  });
}

function linkSettingsOf({ settings, gateway }: ServiceContext<MqttOutletSettings>): LinkSettings {
  const { url, version, username, password, tls } = settings;
  return { ...linkDefaults, url, version, clientId: clientIdOf(settings, gateway.site), username, password, tls };
}
