import type { Clock } from '@fieldwarden/core';
import { priorityOf, type Alarm, type AlarmSubject } from '@fieldwarden/gateway-contract';
import type { AlarmMemory } from '../alarm-memory.js';
import { entryAfter, shortened, type ConditionEntry, type ToldOfInput } from '../state/condition-entry.js';
import { isOpen, isSetApart } from '../state/condition-state.js';
import type { StateInput, Stepped } from '../state/state-input.js';
import type { AlarmListener } from '../told/alarm-change.js';
import { tellStep, type StepRemarks } from '../told/tell-step.js';
import { bounded, newRaisedEntry, rowId, type RaisedCondition } from './raised-entry.js';

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
  /** Where the tags of a driver or a device are. */
  readonly areaOf: (subject: AlarmSubject) => string | null;
  readonly tell: AlarmListener;
  readonly save: AlarmMemory['save'];
}

/**
 * The part of the book that is raised in the gateway, by itself and by its services. Alarms stay until they are over and seen, and while
 * somebody has set them apart.
 */
export class RaisedAlarms {
  readonly #deps: RaisedAlarmsDependencies;
  readonly #entries = new Map<string, ConditionEntry>();
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

  find(driverId: string | null, conditionId: string): ConditionEntry | undefined {
    return this.#entries.get(keyOf(driverId, conditionId));
  }

