import type { Service } from '@fieldwarden/admin-contract';

/** What an MQTT outlet says of itself, as far as the page shows it. */
export interface OutletView {
  readonly service: Service;
  readonly connected: boolean;
  /** When that began; ISO 8601. */
  readonly since: string;
  readonly nextAttemptAt: string | null;
  /** Why something is wrong, with what helps; null when nothing is. */
  readonly problem: string | null;
  readonly broker: string | null;
  readonly version: string | null;
  readonly clientId: string | null;
  /** Connections after the first. */
  readonly reconnects: number;
  readonly pending: number;
  readonly bytes: number;
  readonly oldestAt: string | null;
  readonly inFlight: number;
  readonly published: number;
  readonly publishedPerSecond: number;
  readonly tags: number;
  /** Null: commands are not taken. */
  readonly listening: boolean | null;
  readonly dropped: number;
  readonly droppedBy: Readonly<Record<string, number>>;
  readonly topics: readonly TopicView[];
  readonly quarantined: readonly { readonly topic: string; readonly bytes: number }[];
  readonly recent: readonly MessageView[];
  /** Messages that waited, with their times; null until the first was counted. */
  readonly backlog: { readonly at: readonly number[]; readonly pending: readonly number[] } | null;
  /** The Sparkplug node of an outlet that tells both. */
  readonly sparkplug: SparkplugView | null;
}

export interface TopicView {
  readonly topic: string;
  readonly pending: number;
  readonly dropped: number;
  readonly droppedBy: Readonly<Record<string, number>>;
}

export interface MessageView {
  readonly at: string;
  readonly topic: string;
  readonly bytes: number;
  /** Null: it is no text. */
  readonly text: string | null;
}

export interface SparkplugView {
  readonly group: string;
  readonly node: string;
  readonly session: string;
  /** Of the connection of its own, where there is one. */
  readonly connected: boolean | null;
  readonly pending: number;
  readonly published: number;
  readonly dropped: number;
  /** What its connection sent last. */
  readonly recent: readonly MessageView[];
}

/** As in the status of the outlet (its README); whatever is not there is not known. */
interface Said extends Partial<
  Omit<OutletView, 'service' | 'broker' | 'reconnects' | 'listening' | 'backlog' | 'sparkplug'>
> {
  readonly url?: string;
  readonly connects?: number;
  readonly commands?: { readonly listening: boolean };
  readonly backlog?: { readonly at: string; readonly everyMs: number; readonly pending: readonly number[] } | null;
  readonly sparkplug?: Partial<SparkplugView>;
}

export function isMqttOutlet({ type }: Service): boolean {
  return type === 'mqtt';
}

/** One that does not run says nothing of itself; its reason is why. */
export function outletView(service: Service): OutletView {
  const said = (service.detail ?? {}) as Said;
  return {
    service,
    connected: said.connected ?? false,
    since: said.since ?? service.stateSince,
    nextAttemptAt: said.nextAttemptAt ?? service.nextAttemptAt,
    problem: said.problem ?? service.reason,
    broker: said.url ?? service.url,
    version: said.version ?? null,
    clientId: said.clientId ?? null,
    reconnects: Math.max(0, (said.connects ?? 0) - 1),
    pending: said.pending ?? 0,
    bytes: said.bytes ?? 0,
    oldestAt: said.oldestAt ?? null,
    inFlight: said.inFlight ?? 0,
    published: said.published ?? 0,
    publishedPerSecond: said.publishedPerSecond ?? 0,
    tags: said.tags ?? 0,
    listening: said.commands?.listening ?? null,
    dropped: said.dropped ?? 0,
    droppedBy: said.droppedBy ?? {},
    topics: said.topics ?? [],
    quarantined: said.quarantined ?? [],
    recent: said.recent ?? [],
    backlog: said.backlog ? curveOf(said.backlog) : null,
    sparkplug: said.sparkplug ? sparkplugOf(said.sparkplug) : null,
  };
}

function curveOf({ at, everyMs, pending }: NonNullable<Said['backlog']>): OutletView['backlog'] {
  const lastMs = Date.parse(at);
  return { at: pending.map((_, i) => lastMs - (pending.length - 1 - i) * everyMs), pending };
}

function sparkplugOf(said: Partial<SparkplugView>): SparkplugView {
  const { group = '', node = '', session = '', connected = null } = said;
  const { pending = 0, published = 0, dropped = 0, recent = [] } = said;
  return { group, node, session, connected, pending, published, dropped, recent };
}
