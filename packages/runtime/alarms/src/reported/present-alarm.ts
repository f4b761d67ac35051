import { toJsonValue } from '@fieldwarden/core';
import type { AlarmEvent } from '@fieldwarden/driver';
import type { Alarm } from '@fieldwarden/gateway-contract';

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

/** As people see it. */
export function reportedAlarm(driverId: string, { deviceId, event, current }: PresentAlarm): Alarm {
  const { conditionId, eventId, source, message, severity, active, acknowledged, retain, atMs, value, comment } = event;
  return {
    driverId,
    device: deviceId,
    conditionId,
    eventId,
    source,
    message,
    severity,
    active,
    acknowledged,
    retain,
    current,
    at: isoTime(atMs),
    value: toJsonValue(value ?? null, 'float64'),
    comment: comment ?? null,
  };
}

/** A device whose clock says nonsense shall not take the list away. */
function isoTime(ms: number): string {
  return new Date(Math.abs(ms) <= 8.64e15 ? ms : 0).toISOString();
}
