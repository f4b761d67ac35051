import type { Alarm } from '@fieldwarden/gateway-contract';
import { alarmKey } from '@fieldwarden/service';
import { notifiedAlarm, type NotifiedAlarm } from '../message/notification.js';
import type { NotificationStep } from '../settings.js';

/** One time that an alarm calls for people, from its activation to its end or acknowledgement. Kept over restarts. */
export interface Episode {
  readonly startedAtMs: number;
  /** By what a step says of itself: when it is due next; null: it has been carried out. */
  readonly dueAtMs: Readonly<Record<string, number | null>>;
}

export interface DueStep {
  readonly key: string;
  readonly alarm: NotifiedAlarm;
  readonly step: NotificationStep;
}

export interface EscalationDependencies {
  readonly put: (key: string, episode: Episode) => void;
  readonly remove: (key: string) => void;
}

interface OpenAlarm {
  readonly alarm: NotifiedAlarm;
  /** It is of before a restart, and nobody is told before this: it may be over. */
  readonly heldUntilMs: number;
}

/** How long after a start the book of alarms knows what is over that was active before. */
const settledMs = 90_000;

/** Which step is due for which alarm (SPEC §18.4). Times are ms since 1970 UTC: they go on over a restart. */
export class Escalation {
  readonly #deps: EscalationDependencies;
  readonly #episodes: Map<string, Episode>;
  readonly #open = new Map<string, OpenAlarm>();
  readonly #settledAtMs: number;
  #steps: readonly NotificationStep[];

  constructor(
    steps: readonly NotificationStep[],
    kept: Iterable<readonly [string, Episode]>,
    nowMs: number,
    deps: EscalationDependencies,
  ) {
    this.#steps = steps;
    this.#settledAtMs = nowMs + settledMs;
    this.#episodes = new Map(kept);
    this.#deps = deps;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Alarms that were open before a restart and are no more: what the book does not show is over. */
  endUnseen(): readonly string[] {
    const unseen = [...this.#episodes.keys()].filter((key) => !this.#open.has(key));
    for (const key of unseen) this.#end(key);
    return unseen;
  }

  /** Returns the key of an alarm that calls for nobody any more. */
  see(alarm: Alarm, nowMs: number): string | undefined {
    const key = alarmKey(alarm);
    if (!isCalling(alarm)) {
      // What is hidden goes on being open: when it shows again, nobody is told anew.
      if (isHidden(alarm)) this.#open.delete(key);
      else if (this.#open.has(key) || this.#episodes.has(key)) this.#end(key);
      return key;
    }
    this.#open.set(key, { alarm: notifiedAlarm(alarm), heldUntilMs: alarm.current ? 0 : this.#settledAtMs });
    if (!this.#episodes.has(key)) this.#begin(key, nowMs);
    return undefined;
  }

  /** Other steps. A step that is as before goes on as it was; one that is new tells nothing of what would have been due before now. */
  apply(steps: readonly NotificationStep[], nowMs: number): void {
    const before = new Set(this.#steps.map(stepKey));
    this.#steps = steps;
    for (const [key, { startedAtMs, dueAtMs }] of this.#episodes) {
      const entries = steps.map((step) => {
        const name = stepKey(step);
        const firstMs = startedAtMs + step.afterMs;
        return [name, before.has(name) ? (dueAtMs[name] ?? null) : firstMs < nowMs ? null : firstMs] as const;
      });
      this.#put(key, { startedAtMs, dueAtMs: Object.fromEntries(entries) });
    }
  }

  /** Steps that are due now; each is told once, and again after its `repeatMs`. */
  due(nowMs: number): readonly DueStep[] {
    const due: DueStep[] = [];
    for (const [key, { alarm, heldUntilMs }] of this.#open) {
      const episode = this.#episodes.get(key);
      if (heldUntilMs > nowMs || !episode) continue;
      const dueSteps = this.#steps.filter((step) => isDue(episode, step, alarm, nowMs));
      if (dueSteps.length === 0) continue;
      due.push(...dueSteps.map((step) => ({ key, alarm, step })));
      const dueAtMs: Record<string, number | null> = { ...episode.dueAtMs };
      for (const step of dueSteps) dueAtMs[stepKey(step)] = step.repeatMs === undefined ? null : nowMs + step.repeatMs;
      this.#put(key, { ...episode, dueAtMs });
    }
    return due;
  }

  /** Infinity: nothing will be due by itself. */
  nextDueMs(): number {
    let nextMs = Infinity;
    for (const [key, { alarm, heldUntilMs }] of this.#open) {
      const episode = this.#episodes.get(key);
      if (!episode) continue;
      for (const step of this.#steps) {
        const dueMs = episode.dueAtMs[stepKey(step)];
        if (typeof dueMs === 'number' && isFor(step, alarm)) nextMs = Math.min(nextMs, Math.max(dueMs, heldUntilMs));
      }
    }
    return nextMs;
  }

  #begin(key: string, nowMs: number): void {
    const dueAtMs = Object.fromEntries(this.#steps.map((step) => [stepKey(step), nowMs + step.afterMs]));
    this.#put(key, { startedAtMs: nowMs, dueAtMs });
  }

  #put(key: string, episode: Episode): void {
    this.#episodes.set(key, episode);
    this.#deps.put(key, episode);
  }

  #end(key: string): void {
    this.#open.delete(key);
    if (this.#episodes.delete(key)) this.#deps.remove(key);
  }
}

/** Open, and nobody has said to have seen it. */
function isCalling(alarm: Alarm): boolean {
  return alarm.active && (alarm.ack === 'none' || !alarm.acknowledged) && !isHidden(alarm);
}

function isHidden({ active, acknowledged, ack, shelved, suppressed, outOfService, enabled }: Alarm): boolean {
  return active && enabled && (ack === 'none' || !acknowledged) && (shelved || suppressed || outOfService);
}

function isFor({ priority, areas }: NotificationStep, alarm: NotifiedAlarm): boolean {
  if (!priority.includes(alarm.priority)) return false;
  if (!areas) return true;
  const { area } = alarm;
  return area !== null && areas.some((folder) => area === folder || area.startsWith(`${folder}/`));
}

function isDue({ dueAtMs }: Episode, step: NotificationStep, alarm: NotifiedAlarm, nowMs: number): boolean {
  const due = dueAtMs[stepKey(step)];
  return typeof due === 'number' && due <= nowMs && isFor(step, alarm);
}

/** Who is told when: what makes one step another one. */
function stepKey({ channel, to, afterMs, areas, priority }: NotificationStep): string {
  return JSON.stringify([channel, to ?? null, afterMs, areas ?? null, priority]);
}
