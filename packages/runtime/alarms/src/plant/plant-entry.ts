import { alarmSeverities, type Alarm } from '@fieldwarden/gateway-contract';
import type { AlarmConditionDefinition } from '@fieldwarden/service';
import { shortened, tupleOf, type ConditionEntry } from '../state/condition-entry.js';
import { normalState, type AlarmTreatment, type ConditionState } from '../state/condition-state.js';

/** Of a condition that was never judged. */
export function newPlantEntry(definition: AlarmConditionDefinition, serviceId: string, at: string): ConditionEntry {
  const alarm: Alarm = {
    ...defined(definition),
    driverId: null,
    device: null,
    eventId: '',
    ...tupleOf(normalState),
    retain: false,
    current: false,
    at,
    value: null,
    quality: null,
    comment: null,
    firstOut: false,
  };
  return { subject: { serviceId }, alarm, state: normalState, treatment: definition.class };
}

/** The same condition by another definition; its state goes on. */
export function redefined(entry: ConditionEntry, definition: AlarmConditionDefinition): ConditionEntry {
  const { class: treatment } = definition;
  return {
    ...entry,
    alarm: { ...entry.alarm, ...defined(definition) },
    state: demandedBy(entry.state, treatment),
    treatment: { ack: treatment.ack, latching: treatment.latching },
  };
}

/** Nobody has to do what the class does not ask for any more. */
function demandedBy(state: ConditionState, { ack }: AlarmTreatment): ConditionState {
  return {
    ...state,
    acknowledged: state.acknowledged || ack === 'none',
    confirmed: state.confirmed || ack !== 'confirm',
  };
}

type DefinedRow = Pick<
  Alarm,
  | 'id'
  | 'conditionId'
  | 'source'
  | 'message'
  | 'severity'
  | 'priority'
  | 'area'
  | 'response'
  | 'ack'
  | 'noteRequired'
  | 'audible'
>;

function defined(definition: AlarmConditionDefinition): DefinedRow {
  const { id, path, area, priority, message, response, class: treatment } = definition;
  return {
    id,
    conditionId: id,
    source: path ?? '',
    message: shortened(message),
    severity: alarmSeverities[priority],
    priority,
    area,
    response,
    ack: treatment.ack,
    noteRequired: treatment.noteRequired,
    audible: treatment.audible,
  };
}
