import { GatewayError, type Clock, type StatusCode } from '@fieldwarden/core';
import type { Alarm } from '@fieldwarden/gateway-contract';
import type { AlarmConditionDefinition, AlarmConditions, ConditionVerdict } from '@fieldwarden/service';
import type { AlarmMemory } from '../alarm-memory.js';
import { gatewayConditions } from '../gateway-conditions.js';
import {
  entryAfter,
  isoTime,
  shortened,
  shownQuality,
  shownValue,
  type ConditionEntry,
  type ToldOfInput,
} from '../state/condition-entry.js';
import { isOpen, isSetApart } from '../state/condition-state.js';
import type { StateInput, Stepped } from '../state/state-input.js';
import type { AlarmListener } from '../told/alarm-change.js';
import { tellStep, type StepRemarks } from '../told/tell-step.js';
import { FirstOut } from './first-out.js';
import { newPlantEntry, redefined } from './plant-entry.js';

export interface PlantConditionsDependencies {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly newEventId: () => string;
  readonly tell: AlarmListener;
  readonly save: AlarmMemory['save'];
}

/** A condition of the plant, whether or not it is the case. */
interface Judged {
  entry: ConditionEntry;
  /** Null until it is defined: what is known of it is from before the start. */
  group: string | null;
  /** Of the last verdict. */
  quality: StatusCode | undefined;
}

/** The part of the book that the plant defines: what a service judges, with its state (SPEC §18.1). */
export class PlantConditions {
  readonly #deps: PlantConditionsDependencies;
  readonly #conditions = new Map<string, Judged>();
  readonly #firstOut = new FirstOut();
  /** Services that have come for their conditions since the start. */
  readonly #services = new Set<string>();

  constructor(deps: PlantConditionsDependencies) {
    this.#deps = deps;
  }

