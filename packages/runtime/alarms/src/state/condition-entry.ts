import { statusName, toJsonValue, type StatusCode } from '@fieldwarden/core';
import type { Alarm, AlarmSubject, AlarmTuple } from '@fieldwarden/gateway-contract';
import { isOpen, type AlarmTreatment, type ConditionState } from './condition-state.js';
import type { StateInput, Stepped } from './state-input.js';
import { step } from './step.js';

/** One condition that the book itself keeps: as people see it, and as it goes on. */
export interface ConditionEntry {
  readonly subject: AlarmSubject;
  readonly alarm: Alarm;
  readonly state: ConditionState;
  readonly treatment: AlarmTreatment;
}

/** What else is known of an input: of the alarm as people see it. */
export type ToldOfInput = Partial<
  Pick<Alarm, 'message' | 'severity' | 'priority' | 'comment' | 'value' | 'quality' | 'firstOut'>
>;

export interface EntryClock {
  readonly nowIso: string;
  readonly newEventId: () => string;
}

/**
 * The entry after an input. What people do leaves the event id as it is: an acknowledgement names the state that somebody has seen. `at` is
 * when it became active or was over.
 */
export function entryAfter(
  entry: ConditionEntry,
  input: StateInput,
  told: ToldOfInput,
  { nowIso, newEventId }: EntryClock,
): { readonly entry: ConditionEntry; readonly stepped: Stepped } {
  const stepped = step(entry.state, entry.treatment, input);
  const { state, transitions, status } = stepped;
  if (status !== 'Good') return { entry, stepped };
  const isOther = transitions.includes('active') || transitions.includes('cleared');
  const isNewState = isOther || transitions.includes('limit');
  const alarm = {
    ...entry.alarm,
    ...told,
    ...tupleOf(state),
    retain: isOpen(state),
    ...(isOther && { at: nowIso }),
    ...(isNewState && { eventId: newEventId() }),
  };
  return { entry: { ...entry, state, alarm }, stepped };
}

/** The state as it is shown. */
export function tupleOf(state: ConditionState): AlarmTuple {
  const { enabled, active, acknowledged, confirmed, suppressed, outOfService, shelving, latched, frozen, repeats } =
    state;
  return {
    enabled,
    active,
    acknowledged,
    confirmed,
    suppressed,
    outOfService,
    shelved: shelving !== null,
    shelvedUntil: shelving === null ? null : isoTime(shelving.untilMs),
    shelvedOnce: shelving?.once === true,
    latched,
    limitState: active ? state.limitState : null,
    frozen,
    repeats,
  };
}

/** A value as JSON, and bounded: rows are kept. */
export function shownValue(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  const shown = toJsonValue((value ?? null) as Parameters<typeof toJsonValue>[0], 'float64');
  if (typeof shown === 'object' && shown !== null) return shortened(JSON.stringify(shown), maxValueLength);
  return typeof shown === 'string' ? shortened(shown, maxValueLength) : shown;
}

export function shownQuality(status: StatusCode): string {
  return statusName(status);
}

const maxValueLength = 256;

export function shortened(text: string, length = 1_024): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** A clock that says nonsense shall not take the list away. */
export function isoTime(ms: number): string {
  return new Date(Math.abs(ms) <= 8.64e15 ? ms : 0).toISOString();
}
