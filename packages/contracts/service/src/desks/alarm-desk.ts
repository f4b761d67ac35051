import type { Origin } from '@fieldwarden/gateway-contract';

/** What a person does about an alarm (SPEC §18.5, OPC UA 10000-9). */
export const alarmActs = [
  'acknowledge', 'confirm', 'comment', 'shelve', 'shelve-once', 'unshelve', 'enable', 'disable', 'out-of-service', 'in-service', 'reset',
] as const; // prettier-ignore

export type AlarmActName = (typeof alarmActs)[number];

/** The gateway's book of alarms, for what people do about alarms that they see elsewhere. */
export interface AlarmDesk {
  /**
   * Resolves when the outcome is known and on the disk; `rejected` with a status where it does not apply to the present state. Rejects with
   * `ALARM_UNKNOWN` (kind `config`), `ALARM_ACT` (kind `rejected`: a device keeps that alarm, and takes no such act), `ALARM_NOTE_REQUIRED`
   * (kind `config`; not for shelving and disabling `via` `opcua`), kind `forbidden` naming the missing permission, or as a write does.
   */
  act(request: AlarmActRequest, origin: Origin): Promise<AlarmActAnswer>;
}

export interface AlarmActRequest {
  readonly act: AlarmActName;
  readonly driverId: string | null;
  readonly device: string | null;
  readonly conditionId: string;
  /** The state that the person saw; undefined: as it is now. */
  readonly eventId: string | undefined;
  readonly comment: string;
  /** How long it is shelved; undefined: the longest that is allowed. */
  readonly forMs?: number | undefined;
}

export interface AlarmActAnswer {
  /** `done`: it is so now. `sent`: the device was told and has not said so yet. */
  readonly outcome: 'done' | 'sent' | 'rejected';
  /** Name of an OPC UA status code: `Good`, `BadConditionAlreadyShelved`. */
  readonly status: string;
}
