import type { Alarm } from '@fieldwarden/gateway-contract';

/** A condition as it was told last, with what later events and acts need of what was told before. */
export interface ConditionRecord {
  readonly alarm: Alarm;
  /** Of the event that tells it. */
  readonly eventId: string;
  readonly atMs: number;
  readonly lastSeverity: number;
  readonly hasLimits: boolean;
  readonly user: string;
  /** States before this one that say nothing else about the situation: who has seen one of them has seen this one. */
  readonly seenAs: readonly string[];
}

/** Of one situation. */
const maxSeenAs = 16;

export interface Heard {
  readonly alarm: Alarm;
  readonly eventId: string;
  readonly nowMs: number;
  /** Who acts on it at present, if anybody does. */
  readonly actor: string | undefined;
}

/** What is known of a condition after another state of it was heard. */
export function recordOf(
  before: ConditionRecord | undefined,
  { alarm, eventId, nowMs, actor }: Heard,
): ConditionRecord {
  const beganMs = Date.parse(alarm.at);
  const hasLimits = alarm.limitState !== null || before?.hasLimits === true;
  if (!before) {
    return { alarm, eventId, atMs: beganMs, lastSeverity: alarm.severity, hasLimits, user: actor ?? '', seenAs: [] };
  }
  const { alarm: was } = before;
  return {
    alarm,
    eventId,
    atMs: alarm.at === was.at ? nowMs : beganMs,
    lastSeverity: was.severity === alarm.severity ? before.lastSeverity : was.severity,
    hasLimits,
    user: actor !== undefined && isActedOn(was, alarm) ? actor : before.user,
    seenAs: isAnotherSituation(was, alarm) ? [] : [...before.seenAs, was.eventId].slice(-maxSeenAs),
  };
}

/** Who has seen the one has not seen the other. */
function isAnotherSituation(was: Alarm, now: Alarm): boolean {
  const isNew = now.active && (!was.active || now.repeats !== was.repeats || (was.acknowledged && !now.acknowledged));
  return isNew || now.severity !== was.severity || (now.active && now.limitState !== was.limitState);
}

function isActedOn(was: Alarm, now: Alarm): boolean {
  const acted = ['acknowledged', 'confirmed', 'comment', 'shelved', 'enabled', 'outOfService', 'latched'] as const;
  return acted.some((field) => was[field] !== now[field]);
}
