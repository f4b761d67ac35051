import type { LinkProblem, MqttLink } from '@fieldwarden/mqtt-link';
import type { Outbox } from '@fieldwarden/outbox';
import type { BacklogCurve, ShownMessage } from './delivery/delivery-trail.js';
import type { Contact } from './news/link-news.js';
import { droppedInAll } from './outlet-counters.js';

export interface OutletStatusFacts {
  readonly link: Pick<MqttLink, 'state' | 'broker' | 'connects'>;
  readonly outbox: Pick<Outbox, 'state' | 'topics' | 'quarantined'>;
  readonly clientId: string;
  readonly problem: LinkProblem | undefined;
  readonly contact: Contact;
  readonly backlog: BacklogCurve | null;
  readonly recent: readonly ShownMessage[];
  readonly inFlight: number;
  readonly tags: number;
  readonly conflated: number;
  /** Undefined: commands are not taken. */
  readonly commands: { readonly isListening: boolean; readonly counted: Readonly<Record<string, number>> } | undefined;
  readonly published: number;
  readonly publishedPerSecond: number;
}

/** Topics that are shown: those with the most that waits or was given up. */
const shownTopics = 50;
const shownQuarantine = 10;
/** All of the status has to stay within `maxStatusCharacters`. */
const longestTopic = 400;

/** What people see of an outlet: `services describe`, `mqtt status`, `GET /status`. */
export function outletStatus(facts: OutletStatusFacts): Readonly<Record<string, unknown>> {
  const { contact, backlog, recent } = facts;
  const { link, outbox, clientId, problem, inFlight, tags, conflated, commands, published, publishedPerSecond } = facts;
  const { state } = outbox;
  return {
    url: link.broker,
    clientId,
    connected: link.state.name === 'connected',
    version: link.state.name === 'connected' ? link.state.version : null,
    problem: problem?.message ?? null,
    since: new Date(contact.sinceMs).toISOString(),
    nextAttemptAt: contact.nextAttemptAtMs === undefined ? null : new Date(contact.nextAttemptAtMs).toISOString(),
    connects: link.connects,
    pending: state.pending,
    bytes: state.bytes,
    fileBytes: state.fileBytes,
    oldestAt: state.oldestAtMs === null ? null : new Date(state.oldestAtMs).toISOString(),
    inFlight,
    dropped: droppedInAll(state),
    droppedBy: state.dropped,
    published,
    publishedPerSecond: Math.round(publishedPerSecond * 10) / 10,
    tags,
    conflated,
    ...(commands && { commands: { listening: commands.isListening, ...commands.counted } }),
    topics: outbox.topics(shownTopics).flatMap(({ topic, pending, dropped }) => {
      const given = Object.values(dropped).reduce((sum, count) => sum + count, 0);
      return pending + given === 0
        ? []
        : [{ topic: topic.slice(0, longestTopic), pending, dropped: given, droppedBy: dropped }];
    }),
    quarantined: outbox
      .quarantined(shownQuarantine)
      .map(({ topic, payload }) => ({ topic: topic.slice(0, longestTopic), bytes: payload.length })),
    recent,
    backlog,
  };
}
