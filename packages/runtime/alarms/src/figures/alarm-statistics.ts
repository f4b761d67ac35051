import type { Alarm, AlarmPriority } from '@fieldwarden/gateway-contract';

/** What an alarm is called in figures. */
export interface FigureSubject {
  readonly driverId: string | null;
  readonly device: string | null;
  readonly id: string;
}

/** How the alarms of a plant are to live with (SPEC §18.3; EEMUA 191, ISA-18.2). Plain JSON; times are ISO 8601. */
export interface AlarmStatistics {
  readonly at: string;
  /** Per priority. */
  readonly active: Readonly<Record<AlarmPriority, number>>;
  readonly unacknowledged: number;
  readonly shelved: number;
  readonly suppressed: number;
  readonly outOfService: number;
  readonly disabled: number;
  /** In the last ten minutes. */
  readonly activationsPer10Min: number;
  /** The most in any ten minutes, from one full ten minutes to the next, of the last 24 hours. */
  readonly peakPer10Min: number;
  readonly activationsPer24h: number;
  /** Areas with more than ten activations in the last ten minutes; alarms about no area count as `""`. */
  readonly floods: readonly { readonly area: string; readonly activations: number }[];
  /** Of the last 24 hours, most activations first. */
  readonly topTen: readonly (FigureSubject & { readonly activations: number; readonly sharePercent: number })[];
  /** Active for more than 24 hours, the longest first. */
  readonly standing: readonly (FigureSubject & { readonly since: string })[];
  /** Active three times within 60 s, in the last ten minutes. */
  readonly chattering: readonly (FigureSubject & { readonly activations: number })[];
  /** From an activation until a person acknowledged it, of the last 24 hours. */
  readonly timeToAcknowledge: {
    readonly count: number;
    readonly meanMs: number | null;
    readonly longestMs: number | null;
  };
}

export type CountedAlarm = Pick<
  Alarm,
  | 'driverId'
  | 'device'
  | 'conditionId'
  | 'priority'
  | 'active'
  | 'acknowledged'
  | 'shelved'
  | 'suppressed'
  | 'outOfService'
  | 'enabled'
  | 'retain'
  | 'at'
>;

export function subjectOf({
  driverId,
  device,
  conditionId,
}: Pick<Alarm, 'driverId' | 'device' | 'conditionId'>): FigureSubject {
  return { driverId, device, id: conditionId };
}
