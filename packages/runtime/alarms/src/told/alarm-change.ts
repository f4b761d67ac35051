import type { Alarm, AlarmSubject } from '@fieldwarden/gateway-contract';

export type AlarmData = Readonly<Record<string, unknown>>;

/** `occurred`: of a condition that is never active. `changed`: another text or severity. */
export type AlarmTransition = 'active' | 'occurred' | 'changed' | 'cleared' | 'acknowledged';

/** One change of one alarm, told when the book has it. */
export interface AlarmChange {
  readonly type: 'alarm';
  readonly transition: AlarmTransition;
  /** As it is now; with `retain: false` it is in the book no more. */
  readonly alarm: Alarm;
  readonly subject: AlarmSubject;
  /** For people. */
  readonly message: string;
  /** What whoever raised it says beside that. */
  readonly data?: AlarmData | undefined;
  /** Who acknowledged it in the gateway. */
  readonly by?: string | undefined;
}

/** Something about the alarms of a driver's devices that is no change of one of them. */
export interface AlarmNotice {
  readonly type: 'notice';
  readonly driverId: string;
  readonly device?: string | undefined;
  readonly message: string;
  readonly data: AlarmData;
}

export type AlarmListener = (news: AlarmChange | AlarmNotice) => void;
