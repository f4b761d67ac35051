import type { AlarmEvent } from '@fieldwarden/driver';
import { priorityOf, type Alarm } from '@fieldwarden/gateway-contract';
import { isoTime, shownValue, tupleOf } from '../state/condition-entry.js';
import { normalState } from '../state/condition-state.js';

/** A condition of a device. */
export interface PresentAlarm {
  readonly deviceId: string;
  /** The newest that the device said of it. */
  readonly event: AlarmEvent;
  /** False: the device can't report at present. */
  readonly current: boolean;
  /** It is from before the gateway's start, and the device has not spoken of it since. */
  readonly restored?: true;
}

/** As people see it: the device keeps it, and says no more of it than this. */
export function reportedAlarm(
  driverId: string,
  { deviceId, event, current }: PresentAlarm,
  area: string | null,
): Alarm {
  const { conditionId, eventId, source, message, severity, active, acknowledged, retain, atMs, value, comment } = event;
  return {
    id: conditionId,
    driverId,
    device: deviceId,
    conditionId,
    eventId,
    source,
    message,
    severity,
    priority: priorityOf(severity),
    area,
    ...tupleOf({ ...normalState, active, acknowledged }),
    retain,
    current,
    at: isoTime(atMs),
    value: shownValue(value),
    quality: null,
    comment: comment ?? null,
    response: null,
    ack: 'single',
    noteRequired: false,
    audible: true,
    firstOut: false,
  };
}
