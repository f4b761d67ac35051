import type { Clock } from '@fieldwarden/core';
import type { Alarm, AlarmSubject } from '@fieldwarden/gateway-contract';
import type { AlarmMemory } from '../alarm-memory.js';
import type { AlarmChange, AlarmData, AlarmListener, AlarmTransition } from '../told/alarm-change.js';

/** How many alarms are kept; those beyond are told and counted. */
export interface RaisedLimits {
  /** Of one driver with its devices, of one service, or of the gateway itself. */
  readonly perSubject: number;
  readonly total: number;
}

export interface RaisedAlarmsDependencies {
  readonly clock: Pick<Clock, 'wallMs'>;
  /** Names a state, never the same twice. */
  readonly newEventId: () => string;
  readonly limits: RaisedLimits;
  readonly tell: AlarmListener;
  readonly save: AlarmMemory['save'];
}

/** What somebody raises, with everything that its condition says. */
export interface RaisedCondition {
  readonly conditionId: string;
  readonly subject: AlarmSubject;
  readonly severity: number;
  readonly message: string;
  readonly momentary?: boolean | undefined;
  readonly data?: AlarmData | undefined;
}

interface Entry {
  readonly subject: AlarmSubject;
  readonly alarm: Alarm;
}

const maxMessageLength = 1_024;

/** The part of the book that is raised in the gateway, by itself and by its services. Alarms stay until they are over and seen. */
export class RaisedAlarms {
  readonly #deps: RaisedAlarmsDependencies;
  readonly #entries = new Map<string, Entry>();
  /** How many entries each subject has. */
  readonly #counts = new Map<string, number>();
  /** Keys of what was there before the gateway's start and of which nobody has said anything since. */
  readonly #unspoken = new Set<string>();
  /** Active alarms without room: told once, not at each call. As bounded as the entries are. */
  readonly #roomless = new Set<string>();
  #leftOut = 0;

  constructor(deps: RaisedAlarmsDependencies) {
    this.#deps = deps;
  }