  /** In no order, also those that are not the case. */
  get alarms(): readonly Alarm[] {
    return [...this.#conditions.values()].map(({ entry }) => entry.alarm);
  }

  get shelved(): readonly ConditionEntry[] {
    return [...this.#conditions.values()].map(({ entry }) => entry).filter(({ state }) => state.shelving !== null);
  }

  find(conditionId: string): ConditionEntry | undefined {
    return this.#conditions.get(conditionId)?.entry;
  }

  /** From before the start: what was active counts as such until it is judged. */
  restore(entry: ConditionEntry): void {
    const { conditionId } = entry.alarm;
    if (this.#conditions.has(conditionId)) return;
    const restored = { ...entry, alarm: { ...entry.alarm, current: false } };
    this.#conditions.set(conditionId, { entry: restored, group: null, quality: undefined });
  }

  /** Where one run of a service defines and judges. */
  conditionsOf(serviceId: string): AlarmConditions & Disposable {
    this.#services.add(serviceId);
    let isOver = false;
    return {
      define: (definitions) => {
        if (!isOver) this.#define(serviceId, definitions);
      },
      judge: (id, verdict) => {
        if (!isOver) this.#judge(id, verdict);
      },
      [Symbol.dispose]: () => {
        if (!isOver) this.#leave(serviceId);
        isOver = true;
      },
    };
  }

  /** What a person does, or the time. */
  input(entry: ConditionEntry, input: StateInput, told: ToldOfInput, remarks: StepRemarks): Stepped {
    const condition = this.#conditions.get(entry.alarm.conditionId);
    return condition ? this.#go(condition, input, told, remarks) : { ...nothing, state: entry.state };
  }

  /** Whoever would judge has had the time to come. Conditions of services that did not are of a plant that was. */
  settle(): void {
    for (const { entry } of [...this.#conditions.values()]) {
      const { serviceId } = entry.subject;
      if (serviceId === undefined || !this.#services.has(serviceId)) this.#remove(entry.alarm.conditionId);
    }
  }

  /** The service is configured no more. */
  end(serviceId: string): void {
    this.#services.delete(serviceId);
    for (const [id, { entry }] of [...this.#conditions]) if (entry.subject.serviceId === serviceId) this.#remove(id);
  }

  #define(serviceId: string, definitions: readonly AlarmConditionDefinition[]): void {
    for (const { id } of definitions) this.#demandFree(id, serviceId);
    const wanted = new Set(definitions.map(({ id }) => id));
    for (const [id, { entry }] of [...this.#conditions]) {
      if (entry.subject.serviceId === serviceId && !wanted.has(id)) this.#remove(id);
    }
    for (const definition of definitions) this.#defineOne(serviceId, definition);
  }

  #demandFree(id: string, serviceId: string): void {
    const other = this.#conditions.get(id)?.entry.subject.serviceId ?? serviceId;
    if (other === serviceId && !(id in gatewayConditions)) return;
    const whose = other === serviceId ? 'the gateway' : `the service ${other}`;
    const message = `the condition ${id} is one of ${whose}: it needs another id`;
    throw new GatewayError({ code: 'ALARM_ID_TAKEN', kind: 'config', message });
  }

  #defineOne(serviceId: string, definition: AlarmConditionDefinition): void {
    const { id, group } = definition;
    const known = this.#conditions.get(id);
    if (!known) {
      const entry = newPlantEntry(definition, serviceId, isoTime(this.#deps.clock.wallMs()));
      this.#conditions.set(id, { entry, group, quality: undefined });
      return;
    }
    if (known.entry.state.active && known.group !== group) {
      this.#firstOut.ends(known.group, id);
      this.#firstOut.begins(group, id);
    }
    const before = known.entry;
    known.group = group;
    known.entry = redefined(before, definition);
    const { cause, limitState, suppressed, frozen } = known.entry.state;
    // By another class what was latched may be over.
    this.#go(known, { type: 'verdict', verdict: { active: cause, limitState, suppressed, frozen } }, {}, {});
    if (isOpen(before.state) && !isOpen(known.entry.state)) this.#tellChanged(known.entry);
  }

  #judge(id: string, verdict: ConditionVerdict): void {
    const condition = this.#conditions.get(id);
    if (!condition) {
      const message = `the condition ${id} is judged and was never defined`;
      throw new GatewayError({ code: 'CONDITION_UNKNOWN', kind: 'bug', message });
    }
    if (isAsBefore(condition, verdict)) return;
    const { entry, quality } = condition;
    const { transitions } = this.#go(condition, { type: 'verdict', verdict }, {}, {}, verdict);
    const isOtherwiseKnown = entry.alarm.frozen !== verdict.frozen || (verdict.frozen && quality !== verdict.quality);
    // Of what is not the case nobody wants to know: a lost device has many conditions.
    const isTold = transitions.length === 0 && isOtherwiseKnown && entry.alarm.current && isOpen(condition.entry.state);
    if (isTold) this.#tellChanged(condition.entry);
  }

  #go(
    condition: Judged,
    input: StateInput,
    told: ToldOfInput,
    remarks: StepRemarks,
    verdict?: ConditionVerdict,
  ): Stepped {
    const before = condition.entry;
    const { clock, newEventId } = this.#deps;
    const nowIso = isoTime(verdict?.atMs ?? clock.wallMs());
    const { entry, stepped } = entryAfter(before, input, told, { nowIso, newEventId });
    const { transitions } = stepped;
    const reading = verdict && readingOf(verdict, transitions.length > 0);
    const isFirstOut = this.#groupAfter(condition, transitions);
    const alarm = { ...entry.alarm, ...reading, ...isFirstOut, ...(verdict && { current: true }) };
    condition.entry = { ...entry, alarm };
    if (verdict) condition.quality = verdict.quality;
    this.#keep(before, condition.entry);
    tellStep(this.#deps.tell, condition.entry, stepped, remarks);
    return stepped;
  }

  #groupAfter(
    { entry, group }: Judged,
    transitions: Stepped['transitions'],
  ): Partial<Pick<Alarm, 'firstOut' | 'comment'>> {
    const { conditionId } = entry.alarm;
    if (transitions.includes('cleared')) this.#firstOut.ends(group, conditionId);
    if (!transitions.includes('active')) return {};
    return { firstOut: this.#firstOut.begins(group, conditionId), comment: null };
  }

  #keep(before: ConditionEntry, { subject, alarm, state, treatment }: ConditionEntry): void {
    const isWorthIt = isOpen(state) || isSetApart(state);
    const wasWorthIt = isOpen(before.state) || isSetApart(before.state);
    if (isWorthIt) this.#deps.save(keyOf(alarm.conditionId), { type: 'plant', subject, alarm, state, treatment });
    else if (wasWorthIt) this.#deps.save(keyOf(alarm.conditionId), undefined);
  }

  /** The service is down: nobody can say what is the case. */
  #leave(serviceId: string): void {
    for (const condition of this.#conditions.values()) {
      const { entry } = condition;
      if (entry.subject.serviceId !== serviceId) continue;
      condition.entry = { ...entry, alarm: { ...entry.alarm, current: false } };
      condition.quality = undefined;
    }
  }

  /** Told only where somebody may still think that it is of interest. */
  #remove(id: string): void {
    const condition = this.#conditions.get(id);
    if (!condition || !this.#conditions.delete(id)) return;
    const { entry, group } = condition;
    this.#firstOut.ends(group, id);
    this.#deps.save(keyOf(id), undefined);
    if (!isOpen(entry.state)) return;
    const message = shortened(`${entry.alarm.message} (it is there no more)`);
    const alarm = { ...entry.alarm, message, active: false, retain: false, at: isoTime(this.#deps.clock.wallMs()) };
    const transition = entry.state.active ? 'cleared' : 'changed';
    this.#deps.tell({ type: 'alarm', transition, subject: entry.subject, alarm, message });
  }

  #tellChanged({ subject, alarm }: ConditionEntry): void {
    const { message, frozen, quality } = alarm;
    const text = frozen ? `${message}: it can't be judged at present (${quality ?? 'unknown'})` : message;
    this.#deps.tell({ type: 'alarm', transition: 'changed', subject, alarm, message: text });
  }
}

const nothing = { transitions: [], status: 'Good' } as const;

/** What it read then; of what can't be judged only that. */
function readingOf(
  { value, quality, frozen }: ConditionVerdict,
  isOther: boolean,
): Partial<Pick<Alarm, 'value' | 'quality'>> {
  const shown = { quality: shownQuality(quality) };
  return isOther && !frozen ? { ...shown, value: shownValue(value) } : shown;
}

function isAsBefore({ entry, quality }: Judged, verdict: ConditionVerdict): boolean {
  const { state, alarm } = entry;
  const { active, frozen, suppressed, limitState } = verdict;
  if (!alarm.current || frozen !== state.frozen || suppressed !== state.suppressed || quality !== verdict.quality) {
    return false;
  }
  return frozen || (active === state.cause && (!active || limitState === state.limitState));
}

function keyOf(conditionId: string): string {
  return `plant ${conditionId}`;
}
