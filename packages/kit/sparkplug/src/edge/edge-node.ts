import { parseTopic } from '../topics.js';
import { Commands } from './commands.js';
import { encodeForStorage, rowsByGroup } from './data-messages.js';
import type { EdgeChanges, EdgeDefinitions } from './definitions.js';
import type { EdgeAction, StoreHistory } from './edge-actions.js';
import { EdgeMessages, type EdgeMessagesOptions } from './edge-messages.js';
import { Aliases, carryOver, MetricTable } from './metric-table.js';
import { PrimaryHost } from './primary-host.js';

export interface EdgeNodeOptions extends EdgeMessagesOptions {
  /** Id of the host whose STATE says whether anybody listens; null for none. */
  readonly primaryHost: string | null;
  readonly aliases: boolean;
  /** NCMD and DCMD write tags. A rebirth may be asked for in any case. */
  readonly commands: boolean;
  /** Of the last CONNECT, as it was kept; undefined when there was none. */
  readonly lastBdSeq: number | undefined;
  readonly definitions: EdgeDefinitions;
}

/** Rebirths that hosts ask for are this far apart; the last request is answered. */
export const rebirthPauseMs = 5000;

/** Where the session stands. `waiting`: nothing may be born, because the primary host is away or the birth of the node is too large. */
export type EdgeState =
  | { readonly kind: 'offline' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'subscribing' }
  | { readonly kind: 'waiting' }
  /** `rebirthAtMs`: a rebirth was asked for and is due then, on the monotonic clock; until then no DATA. */
  | { readonly kind: 'live'; readonly rebirthAtMs: number | undefined }
  /** The connection is to end; nothing is sent any more. */
  | { readonly kind: 'closing' }
  | { readonly kind: 'stopped' };

/**
 * A Sparkplug B 3.0 edge node without its connection: each method takes what happened and returns what is to be done, in order. Who
 * calls it does that at once, before the next call: sequence numbers are given when a message is returned.
 */
export class EdgeNode {
  readonly #options: EdgeNodeOptions;
  readonly #aliases: Aliases | undefined;
  readonly #commands: Commands;
  readonly #primaryHost: PrimaryHost | undefined;
  readonly #messages: EdgeMessages;
  #table: MetricTable;
  #state: EdgeState = { kind: 'offline' };
  /** Of the present connection, or of the last CONNECT. */
  #bdSeq: number;
  /** No CONNECT carried `#bdSeq` yet: the connection under it failed before. */
  #isBdSeqUnused = false;
  #lastRebirthAtMs = Number.NEGATIVE_INFINITY;
  #subscribed = new Set<string>();
  #unknownHistory = 0;

  constructor(options: EdgeNodeOptions) {
    this.#options = options;
    this.#aliases = options.aliases ? new Aliases() : undefined;
    this.#commands = new Commands(options.commands);
    this.#primaryHost = options.primaryHost === null ? undefined : new PrimaryHost(options.primaryHost);
    this.#messages = new EdgeMessages(options);
    this.#table = new MetricTable(options.definitions, this.#aliases);
    this.#bdSeq = options.lastBdSeq ?? -1;
  }

  get state(): EdgeState {
    return this.#state;
  }

  get bdSeq(): number {
    return this.#bdSeq;
  }

  /** Values may be given to `changed` and come out at once, or to `replay`. */
  get isLive(): boolean {
    return this.#state.kind === 'live' && this.#state.rebirthAtMs === undefined;
  }

  /** When `tick` has something to do, on the monotonic clock. */
  get dueAtMs(): number | undefined {
    return this.#state.kind === 'live' ? this.#state.rebirthAtMs : undefined;
  }

  /** Births of node and devices so far: each lets more of what was stored be told. */
  get birthCount(): number {
    return this.#messages.birthCount;
  }

  /** Stored metrics that no definition of today has: they were not told. */
  get unknownHistory(): number {
    return this.#unknownHistory;
  }

