import type { AlarmEvent } from '@fieldwarden/driver';
import type { Alarm, AlarmSubject } from '@fieldwarden/gateway-contract';
import type { KeptAlarm } from './alarm-memory.js';
import { newRaisedEntry, raisedTreatment } from './raised/raised-entry.js';
import { tupleOf, type ConditionEntry } from './state/condition-entry.js';
import { normalState, type ConditionState } from './state/condition-state.js';

/** Before 2, an alarm had no state beside what its row says. */
const version = 2;

/** Longer texts of devices are cut in what is kept, so that a record stays small. */
const maxTextLength = 1_024;

export function recordOf(kept: KeptAlarm): object {
  return { version, ...compact(kept) };
}

/** Undefined for what this version did not write. */
export function keptAlarm(record: unknown): KeptAlarm | undefined {
  const kept = (record ?? {}) as Partial<Record<string, unknown>>;
  if (kept.version !== 1 && kept.version !== version) return undefined;
  const { type, driverId, deviceId, event } = kept;
  if (type === 'raised' && kept.version === 1) return formerAlarm(kept);
  if (type === 'raised' || type === 'plant') return isEntry(kept) ? { ...entryOf(kept), type } : undefined;
  if (type !== 'reported' || typeof driverId !== 'string' || typeof deviceId !== 'string') return undefined;
  return isEvent(event) ? { type: 'reported', driverId, deviceId, event } : undefined;
}

/** Without what a device may make large. */
function compact(kept: KeptAlarm): KeptAlarm {
  if (kept.type !== 'reported') return kept;
  const { value, ...event } = kept.event;
  const [source, message] = [event.source.slice(0, maxTextLength), event.message.slice(0, maxTextLength)];
  const isSmall = typeof value === 'number' || typeof value === 'boolean';
  return { ...kept, event: { ...event, source, message, ...(isSmall && { value }) } };
}

/** Of the version before states: active or not, seen or not. */
function formerAlarm({ subject, alarm }: Partial<Record<string, unknown>>): KeptAlarm | undefined {
  if (!isObject(subject) || !hasState(alarm) || typeof alarm.at !== 'string') return undefined;
  const row = alarm as unknown as Alarm;
  const { conditionId, severity, message, active, acknowledged } = row;
  const whole = newRaisedEntry({ conditionId, subject: subject as AlarmSubject, severity, message }, null, row.at);
  const state = { ...normalState, cause: active, active, acknowledged, shown: true };
  return { ...whole, type: 'raised', state, alarm: { ...whole.alarm, ...row, id: conditionId, ...tupleOf(state) } };
}

function entryOf({ subject, alarm, state, treatment = raisedTreatment }: ConditionEntry): ConditionEntry {
  return { subject, alarm, state: { ...normalState, ...state }, treatment };
}

function isEntry(
  value: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, unknown>> & ConditionEntry {
  const { subject, alarm, state } = value;
  return isObject(subject) && hasState(alarm) && typeof alarm.at === 'string' && isState(state);
}

function isState(value: unknown): value is ConditionState {
  if (!isObject(value)) return false;
  const { enabled, cause, active, acknowledged, confirmed } = value;
  return [enabled, cause, active, acknowledged, confirmed].every((flag) => typeof flag === 'boolean');
}

function isEvent(value: unknown): value is AlarmEvent {
  return hasState(value) && typeof value.atMs === 'number';
}

function hasState(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  const { conditionId, eventId, source, message, severity, active, acknowledged, retain } = value;
  const texts = [conditionId, eventId, source, message].every((text) => typeof text === 'string');
  const flags = [active, acknowledged, retain].every((flag) => typeof flag === 'boolean');
  return texts && flags && typeof severity === 'number';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
