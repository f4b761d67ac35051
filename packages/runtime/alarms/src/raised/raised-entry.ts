import { priorityOf, type Alarm, type AlarmSubject } from '@fieldwarden/gateway-contract';
import { shortened, tupleOf, type ConditionEntry } from '../state/condition-entry.js';
import { normalState, type AlarmTreatment } from '../state/condition-state.js';
import type { AlarmData } from '../told/alarm-change.js';

/** What somebody raises, with everything that its condition says. */
export interface RaisedCondition {
  readonly conditionId: string;
  readonly subject: AlarmSubject;
  readonly severity: number;
  readonly message: string;
  readonly response?: string | undefined;
  readonly momentary?: boolean | undefined;
  readonly data?: AlarmData | undefined;
}

/** What is raised in the gateway has to be seen, and is over with its cause. */
export const raisedTreatment: AlarmTreatment = { ack: 'single', latching: false };

/** Of something that nobody has raised yet. */
export function newRaisedEntry(condition: RaisedCondition, area: string | null, at: string): ConditionEntry {
  const { subject, message, response = null } = condition;
  const conditionId = rowId(condition);
  const severity = bounded(condition.severity);
  const alarm: Alarm = {
    id: conditionId,
    driverId: subject.driverId ?? null,
    device: null,
    conditionId,
    eventId: '',
    source: '',
    message: shortened(message),
    severity,
    priority: priorityOf(severity),
    area,
    ...tupleOf(normalState),
    retain: false,
    current: true,
    at,
    value: null,
    quality: null,
    comment: null,
    response,
    ack: raisedTreatment.ack,
    noteRequired: false,
    audible: true,
    firstOut: false,
  };
  return { subject, alarm, state: normalState, treatment: raisedTreatment };
}

/** A device or a service of which it is raised stands behind the condition: `off-scan/filler`. */
export function rowId({
  conditionId,
  subject: { device, serviceId },
}: Pick<RaisedCondition, 'conditionId' | 'subject'>): string {
  const of = device ?? serviceId;
  return of === undefined ? conditionId : `${conditionId}/${of}`;
}

/** OPC UA 10000-5, 6.4.2. */
export function bounded(severity: number): number {
  return Math.min(Math.max(Math.round(severity) || 1, 1), 1_000);
}
