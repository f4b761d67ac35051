/** Priorities of alarms and the severities that they stand for (SPEC §18.1); OPC UA 10000-5, 6.4.2 has 1 to 1000. */
export const alarmSeverities = { critical: 900, high: 700, medium: 500, low: 300, diagnostic: 100 } as const;

export type AlarmPriority = keyof typeof alarmSeverities;

export type AlarmSeverity = (typeof alarmSeverities)[AlarmPriority];

/** What an alarm is about; nothing of it: the gateway as a whole. An alarm ends with its subject. */
export interface AlarmSubject {
  readonly driverId?: string | undefined;
  /** One of the driver's. */
  readonly device?: string | undefined;
  readonly serviceId?: string | undefined;
}

/** One condition as it is now: reported by a device (OPC UA 10000-9), or raised in the gateway. Plain JSON. */
export interface Alarm {
  /** Null for an alarm that concerns no driver. */
  readonly driverId: string | null;
  /** The device that reports it; null for alarms that are raised in the gateway, also where they are about a device. */
  readonly device: string | null;
  /** Unique among the alarms of its device, or among those raised in the gateway about its driver: `off-scan/filler`. */
  readonly conditionId: string;
  /** Names exactly this state. */
  readonly eventId: string;
  /** What it is about, in the device's own words; empty for alarms that are raised in the gateway. */
  readonly source: string;
  readonly message: string;
  /** 1 (least) to 1000 (most urgent). */
  readonly severity: number;
  readonly active: boolean;
  readonly acknowledged: boolean;
  /** Still of interest: active, or not acknowledged. */
  readonly retain: boolean;
  /** False: this is what was said last; whoever can tell has not said so since. */
  readonly current: boolean;
  /** When this state began, by the clock of whoever reported it; ISO 8601. */
  readonly at: string;
  /** What the source read then; null when nobody tells. */
  readonly value: unknown;
  /** Of whoever acknowledged. */
  readonly comment: string | null;
}
