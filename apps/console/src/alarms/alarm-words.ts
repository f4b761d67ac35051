import type { AlarmRow } from '@fieldwarden/admin-contract';
import type { Tone } from '../fleet/state-words.js';
import type { IconName } from '../parts/icon.js';

/** A state as people say it: colour, sign and word say the same. */
export interface AlarmLook {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly word: string;
}

/** What of the tuple of OPC UA 10000-9 matters first to who looks at a list. */
export function stateLook(alarm: AlarmRow): AlarmLook {
  const { active, acknowledged, confirmed, enabled, latched } = alarm;
  if (!enabled) return { tone: 'idle', icon: 'stopped', word: 'disabled' };
  if (alarm.outOfService) return { tone: 'idle', icon: 'stopped', word: 'out of service' };
  if (alarm.shelved) return { tone: 'idle', icon: 'hourglass', word: 'shelved' };
  if (alarm.suppressed) return { tone: 'idle', icon: 'hourglass', word: 'suppressed' };
  if (active && !acknowledged)
    return { tone: toneOf(alarm), icon: 'fault', word: latched ? 'latched, not seen' : 'active, not seen' };
  if (active) return { tone: 'warning', icon: 'warning', word: latched ? 'latched until reset' : 'active, seen' };
  if (!acknowledged) return { tone: 'warning', icon: 'bell', word: 'over, not seen' };
  if (!confirmed) return { tone: 'warning', icon: 'bell', word: 'over, not confirmed' };
  return { tone: 'good', icon: 'check', word: 'normal' };
}

const urgent: ReadonlySet<AlarmRow['priority']> = new Set(['critical', 'high']);

function toneOf({ priority }: AlarmRow): Tone {
  return urgent.has(priority) ? 'fault' : 'warning';
}

export const limitWords = { low: 'low', lowLow: 'low low', high: 'high', highHigh: 'high high' } as const;

/** Somebody has to look: it counts in the header. What is shelved, suppressed or out of service does not. */
export function isOpen(alarm: AlarmRow): boolean {
  return alarm.retain && isAudible(alarm);
}

/** Set aside on purpose: by a person, by design, or for repair. */
export function isSetAside({ shelved, suppressed, outOfService, enabled }: AlarmRow): boolean {
  return shelved || suppressed || outOfService || !enabled;
}

function isAudible(alarm: AlarmRow): boolean {
  return !isSetAside(alarm);
}

/** Most urgent first; what nobody has seen before what somebody has; then the newest. */
export function byUrgency(a: AlarmRow, b: AlarmRow): number {
  return (
    Number(b.active) - Number(a.active) ||
    b.severity - a.severity ||
    Number(a.acknowledged) - Number(b.acknowledged) ||
    b.at.localeCompare(a.at)
  );
}

export interface AlarmFilter {
  readonly view: AlarmView;
  readonly text: string;
  readonly priority: string;
}

export const alarmViews = ['open', 'aside', 'all'] as const;

export type AlarmView = (typeof alarmViews)[number];

const inView: Readonly<Record<AlarmView, (alarm: AlarmRow) => boolean>> = {
  open: isOpen,
  aside: isSetAside,
  all: () => true,
};

export function filteredAlarms(
  alarms: readonly AlarmRow[],
  { view, text, priority }: AlarmFilter,
): readonly AlarmRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return alarms
    .filter(
      (alarm) => inView[view](alarm) && (priority === '' || alarm.priority === priority) && hasWords(alarm, words),
    )
    .toSorted(byUrgency);
}

function hasWords({ id, message, source, area, driverId, device }: AlarmRow, words: readonly string[]): boolean {
  const text = [id, message, source, area, driverId, device].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** For the header: how many are open, and how urgent the worst is. Null: none. */
export function openAlarms(
  alarms: readonly AlarmRow[],
): (AlarmLook & { readonly count: number; readonly unseen: number }) | null {
  const open = alarms.filter(isOpen);
  if (open.length === 0) return null;
  const unseen = open.filter(({ acknowledged }) => !acknowledged);
  const worst = unseen.toSorted(byUrgency)[0];
  const word = `${open.length} ${open.length === 1 ? 'alarm' : 'alarms'}`;
  const tone = worst?.active ? toneOf(worst) : 'warning';
  return { tone, icon: 'bell', word, count: open.length, unseen: unseen.length };
}