  /** A connection is about to be opened. The number of its will is one more than that of the last CONNECT, 255 followed by 0. */
  connect(): EdgeAction[] {
    if (this.#state.kind === 'stopped') return [];
    if (!this.#isBdSeqUnused) this.#bdSeq = (this.#bdSeq + 1) & 0xff;
    this.#isBdSeqUnused = true;
    this.#state = { kind: 'connecting' };
    return [
      { type: 'keep-bd-seq', bdSeq: this.#bdSeq },
      { type: 'open', will: this.#messages.will(this.#bdSeq) },
    ];
  }

  /** The CONNECT packet went out: its number is used up, whatever the broker answers. */
  connectSent(): void {
    this.#isBdSeqUnused = false;
  }

  /** The broker accepted. `maxPayloadBytes`: what a message may hold beside its topic. */
  connected(maxPayloadBytes = Number.POSITIVE_INFINITY): EdgeAction[] {
    this.#isBdSeqUnused = false;
    this.#messages.maxPayloadBytes = maxPayloadBytes;
    this.#primaryHost?.forget();
    this.#subscribed = new Set();
    this.#state = { kind: 'subscribing' };
    return this.#subscribe();
  }

  /** The broker granted what `connected` asked for. */
  subscribed(): EdgeAction[] {
    if (this.#state.kind !== 'subscribing') return [];
    this.#state = { kind: 'waiting' };
    return this.#mayBirth ? this.#births() : [];
  }

  /** The connection failed, broke or ended. */
  disconnected(): void {
    if (this.#state.kind !== 'stopped') this.#state = { kind: 'offline' };
    for (const group of this.#table.groups) group.isBorn = false;
  }

  /** A message came for one of the topics that were subscribed. */
  message(topic: string, payload: Uint8Array, isRetained: boolean): EdgeAction[] {
    if (this.#primaryHost?.hear(topic, payload)) return this.#afterHostState(this.#primaryHost);
    const parsed = parseTopic(topic);
    const { group, node } = this.#options;
    if (parsed?.group !== group || parsed.node !== node) return [];
    if (parsed.type !== 'NCMD' && parsed.type !== 'DCMD') return [];
    const target = this.#table.group(parsed.device);
    if (!target) return [{ type: 'refuse', name: topic, reason: 'there is no such device' }];
    const result = this.#commands.read(this.#table, target, topic, payload, isRetained);
    return result.asksForRebirth ? [...result.actions, ...this.#rebirthWanted()] : [...result.actions];
  }

  /** Does what was due. */
  tick(): EdgeAction[] {
    const due = this.dueAtMs;
    return due === undefined || this.#options.clock.monotonicMs() < due ? [] : this.#rebirth();
  }

  /** Tags changed. What cannot be told now comes back to be stored. */
  changed(changes: EdgeChanges): EdgeAction[] {
    if (this.#state.kind === 'stopped') return [];
    if (!this.isLive) return this.stored(changes);
    const actions: EdgeAction[] = [];
    for (const [group, rows] of rowsByGroup(this.#table, changes)) {
      if (group.isBorn) actions.push(...this.#messages.changes(this.#table, group, changes, rows));
    }
    return actions;
  }

  /** The same changes to be stored, whether they can be told or not: for who doubts that what was told has arrived. */
  stored(changes: EdgeChanges): StoreHistory[] {
    const nowMs = this.#options.clock.wallMs();
    return Array.from(rowsByGroup(this.#table, changes)).flatMap(([group, rows]) => {
      if (!group.isOnline) return [];
      const payload = encodeForStorage(this.#table, changes, rows, nowMs);
      return [{ type: 'store', device: group.device, payload, metricCount: rows.length }];
    });
  }

  /** Whether what was stored of a device can be told: `later` when the device is offline or the node not live, `never` when it is gone. */
  replayable(device: string | undefined): 'now' | 'later' | 'never' {
    const group = this.#table.group(device);
    if (!group) return 'never';
    return this.isLive && group.isBorn ? 'now' : 'later';
  }

  /** Tells what was stored, as historical metrics, where it is `replayable` now. Throws kind `protocol` for bytes that it never gave out. */
  replay(device: string | undefined, stored: Uint8Array): EdgeAction[] {
    if (this.replayable(device) !== 'now') return [];
    const { actions, unknown } = this.#messages.history(this.#table.group(device)!, stored);
    this.#unknownHistory += unknown;
    return actions;
  }

  /** The device answers, or does not any more. */
  deviceOnline(device: string, isOnline: boolean): EdgeAction[] {
    const group = this.#table.devices.get(device);
    if (!group || group.isOnline === isOnline) return [];
    group.isOnline = isOnline;
    // A rebirth that is due tells of births by itself; a death cannot wait.
    if (this.#state.kind !== 'live') return [];
    if (!isOnline) return this.#messages.deviceDeath(group);
    return this.isLive ? this.#messages.deviceBirth(group) : [];
  }

  /** The plant has other tags. Devices whose metrics changed are born again, all of them where those of the node did. */
  redefine(definitions: EdgeDefinitions): EdgeAction[] {
    const before = this.#table;
    this.#table = new MetricTable(definitions, this.#aliases);
    carryOver(before.node, this.#table.node);
    for (const [id, group] of this.#table.devices) {
      const old = before.devices.get(id);
      if (old) carryOver(old, group);
    }
    if (this.#state.kind === 'waiting' && this.#mayBirth) return [...this.#subscribe(), ...this.#births()];
    if (this.#state.kind !== 'live') return [];
    const gone = [...before.devices.values()].filter((group) => !this.#table.devices.has(group.device!));
    const actions = [...this.#subscribe(), ...gone.flatMap((group) => this.#messages.deviceDeath(group))];
    if (!this.isLive) return actions;
    if (!this.#table.node.isBorn) return [...actions, ...this.#births()];
    const unborn = [...this.#table.devices.values()].filter((group) => group.isOnline && !group.isBorn);
    return [...actions, ...unborn.flatMap((group) => this.#messages.deviceBirth(group))];
  }

  /** An intended end: the death is published, because the broker keeps the will back. */
  stop(): EdgeAction[] {
    const actions = this.#farewell('stop');
    this.#state = { kind: 'stopped' };
    return actions;
  }

  #farewell(reason: 'stop' | 'primary-host-offline'): EdgeAction[] {
    const { kind } = this.#state;
    if (kind === 'offline' || kind === 'stopped' || kind === 'closing') return [];
    return [...this.#messages.nodeDeath(this.#table, this.#bdSeq), { type: 'close', reason }];
  }

  get #mayBirth(): boolean {
    return this.#primaryHost === undefined || this.#primaryHost.isOnline;
  }

  #afterHostState(host: PrimaryHost): EdgeAction[] {
    if (host.isOnline) return this.#state.kind === 'waiting' ? this.#births() : [];
    if (this.#state.kind !== 'live') return [];
    const actions = this.#farewell('primary-host-offline');
    this.#state = { kind: 'closing' };
    return actions;
  }

  #rebirthWanted(): EdgeAction[] {
    if (this.#state.kind !== 'live') return [];
    const atMs = this.#lastRebirthAtMs + rebirthPauseMs;
    if (this.#options.clock.monotonicMs() >= atMs) return this.#rebirth();
    this.#state = { kind: 'live', rebirthAtMs: atMs };
    return [];
  }

  #rebirth(): EdgeAction[] {
    this.#lastRebirthAtMs = this.#options.clock.monotonicMs();
    return this.#births();
  }

  #births(): EdgeAction[] {
    const actions = this.#messages.births(this.#table, this.#bdSeq);
    this.#state = this.#table.node.isBorn ? { kind: 'live', rebirthAtMs: undefined } : { kind: 'waiting' };
    return actions;
  }

  /** Commands to the node, to each device that has outputs, and the state of the primary host: what is not subscribed yet. */
  #subscribe(): EdgeAction[] {
    const wanted = [this.#messages.topic('NCMD')];
    for (const { device, hasOutputs } of this.#table.devices.values()) {
      if (this.#options.commands && hasOutputs) wanted.push(this.#messages.topic('DCMD', device));
    }
    const topics = [...wanted, ...(this.#primaryHost?.topics ?? [])].filter((topic) => !this.#subscribed.has(topic));
    for (const topic of topics) this.#subscribed.add(topic);
    return topics.length === 0 ? [] : [{ type: 'subscribe', topics }];
  }
}
