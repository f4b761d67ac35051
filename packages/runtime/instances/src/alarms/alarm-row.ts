import { toJsonValue } from '@fieldwarden/core';
import type { AlarmEvent } from '@fieldwarden/driver';

/** A condition of a device as people see it. */
export interface PresentAlarm {
  readonly deviceId: string;
  /** The newest that the device said of it. */
  readonly event: AlarmEvent;
  /** False: the device can't report at present. */
  readonly current: boolean;
}

/** As `alarm` events carry it. */
export function alarmRow(driverId: string, { deviceId, event, current }: PresentAlarm) {
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
