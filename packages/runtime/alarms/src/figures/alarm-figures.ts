import { alarmKey } from '@fieldwarden/service';
import { alarmPriorities, type AlarmPriority } from '@fieldwarden/gateway-contract';
import type { JournalRow } from '../journal/journal-row.js';
import { Activations, type Activation } from './activations.js';
import { subjectOf, type AlarmStatistics, type CountedAlarm, type FigureSubject } from './alarm-statistics.js';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const windowMs = 10 * minuteMs;

/** More activations of one area in ten minutes than a person can deal with (EEMUA 191). */
export const floodAbove = 10;

const chatteringTimes = 3;

/** Alarms of classes without acknowledgement stay among them. */
const mostOpen = 20_000;

type FiguredRow = Pick<JournalRow, 'at' | 'id' | 'driverId' | 'device' | 'area' | 'priority' | 'transition' | 'user'>;

interface Answer {
  readonly atMs: number;
  readonly afterMs: number;
}

/** Figures over the journal, kept up with it. */
export class AlarmFigures {
  readonly #activations = new Activations();
  readonly #total = new Map<AlarmPriority, number>(alarmPriorities.map((priority) => [priority, 0]));
  /** When what nobody has acknowledged yet became active last, the longest ago first. */
  readonly #open = new Map<string, number>();
  #answers: Answer[] = [];

  /** Of the time before the start: counts in what is about the last day, not in totals since the start. */
  recall(row: FiguredRow): void {
    this.#take(row);
  }

  took(row: FiguredRow): void {
    this.#take(row);
    if (row.transition === 'active') this.#total.set(row.priority, (this.#total.get(row.priority) ?? 0) + 1);
  }

  /** Since the gateway's start. */
  get activations(): ReadonlyMap<AlarmPriority, number> {
    return this.#total;
  }

  /** Activations in the last ten minutes by area, of those that have any. */
  byArea(nowMs: number): ReadonlyMap<string, number> {
    return countedBy(this.#activations.since(nowMs - windowMs), ({ area }) => area);
  }

  statistics(alarms: readonly CountedAlarm[], nowMs: number): AlarmStatistics {
    const recent = this.#activations.since(nowMs - windowMs);
    const day = this.#activations.since(nowMs - dayMs);
    return {
      at: new Date(nowMs).toISOString(),
      ...standOf(alarms, nowMs),
      activationsPer10Min: recent.length,
      peakPer10Min: peakOf(day),
      activationsPer24h: day.length,
      floods: floodsOf(recent),
      topTen: topTenOf(day),
      chattering: chatteringOf(recent),
      timeToAcknowledge: this.#timeToAcknowledge(nowMs),
    };
  }

  #take({ at, id, driverId, device, area, transition, user }: FiguredRow): void {
    const atMs = Date.parse(at);
    const key = alarmKey({ driverId, device, conditionId: id });
    if (transition === 'active') {
      this.#activations.add({ atMs, key, area: area ?? '' });
      this.#open.delete(key);
      this.#open.set(key, atMs);
      if (this.#open.size > mostOpen) this.#open.delete(this.#open.keys().next().value!);
    }
    const since = this.#open.get(key);
    if (transition !== 'acknowledged' || since === undefined) return;
    this.#open.delete(key);
    if (user !== null) this.#answers.push({ atMs, afterMs: Math.max(0, atMs - since) });
    if (this.#answers.length > 10_000) this.#answers = this.#answers.slice(-5_000);
  }

  #timeToAcknowledge(nowMs: number): AlarmStatistics['timeToAcknowledge'] {
    const times = this.#answers.filter(({ atMs }) => atMs >= nowMs - dayMs).map(({ afterMs }) => afterMs);
    const sum = times.reduce((total, each) => total + each, 0);
    const count = times.length;
    return {
      count,
      meanMs: count === 0 ? null : Math.round(sum / count),
      longestMs: count === 0 ? null : times.reduce((longest, each) => Math.max(longest, each), 0),
    };
  }
}

type Stand = Pick<
  AlarmStatistics,
  'active' | 'unacknowledged' | 'shelved' | 'suppressed' | 'outOfService' | 'disabled' | 'standing'
>;

function standOf(alarms: readonly CountedAlarm[], nowMs: number): Stand {
  const active = { critical: 0, high: 0, medium: 0, low: 0, diagnostic: 0 };
  const count = (holds: (alarm: CountedAlarm) => boolean): number => alarms.filter(holds).length;
  for (const alarm of alarms) if (alarm.active) active[alarm.priority] += 1;
  const standing = alarms
    .filter((alarm) => alarm.active && nowMs - Date.parse(alarm.at) > dayMs)
    .map((alarm) => ({ ...subjectOf(alarm), since: alarm.at }));
  return {
    active,
    unacknowledged: count(({ retain, acknowledged }) => retain && !acknowledged),
    shelved: count(({ shelved }) => shelved),
    suppressed: count(({ suppressed }) => suppressed),
    outOfService: count(({ outOfService }) => outOfService),
    disabled: count(({ enabled }) => !enabled),
    standing: standing.sort((a, b) => (a.since < b.since ? -1 : 1)).slice(0, mostListed),
  };
}

const mostListed = 100;

export function floodsOf(recent: readonly Activation[]): AlarmStatistics['floods'] {
  const areas = [...countedBy(recent, ({ area }) => area)].map(([area, activations]) => ({ area, activations }));
  return areas.filter(({ activations }) => activations > floodAbove).sort((a, b) => b.activations - a.activations);
}

function topTenOf(day: readonly Activation[]): AlarmStatistics['topTen'] {
  const alarms = [...countedBy(day, ({ key }) => key)].sort(([, a], [, b]) => b - a).slice(0, 10);
  return alarms.map(([key, activations]) => ({
    ...figureSubject(key),
    activations,
    sharePercent: Math.round((activations / day.length) * 1_000) / 10,
  }));
}

function chatteringOf(recent: readonly Activation[]): AlarmStatistics['chattering'] {
  const times = new Map<string, number[]>();
  for (const { key, atMs } of recent) {
    const known = times.get(key);
    if (known) known.push(atMs);
    else times.set(key, [atMs]);
  }
  const chatters = (each: readonly number[]): boolean =>
    each.some((atMs, i) => i + 1 >= chatteringTimes && atMs - each[i + 1 - chatteringTimes] <= minuteMs);
  return [...times]
    .filter(([, each]) => chatters(each))
    .map(([key, each]) => ({ ...figureSubject(key), activations: each.length }))
    .sort((a, b) => b.activations - a.activations)
    .slice(0, mostListed);
}

function peakOf(day: readonly Activation[]): number {
  const counts = countedBy(day, ({ atMs }) => Math.floor(atMs / windowMs));
  return [...counts.values()].reduce((peak, each) => Math.max(peak, each), 0);
}

function countedBy<Key>(rows: readonly Activation[], keyOf: (row: Activation) => Key): ReadonlyMap<Key, number> {
  const counts = new Map<Key, number>();
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return counts;
}

/** As `alarmKey` wrote it. */
function figureSubject(key: string): FigureSubject {
  const [driverId, device, id] = JSON.parse(key) as [string | null, string | null, string];
  return { driverId, device, id };
}
