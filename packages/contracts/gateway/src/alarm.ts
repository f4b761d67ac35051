/** Priorities of alarms and the severities that they stand for (SPEC §18.1); OPC UA 10000-5, 6.4.2 has 1 to 1000. */
export const alarmSeverities = { critical: 900, high: 700, medium: 500, low: 300, diagnostic: 100 } as const;

export type AlarmPriority = keyof typeof alarmSeverities;

export type AlarmSeverity = (typeof alarmSeverities)[AlarmPriority];

export const alarmPriorities = Object.keys(alarmSeverities) as readonly AlarmPriority[];

/** The priority that a severity of 1 to 1000 counts as: the nearest one. */
export function priorityOf(severity: number): AlarmPriority {
  return alarmPriorities.find((priority) => severity >= alarmSeverities[priority] - 100) ?? 'diagnostic';
}

export const limitStates = ['low', 'lowLow', 'high', 'highHigh'] as const;

export type LimitState = (typeof limitStates)[number];

/** `none`: over with its cause; `single`: has to be seen; `confirm`: seen, and its remedy confirmed (10000-9, 5.7.3). */
export type AlarmAck = 'none' | 'single' | 'confirm';

/** What an alarm is about; nothing of it: the gateway as a whole. An alarm ends with its subject. */
export interface AlarmSubject {
  readonly driverId?: string | undefined;
  /** One of the driver's. */
  readonly device?: string | undefined;
  readonly serviceId?: string | undefined;
}

/** One condition as it is now: reported by a device (OPC UA 10000-9), raised in the gateway, or of the plant. Plain JSON. */
export interface Alarm extends AlarmTuple {
  /** The same as `conditionId`. */
  readonly id: string;
  /** Null for an alarm that concerns no driver. */
  readonly driverId: string | null;
  /** The device that reports it; null for alarms that are raised in the gateway, also where they are about a device. */
  readonly device: string | null;
  /** Unique among the alarms of its device, or among those raised in the gateway about its driver: `off-scan/filler`. */
  readonly conditionId: string;
  /** Names exactly this state. */
  readonly eventId: string;
  /** What it is about: in the device's own words, or the path of a tag; empty for alarms that the gateway or a service raises. */
  readonly source: string;
  readonly message: string;
  /** 1 (least) to 1000 (most urgent). */
  readonly severity: number;
  readonly priority: AlarmPriority;
  /** `packaging/filler`: what lists and grants are about; null for an alarm that is about no tags. */
  readonly area: string | null;
  /** Still of interest: active, or not acknowledged, or not confirmed. */
  readonly retain: boolean;
  /** False: this is what was said last; whoever can tell has not said so since. */
  readonly current: boolean;
  /** When this state began, by the clock of whoever reported it; ISO 8601. */
  readonly at: string;
  /** What the source read then; null when nobody tells. */
  readonly value: unknown;
  /** Status of that value, by its OPC UA name; null when nobody tells. */
  readonly quality: string | null;
  /** Of whoever acted on it last. */
  readonly comment: string | null;
  /** What to do. */
  readonly response: string | null;
  readonly ack: AlarmAck;
  /** An acknowledgement must say something. */
  readonly noteRequired: boolean;
  readonly audible: boolean;
  /** It was the first one of its group to become active. */
  readonly firstOut: boolean;
}

/** What an alarm is by OPC UA 10000-9. */
export interface AlarmTuple {
  readonly enabled: boolean;
  readonly active: boolean;
  readonly acknowledged: boolean;
  /** True also where nobody has to. */
  readonly confirmed: boolean;
  /** By design, as `suppressWhen` says. */
  readonly suppressed: boolean;
  readonly outOfService: boolean;
  readonly shelved: boolean;
  /** ISO 8601. */
  readonly shelvedUntil: string | null;
  /** Shelved until it is over, at most until `shelvedUntil`. */
  readonly shelvedOnce: boolean;
  /** Active without its cause, until somebody resets it. */
  readonly latched: boolean;
  readonly limitState: LimitState | null;
  /** It can't be judged at present, as its inputs are not Good: what counted before goes on. */
  readonly frozen: boolean;
  /** Times that it became active again while it was still open. */
  readonly repeats: number;
}