  /** In no order. */
  get alarms(): readonly Alarm[] {
    return [...this.#entries.values()].map(({ alarm }) => alarm);
  }

  /** Times that an alarm found no room; it was told all the same. */
  get leftOut(): number {
    return this.#leftOut;
  }

  find(driverId: string | null, conditionId: string): Alarm | undefined {
    return this.#entries.get(keyOf(driverId, conditionId))?.alarm;
  }

  /** From before the gateway's start. What was active counts as such until `settle`, but nobody has said so since. */
  restore({ subject, alarm }: Entry): void {
    const key = keyOf(alarm.driverId, alarm.conditionId);
    if (this.#entries.has(key)) return;
    if (!this.#hasRoom(subject)) return this.#deps.save(key, undefined);
    this.#set(key, { subject, alarm: { ...alarm, current: !alarm.active } });
    this.#unspoken.add(key);
  }

  /** Who could say whether what was active before the start is active has had the time to do so. What is about nothing there is goes. */
  settle(isThere: (subject: AlarmSubject) => boolean): void {
    for (const [key, { subject, alarm }] of [...this.#entries]) {
      if (this.#unspoken.has(key) && !isThere(subject)) this.#remove(subject, alarm);
      else if (alarm.active && !alarm.current) this.#over(subject, alarm, `${alarm.message} (not since the restart)`);
    }
    this.#unspoken.clear();
  }

  raise(condition: RaisedCondition): void {
    const { subject, momentary = false } = condition;
    const driverId = subject.driverId ?? null;
    const key = keyOf(driverId, rowId(condition));
    const known = this.#entries.get(key);
    if (known?.alarm.active) return this.#again(key, known, condition);
    const alarm = { ...this.#newState(condition), active: !momentary };
    const wasTold = this.#roomless.delete(key);
    if (known || this.#hasRoom(subject)) this.#enter(key, { subject, alarm });
    else if (!this.#leave(key, { momentary, wasTold })) return;
    if (!wasTold) this.#tell(momentary ? 'occurred' : 'active', { subject, alarm }, { data: condition.data });
  }

  /** `severity`: for an alarm that found no room. */
  clear({ message, ...condition }: Omit<RaisedCondition, 'message'> & { readonly message?: string | undefined }): void {
    const key = keyOf(condition.subject.driverId ?? null, rowId(condition));
    const known = this.#entries.get(key);
    if (known?.alarm.active) return this.#over(known.subject, known.alarm, message ?? known.alarm.message);
    if (!this.#roomless.delete(key)) return;
    const alarm = this.#newState({ ...condition, message: message ?? condition.conditionId });
    this.#tell('cleared', { subject: condition.subject, alarm: { ...alarm, retain: false } });
  }

  /** Undefined: there is no such alarm. `eventId` undefined: in its present state. */
  acknowledge(
    seen: { driverId: string | null; conditionId: string; eventId: string | undefined; comment: string },
    by: string | undefined,
  ): { readonly outcome: 'done' | 'rejected'; readonly status: string } | undefined {
    const key = keyOf(seen.driverId, seen.conditionId);
    const known = this.#entries.get(key);
    if (!known) return undefined;
    const { subject, alarm } = known;
    if ((seen.eventId ?? alarm.eventId) !== alarm.eventId) return { outcome: 'rejected', status: 'BadEventIdUnknown' };
    if (alarm.acknowledged) return { outcome: 'rejected', status: 'BadConditionBranchAlreadyAcked' };
    const comment = seen.comment === '' ? null : seen.comment;
    const entry = { subject, alarm: { ...alarm, acknowledged: true, retain: alarm.active, comment } };
    this.#enter(key, entry);
    this.#tell('acknowledged', entry, { message: `${alarm.message}: acknowledged`, by });
    return { outcome: 'done', status: 'Good' };
  }

  /** The subject is no more. A service may come back: what was active of it is over. A driver or device takes its alarms along. */
  end(gone: AlarmSubject): void {
    for (const { subject, alarm } of [...this.#entries.values()]) {
      if (!isPartOf(subject, gone)) continue;
      if (gone.serviceId === undefined) this.#remove(subject, alarm);
      else if (alarm.active) this.#over(subject, alarm, `${alarm.message} (it is there no more)`);
    }
  }

  /** Another text or severity of what is active; what was so before the start is no news. */
  #again(key: string, { subject, alarm }: Entry, { message, severity, data }: RaisedCondition): void {
    const said = { message: shortened(message), severity: bounded(severity) };
    const isSame = said.message === alarm.message && said.severity === alarm.severity;
    if (isSame && alarm.current) return;
    const isNews = !isSame && alarm.current;
    const entry = {
      subject,
      alarm: { ...alarm, ...said, current: true, ...(isNews && { eventId: this.#deps.newEventId() }) },
    };
    this.#enter(key, entry);
    if (isNews) this.#tell('changed', entry, { data });
  }

  /** Told only where somebody may still think that it is active. */
  #remove(subject: AlarmSubject, alarm: Alarm): void {
    const key = keyOf(alarm.driverId, alarm.conditionId);
    const state = { message: shortened(`${alarm.message} (it is there no more)`), active: false, retain: false };
    const entry = { subject, alarm: { ...alarm, ...state, at: this.#now(), eventId: this.#deps.newEventId() } };
    this.#enter(key, entry);
    if (alarm.active) this.#tell('cleared', entry);
  }

  #over(subject: AlarmSubject, alarm: Alarm, message: string): void {
    const key = keyOf(alarm.driverId, alarm.conditionId);
    const state = { message: shortened(message), active: false, retain: !alarm.acknowledged, current: true };
    const entry = { subject, alarm: { ...alarm, ...state, at: this.#now(), eventId: this.#deps.newEventId() } };
    this.#enter(key, entry);
    this.#tell('cleared', entry);
  }

  #newState(condition: RaisedCondition): Alarm {
    return {
      driverId: condition.subject.driverId ?? null,
      device: null,
      conditionId: rowId(condition),
      eventId: this.#deps.newEventId(),
      source: '',
      message: shortened(condition.message),
      severity: bounded(condition.severity),
      active: false,
      acknowledged: false,
      retain: true,
      current: true,
      at: this.#now(),
      value: null,
      comment: null,
    };
  }

  #enter(key: string, entry: Entry): void {
    this.#unspoken.delete(key);
    const { retain } = entry.alarm;
    if (retain) this.#set(key, entry);
    else this.#delete(key);
    this.#deps.save(key, retain ? { type: 'raised', ...entry } : undefined);
  }

  #set(key: string, entry: Entry): void {
    if (!this.#entries.has(key)) this.#count(entry.subject, 1);
    this.#entries.set(key, entry);
  }

  #delete(key: string): void {
    const known = this.#entries.get(key);
    if (known && this.#entries.delete(key)) this.#count(known.subject, -1);
  }

  #count(subject: AlarmSubject, change: 1 | -1): void {
    const key = countedAs(subject);
    const count = (this.#counts.get(key) ?? 0) + change;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }

  #hasRoom(subject: AlarmSubject): boolean {
    const { perSubject, total } = this.#deps.limits;
    return this.#entries.size < total && (this.#counts.get(countedAs(subject)) ?? 0) < perSubject;
  }

  /** Whether it is to be told although it is nowhere. */
  #leave(key: string, { momentary, wasTold }: { readonly momentary: boolean; readonly wasTold: boolean }): boolean {
    if (!wasTold) this.#leftOut += 1;
    if (momentary) return true;
    if (this.#roomless.size >= this.#deps.limits.total) return false;
    this.#roomless.add(key);
    return true;
  }

  #tell(
    transition: AlarmTransition,
    { subject, alarm }: Entry,
    more: Partial<Pick<AlarmChange, 'message' | 'data' | 'by'>> = {},
  ): void {
    this.#deps.tell({ type: 'alarm', transition, subject, alarm, message: alarm.message, ...more });
  }

  #now(): string {
    return new Date(this.#deps.clock.wallMs()).toISOString();
  }
}

/** Ids of drivers have no spaces. */
function keyOf(driverId: string | null, conditionId: string): string {
  return `raised ${driverId ?? ''} ${conditionId}`;
}

/** A device or a service of which it is raised stands behind the condition: `off-scan/filler`. */
function rowId({
  conditionId,
  subject: { device, serviceId },
}: Pick<RaisedCondition, 'conditionId' | 'subject'>): string {
  const of = device ?? serviceId;
  return of === undefined ? conditionId : `${conditionId}/${of}`;
}

function countedAs({ driverId, serviceId }: AlarmSubject): string {
  return `${driverId ?? ''} ${serviceId ?? ''}`;
}

function isPartOf(subject: AlarmSubject, whole: AlarmSubject): boolean {
  if (whole.serviceId !== undefined) return subject.serviceId === whole.serviceId;
  if (whole.driverId === undefined) return false;
  return subject.driverId === whole.driverId && (whole.device ?? subject.device) === subject.device;
}

/** OPC UA 10000-5, 6.4.2. */
function bounded(severity: number): number {
  return Math.min(Math.max(Math.round(severity) || 1, 1), 1_000);
}

function shortened(message: string): string {
  return message.length > maxMessageLength ? `${message.slice(0, maxMessageLength - 1)}…` : message;
}
