import type { AlarmClass, LimitState } from '@fieldwarden/service';

/** Longest time that an alarm is shelved, and how long it is when nobody says (SPEC §18.1). */
export const maxShelvingMs = 8 * 3_600_000;

/** How the alarm of a condition is treated; of its class what the state depends on. */
export type AlarmTreatment = Pick<AlarmClass, 'ack' | 'latching'>;

/** What a condition is: the tuple of OPC UA 10000-9, and what it takes to go on from it. Plain JSON. */
export interface ConditionState {
  readonly enabled: boolean;
  /** What was judged last: what it is about is the case. */
  readonly cause: boolean;
  readonly active: boolean;
  readonly acknowledged: boolean;
  readonly confirmed: boolean;
  /** By design: `suppressWhen`. */
  readonly suppressed: boolean;
  readonly outOfService: boolean;
  readonly shelving: Shelving | null;
  /** Active without a cause, until somebody resets it. */
  readonly latched: boolean;
  /** Of the cause. */
  readonly limitState: LimitState | null;
  /** It can't be judged at present; what counted before goes on. */
  readonly frozen: boolean;
  /** Since nothing was open, this was active while nothing hid it. */
  readonly shown: boolean;
  /** Activations beyond the first one while the one before was open. */
  readonly repeats: number;
}

export interface Shelving {
  /** Also over as soon as the alarm is. */
  readonly once: boolean;
  /** ms since 1970 UTC. */
  readonly untilMs: number;
}

/** Nothing has ever been the case. */
export const normalState: ConditionState = {
  enabled: true,
  cause: false,
  active: false,
  acknowledged: true,
  confirmed: true,
  suppressed: false,
  outOfService: false,
  shelving: null,
  latched: false,
  limitState: null,
  frozen: false,
  shown: false,
  repeats: 0,
};

/** Somebody has to do something about it: it is active, or was and has not been seen, or its remedy not confirmed. */
export function isOpen({ active, acknowledged, confirmed }: ConditionState): boolean {
  return active || !acknowledged || !confirmed;
}

/** People are not called for it at present (`SuppressedOrShelved`). */
export function isHidden({ suppressed, outOfService, shelving }: ConditionState): boolean {
  return suppressed || outOfService || shelving !== null;
}

/** Somebody or something has set it apart: it has to be remembered although nothing is open. */
export function isSetApart(state: ConditionState): boolean {
  return isHidden(state) || !state.enabled;
}
