/** What a person does about an alarm (SPEC §18.5, OPC UA 10000-9). */
export const alarmActs = [
  'acknowledge', 'confirm', 'comment', 'shelve', 'shelve-once', 'unshelve', 'enable', 'disable', 'out-of-service', 'in-service', 'reset',
] as const; // prettier-ignore

export type AlarmActName = (typeof alarmActs)[number];

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

/** What the journal of alarms has a row for (SPEC §18.3). */
export const alarmTransitions = [
  'active', 'limit', 'cleared', 'acknowledged', 'confirmed', 'comment', 'shelved', 'unshelved', 'suppressed', 'unsuppressed',
  'enabled', 'disabled', 'out-of-service', 'in-service', 'reset',
] as const; // prettier-ignore

export type AlarmTransitionName = (typeof alarmTransitions)[number];