  /** From before the gateway's start. What was active counts as such until `settle`, but nobody has said so since. */
  restore(entry: ConditionEntry): void {
    const { subject, alarm, state } = entry;
    const key = keyOf(alarm.driverId, alarm.conditionId);
    if (this.#entries.has(key)) return;
    if (!this.#hasRoom(subject)) return this.#deps.save(key, undefined);
    this.#set(key, { ...entry, alarm: { ...alarm, current: !state.cause } });
    this.#unspoken.add(key);
  }

  /** Who could say whether what was active before the start is active has had the time to do so. What is about nothing there is goes. */
  settle(isThere: (subject: AlarmSubject) => boolean): void {
    for (const [key, entry] of [...this.#entries]) {
      const { subject, alarm } = entry;
      if (this.#unspoken.has(key) && !isThere(subject)) this.#remove(key, entry);
      else if (entry.state.cause && !alarm.current) this.#over(key, entry, `${alarm.message} (not since the restart)`);
    }
    this.#unspoken.clear();
  }

  raise(condition: RaisedCondition): void {
    const { subject, momentary = false, data } = condition;
    const key = keyOf(subject.driverId ?? null, rowId(condition));
    const known = this.#entries.get(key);
    if (known?.state.cause) return this.#again(key, known, condition);
    const entry = known ?? newRaisedEntry(condition, this.#deps.areaOf(subject), this.#nowIso());
    const raised = this.#after(entry, active, { ...said(condition), comment: null });
    const wasTold = this.#roomless.delete(key);
    const hasRoom = known !== undefined || this.#hasRoom(subject);
    if (!hasRoom && !this.#leave(key, { momentary, wasTold })) return;
    const after = momentary ? this.#after(raised.entry, inactive, {}).entry : raised.entry;
    if (hasRoom) this.#enter(key, after);
    if (wasTold) return;
    if (momentary) this.#tellOccurred(after, raised.stepped, data);
    else this.#tell(after, raised.stepped, { data });
  }

  /** `severity`: for an alarm that found no room. */
  clear({ message, ...condition }: Omit<RaisedCondition, 'message'> & { readonly message?: string | undefined }): void {
    const key = keyOf(condition.subject.driverId ?? null, rowId(condition));
    const known = this.#entries.get(key);
    if (known?.state.cause) return this.#over(key, known, message ?? known.alarm.message);
    if (!this.#roomless.delete(key)) return;
    const whole = { ...condition, message: message ?? condition.conditionId };
    const entry = newRaisedEntry(whole, this.#deps.areaOf(condition.subject), this.#nowIso());
    const was = this.#after(entry, active, {}).entry;
    const { alarm } = this.#after(was, inactive, {}).entry;
    this.#deps.tell({
      type: 'alarm',
      transition: 'cleared',
      subject: condition.subject,
      alarm: { ...alarm, retain: false },
      message: alarm.message,
    });
  }

  /** What a person does, or the time. */
  input(entry: ConditionEntry, input: StateInput, told: ToldOfInput, remarks: StepRemarks): Stepped {
    const after = this.#after(entry, input, told);
    const key = keyOf(entry.alarm.driverId, entry.alarm.conditionId);
    if (after.stepped.state !== entry.state || after.stepped.transitions.length > 0) this.#enter(key, after.entry);
    this.#tell(after.entry, after.stepped, remarks);
    return after.stepped;
  }

  /** Those that somebody has shelved. */
  get shelved(): readonly ConditionEntry[] {
    return [...this.#entries.values()].filter(({ state }) => state.shelving !== null);
  }

  /** The subject is no more. A service may come back: what was active of it is over. A driver or device takes its alarms along. */
  end(gone: AlarmSubject): void {
    for (const [key, entry] of [...this.#entries]) {
      if (!isPartOf(entry.subject, gone)) continue;
      if (gone.serviceId === undefined) this.#remove(key, entry);
      else if (entry.state.cause) this.#over(key, entry, `${entry.alarm.message} (it is there no more)`);
    }
  }

  /** Another text or severity of what is active; what was so before the start is no news. */
  #again(key: string, entry: ConditionEntry, condition: RaisedCondition): void {
    const { alarm } = entry;
    const { message, severity, priority } = said(condition);
    const isSame = message === alarm.message && severity === alarm.severity;
    if (isSame && alarm.current) return;
    const isNews = !isSame && alarm.current;
    const eventId = isNews ? this.#deps.newEventId() : alarm.eventId;
    const after = { ...entry, alarm: { ...alarm, message, severity, priority, current: true, eventId } };
    this.#enter(key, after);
    if (isNews) this.#tellChanged(after, condition.data);
  }

  /** Told only where somebody may still think that it is active. */
  #remove(key: string, entry: ConditionEntry): void {
    const message = shortened(`${entry.alarm.message} (it is there no more)`);
    const { entry: after, stepped } = this.#after(entry, inactive, { message });
    this.#unspoken.delete(key);
    this.#delete(key);
    this.#deps.save(key, undefined);
    this.#tell({ ...after, alarm: { ...after.alarm, retain: false } }, stepped);
  }

  #over(key: string, entry: ConditionEntry, message: string): void {
    const after = this.#after(entry, inactive, { message: shortened(message) });
    const over = { ...after.entry, alarm: { ...after.entry.alarm, current: true } };
    this.#enter(key, over);
    this.#tell(over, after.stepped);
  }

  #after(entry: ConditionEntry, input: StateInput, told: ToldOfInput): ReturnType<typeof entryAfter> {
    return entryAfter(entry, input, told, { nowIso: this.#nowIso(), newEventId: this.#deps.newEventId });
  }

  #enter(key: string, entry: ConditionEntry): void {
    this.#unspoken.delete(key);
    const isKept = isOpen(entry.state) || isSetApart(entry.state);
    if (isKept) this.#set(key, entry);
    else this.#delete(key);
    this.#deps.save(key, isKept ? { type: 'raised', ...entry } : undefined);
  }

  #set(key: string, entry: ConditionEntry): void {
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

  #tell(entry: ConditionEntry, stepped: Stepped, remarks: StepRemarks = {}): void {
    tellStep(this.#deps.tell, entry, stepped, remarks);
  }

  /** One that is disabled does not happen. */
  #tellOccurred({ subject, alarm }: ConditionEntry, raised: Stepped, data: RaisedCondition['data']): void {
    if (raised.transitions.length === 0) return;
    this.#deps.tell({ type: 'alarm', transition: 'occurred', subject, alarm, message: alarm.message, data });
  }

  #tellChanged({ subject, alarm }: ConditionEntry, data: RaisedCondition['data']): void {
    this.#deps.tell({ type: 'alarm', transition: 'changed', subject, alarm, message: alarm.message, data });
  }

  #nowIso(): string {
    return new Date(this.#deps.clock.wallMs()).toISOString();
  }
}

const judged = { limitState: null, suppressed: false, frozen: false } as const;
const active: StateInput = { type: 'verdict', verdict: { ...judged, active: true } };
const inactive: StateInput = { type: 'verdict', verdict: { ...judged, active: false } };

function said({ message, severity }: RaisedCondition): Pick<Alarm, 'message' | 'severity' | 'priority'> {
  const within = bounded(severity);
  return { message: shortened(message), severity: within, priority: priorityOf(within) };
}

/** Ids of drivers have no spaces. */
function keyOf(driverId: string | null, conditionId: string): string {
  return `raised ${driverId ?? ''} ${conditionId}`;
}

function countedAs({ driverId, serviceId }: AlarmSubject): string {
  return `${driverId ?? ''} ${serviceId ?? ''}`;
}

function isPartOf(subject: AlarmSubject, whole: AlarmSubject): boolean {
  if (whole.serviceId !== undefined) return subject.serviceId === whole.serviceId;
  if (whole.driverId === undefined) return false;
  return subject.driverId === whole.driverId && (whole.device ?? subject.device) === subject.device;
}
