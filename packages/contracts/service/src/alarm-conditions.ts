import type { StatusCode } from '@fieldwarden/core';
import type { AlarmAck, AlarmPriority, LimitState } from '@fieldwarden/gateway-contract';

export { limitStates, type LimitState } from '@fieldwarden/gateway-contract';

/**
 * Conditions that the plant defines (SPEC §18.1): a service judges them, the book of alarms keeps their state, acknowledgement and
 * journal. For services in the gateway's process.
 */
export interface AlarmConditions {
  /**
   * The conditions that there are from now on. One that was defined before keeps its state; what is no longer among them ends. State of
   * before a restart is there already: what was active then and is judged active again is no new alarm.
   */
  define(conditions: readonly AlarmConditionDefinition[]): void;
  /** What was found about one of them. What is as before costs a comparison. */
  judge(id: string, verdict: ConditionVerdict): void;
}

export interface AlarmConditionDefinition {
  /** Unique in the plant: `filler-hot`. */
  readonly id: string;
  /** Of the tag that it is about; null for an expression over several. */
  readonly path: string | null;
  /** `packaging/filler`: what lists and grants are about. */
  readonly area: string;
  readonly priority: AlarmPriority;
  readonly class: AlarmClass;
  readonly message: string;
  /** What to do. */
  readonly response: string | null;
  /** First-out group: of those that become active together the first one is marked. */
  readonly group: string | null;
}

/** How an alarm is treated. */
export interface AlarmClass {
  readonly ack: AlarmAck;
  /** An acknowledgement must say something. */
  readonly noteRequired: boolean;
  /** Stays active after its cause until it is reset. */
  readonly latching: boolean;
  readonly audible: boolean;
}

/** Delays and deadbands are over: this counts. */
export interface ConditionVerdict {
  readonly active: boolean;
  readonly limitState: LimitState | null;
  /** What the tag read when that became so. */
  readonly value: unknown;
  readonly quality: StatusCode;
  /** ms since 1970 UTC. */
  readonly atMs: number;
  /** By `suppressWhen`. */
  readonly suppressed: boolean;
  /** It could not be judged: its inputs are not Good, and what counted before goes on. */
  readonly frozen: boolean;
}
