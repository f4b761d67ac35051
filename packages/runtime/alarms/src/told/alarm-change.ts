import type { Alarm, AlarmSubject } from '@fieldwarden/gateway-contract';
import type { StateTransition } from '../state/state-input.js';

export type AlarmData = Readonly<Record<string, unknown>>;

/** `occurred`: of a condition that is never active. `changed`: another text, severity or quality. */
export type AlarmTransition = StateTransition | 'occurred' | 'changed';

/** One change of one alarm, told when the book has it. */
export interface AlarmChange {
  readonly type: 'alarm';
  readonly transition: AlarmTransition;
  /** As it is now; with `retain: false` it is of interest no more. */
  readonly alarm: Alarm;
  readonly subject: AlarmSubject;
  /** For people. */
  readonly message: string;
  /** What whoever raised it says beside that. */
  readonly data?: AlarmData | undefined;
  /** Who did it, where a person did. */
  readonly by?: string | undefined;
  /** What that person said. */
  readonly note?: string | undefined;
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
