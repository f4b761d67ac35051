import { messageOf, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import type { Alarm } from '@fieldwarden/gateway-contract';
import { alarmKey, type AlarmFeed, type TagSource } from '@fieldwarden/service';
import type { IAddressSpace, NodeId } from 'node-opcua';
import { parentPath } from '../space/folder-tree.js';
import { ConditionEvent } from './condition-event.js';
import { conditionIdOf, type ConditionName } from './condition-id.js';
import { EventIds, stateOf } from './event-ids.js';
import { recordOf, type ConditionRecord } from './condition-record.js';
import { conditionTypeOf } from './condition-type.js';
import { foldersUpFrom, serverObjectId, type EventListeners } from './event-listeners.js';

/** At most so many events in so long; of a flood each condition is told as what it came to. */
const eventsAtOnce = 100;
const pauseMs = 100;

/** Conditions that are over and are remembered, for what a client says about them late. */
const maxEnded = 1_000;

export interface ConditionsDependencies {
  readonly addressSpace: IAddressSpace;
  readonly feed: AlarmFeed;
  readonly listeners: EventListeners;
  readonly store: TagSource;
  /** In the namespace of the tags. */
  readonly nodeId: (id: string) => NodeId;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A member of the library's Server object. */
interface RefreshedNode {
  _conditionRefresh(cache?: unknown): void;
}

/**
 * The gateway's alarms as conditions of OPC 10000-9 that are no nodes (SPEC §10.1): their events, and what a client that comes later is told
 * of them by ConditionRefresh.
 */
export class Conditions implements Disposable {
  readonly #deps: ConditionsDependencies;
  readonly #open = new Map<string, ConditionRecord>();
  /** The newest last. */
  readonly #ended = new Map<string, ConditionRecord>();
  readonly #waiting = new Map<string, ConditionRecord>();
  readonly #actors = new Map<string, string>();
  readonly #following: Disposable;
  /** Events that may be told before the pause is over. */
  #left = eventsAtOnce;
  #pause: Timer | undefined;
  readonly #eventIds = new EventIds();

  constructor(dependencies: ConditionsDependencies) {
    this.#deps = dependencies;
    this.#following = dependencies.feed.follow((alarm) => this.#heard(alarm));
    const server = dependencies.addressSpace.rootFolder.objects.server as unknown as RefreshedNode;
    server._conditionRefresh = () => this.#refresh();
  }

  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
    this.#pause?.[Symbol.dispose]();
    this.#pause = undefined;
    this.#waiting.clear();
  }

  /** The state that the gateway has now, for one that a client has seen; as it was said, where they are not the same situation. */
  presentEventId(name: ConditionName, eventId: string): string {
    const key = alarmKey(name);
    const seen = stateOf(eventId);
    const record = this.#open.get(key) ?? this.#ended.get(key);
    return record?.seenAs.includes(seen) === true ? record.alarm.eventId : seen;
  }

  /** Somebody is about to act: who it is stands in the event that follows. Undefined: nothing came of it. */
  actedBy(name: ConditionName, user: string | undefined): void {
    const key = alarmKey(name);
    if (user === undefined) this.#actors.delete(key);
    else this.#actors.set(key, user);
  }

  #heard(alarm: Alarm): void {
    const key = alarmKey(alarm);
    const before = this.#open.get(key) ?? this.#ended.get(key);
    const record = recordOf(before, {
      alarm,
      eventId: this.#eventIds.next(alarm.eventId),
      nowMs: this.#deps.clock.wallMs(),
      actor: this.#actors.get(key),
    });
    if (before && record.user !== before.user) this.#actors.delete(key);
    this.#ended.delete(key);
    if (alarm.retain) this.#open.set(key, record);
    else this.#end(key, record);
    if (!this.#deps.listeners.isHeard) return;
    this.#waiting.set(key, record);
    if (this.#left > 0) this.#flush();
  }

  #end(key: string, record: ConditionRecord): void {
    this.#open.delete(key);
    this.#ended.set(key, record);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > maxEnded) this.#ended.delete(oldest);
  }

  #flush(): void {
    for (const [key, record] of [...this.#waiting].slice(0, this.#left)) {
      this.#left -= 1;
      this.#waiting.delete(key);
      this.#tell(record);
    }
    this.#pause ??= this.#deps.clock.setTimer(() => {
      this.#pause = undefined;
      this.#left = eventsAtOnce;
      if (this.#waiting.size > 0) this.#flush();
    }, pauseMs);
  }

  /** While the library has opened a refresh: its items let through what is for whoever asked. */
  #refresh(): void {
    for (const record of this.#open.values()) this.#tell(record);
  }

  #tell(record: ConditionRecord): void {
    const { addressSpace, listeners, logger } = this.#deps;
    try {
      listeners.tell(new ConditionEvent(this.#newsOf(record), addressSpace), foldersOf(record.alarm));
    } catch (error) {
      const { conditionId } = record.alarm;
      logger.error(`OPC UA clients were not told of alarm ${conditionId}: ${messageOf(error)}`, { error });
    }
  }

  #newsOf({
    alarm,
    eventId,
    atMs,
    lastSeverity,
    hasLimits,
    user,
  }: ConditionRecord): ConstructorParameters<typeof ConditionEvent>[0] {
    const { store, nodeId, clock } = this.#deps;
    const handle = alarm.device === null && alarm.source !== '' ? store.handleOf(alarm.source) : undefined;
    const type = handle === undefined ? undefined : store.definition(handle)?.type;
    return {
      alarm,
      eventId,
      type: conditionTypeOf(alarm, { hasLimits, isDiscrete: type !== undefined && type.scalar === 'bool' }),
      conditionId: nodeId(conditionIdOf(alarm)),
      sourceNode: handle === undefined ? serverObjectId : nodeId(alarm.source),
      sourceName: alarm.source || [alarm.driverId, alarm.device].filter(Boolean).join('/') || 'Gateway',
      atMs,
      receivedAtMs: clock.wallMs(),
      lastSeverity,
      user,
    };
  }
}

/** Of its area, and of the tag that it is about. */
function foldersOf({ area, device, source }: Alarm): ReadonlySet<string> {
  const ofTag = device === null ? parentPath(source) : '';
  return new Set([...foldersUpFrom(area ?? ''), ...foldersUpFrom(ofTag)]);
}
