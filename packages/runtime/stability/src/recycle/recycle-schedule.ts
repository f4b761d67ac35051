import { messageOf } from '@fieldwarden/core';
import { Cron } from 'croner';
import type { RecycleSettings } from '../stability-settings.js';

/** SPEC §6.3. */
export const recycleScheduleTimes = {
  /** A driver restarted within this time needs no planned recycle. */
  freshMs: 3_600_000,
  /** Longest time between two looks at the wall clock, so that a jump of it is noticed. */
  lookMs: 60_000,
  /** The wall clock may stray so far from the monotonic one between two looks without having jumped. */
  driftMs: 1_000,
  /** A recycle this late was missed, by sleep or standstill, and is not made up for. */
  lateMs: 120_000,
} as const;

const { freshMs, lookMs, driftMs, lateMs } = recycleScheduleTimes;

/** One look at both clocks. */
export interface ClockReading {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export interface RecycleSchedule {
  /** Wall time of the next recycle, splay included; null if there is never one. */
  readonly nextMs: number | null;
  readonly last: ClockReading;
}

export type RecyclePlan = Pick<RecycleSettings, 'cron' | 'timeZone' | 'splayMs'>;

export interface ScheduleStep {
  readonly schedule: RecycleSchedule;
  /** Now is the time. */
  readonly due: boolean;
}

/** From here on. `random`: uniform in [0, 1). */
export function startSchedule(plan: RecyclePlan, now: ClockReading, random: () => number): RecycleSchedule {
  const occurrenceMs = nextOccurrenceMs(plan, now.wallMs);
  return { nextMs: occurrenceMs === null ? null : occurrenceMs + Math.floor(random() * plan.splayMs), last: now };
}

/** One look further. What was missed because the wall clock jumped or everything stood still is not caught up on. */
export function scheduleStep(
  before: RecycleSchedule,
  plan: RecyclePlan,
  now: ClockReading,
  random: () => number,
): ScheduleStep {
  if (hasJumped(before.last, now)) return { schedule: startSchedule(plan, now, random), due: false };
  const lateByMs = before.nextMs === null ? -Infinity : now.wallMs - before.nextMs;
  if (lateByMs < 0) return { schedule: { ...before, last: now }, due: false };
  return { schedule: startSchedule(plan, now, random), due: lateByMs < lateMs };
}

/** How long to wait before the next look. */
export function nextLookMs({ nextMs }: RecycleSchedule, wallMs: number): number {
  return nextMs === null ? lookMs : Math.min(Math.max(nextMs - wallMs, 1), lookMs);
}

/** Restarted so recently that a recycle would help nobody. A first start (null) is no restart. */
export function isFresh(restartedAtMs: number | null, monotonicMs: number): boolean {
  return restartedAtMs !== null && monotonicMs - restartedAtMs < freshMs;
}

/**
 * First time after `afterMs` that the expression names, ms since 1970 UTC; null if there is none. A time that a change to
 * summer time leaves out is replaced by the first one after the gap; a time that occurs twice in autumn is taken once.
 */
export function nextOccurrenceMs(
  { cron, timeZone }: Pick<RecyclePlan, 'cron' | 'timeZone'>,
  afterMs: number,
): number | null {
  return parse(cron, timeZone).nextRun(new Date(afterMs))?.getTime() ?? null;
}

export interface PlanProblem {
  readonly field: 'cron' | 'timeZone';
  readonly message: string;
}

/** Everything that is wrong with a plan, each in one sentence for people. */
export function recyclePlanProblems({
  cron,
  timeZone,
}: Pick<RecyclePlan, 'cron' | 'timeZone'>): readonly PlanProblem[] {
  const knowsZone = isTimeZone(timeZone);
  const ofCron = cronProblem(cron, knowsZone ? timeZone : 'UTC');
  const zone = `there is no time zone ${JSON.stringify(timeZone)}; use an IANA name such as Europe/Berlin, or UTC`;
  return [
    ...(ofCron === undefined ? [] : [{ field: 'cron', message: ofCron } as const]),
    ...(knowsZone ? [] : [{ field: 'timeZone', message: zone } as const]),
  ];
}

function cronProblem(cron: string, timeZone: string): string | undefined {
  try {
    const never = nextOccurrenceMs({ cron, timeZone }, Date.UTC(2000, 0, 1)) === null;
    return never ? `${cron} names a time that never comes` : undefined;
  } catch (error) {
    return messageOf(error).replace(/^Cron(Pattern)?: /, '');
  }
}

/** Besides patterns, the library takes single dates and nicknames such as `@daily`. */
function parse(cron: string, timeZone: string): Cron {
  const fields = cron.trim().split(/\s+/).length;
  if (fields !== 5 && fields !== 6) {
    throw new TypeError(
      `a cron expression has 5 fields, or 6 with seconds in front; this one has ${cron.trim() ? fields : 0}`,
    );
  }
  return new Cron(cron, { timezone: timeZone, mode: '5-or-6-parts' });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function hasJumped(last: ClockReading, now: ClockReading): boolean {
  return Math.abs(now.wallMs - last.wallMs - (now.monotonicMs - last.monotonicMs)) > driftMs;
}
