import type { AlarmList } from '@fieldwarden/admin-contract';
import type { Origin } from '@fieldwarden/gateway-contract';
import type { ActOutcome } from './device-control.js';

/** Which alarm somebody has seen. */
export interface SeenAlarm {
  /** Null: of the gateway as a whole. */
  readonly driverId: string | null;
  /** Null: of the gateway itself. */
  readonly device: string | null;
  readonly conditionId: string;
  /** Undefined: the present state. */
  readonly eventId: string | undefined;
  /** At most 1,024 characters. */
  readonly comment: string;
}

/** The alarms of devices and of the gateway. */
export interface AlarmControl {
  /** From memory, at once. */
  list(): AlarmList;
  /**
   * Resolves when the device has answered; never repeated. Rejects when refused beforehand, with code `ALARM_UNKNOWN`,
   * `DRIVER_UNKNOWN`, `DEVICE_UNKNOWN`, `DRIVER_STOPPED`, or as a write does.
   */
  acknowledge(alarm: SeenAlarm, origin: Origin): Promise<ActOutcome>;
}
