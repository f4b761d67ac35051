import type { AlarmRow } from '@fieldwarden/admin-contract';
import type { Concern } from '../fleet/concern.js';
import { formatTagValue } from '../format/tag-value.js';
import { byUrgency, isOpen, stateLook } from './alarm-words.js';

/** More of them are the page Alarms' matter. */
const named = 5;

/** Open alarms of the process; those that the gateway raises about drivers and devices stand among the concerns as these already. */
export function alarmConcerns(alarms: readonly AlarmRow[]): readonly Concern[] {
  const open = alarms.filter((alarm) => isOpen(alarm) && alarm.source !== '').toSorted(byUrgency);
  const more = open.length - named;
  return [...open.slice(0, named).map(concernOf), ...(more > 0 ? [moreConcern(more)] : [])];
}

const common = {
  driverId: null,
  device: null,
  serviceId: null,
  nextAtMs: null,
  action: null,
  link: '/alarms',
} as const;

function concernOf(alarm: AlarmRow): Concern {
  const { conditionId, driverId, device, message, source, value, at, response } = alarm;
  const { tone, word } = stateLook(alarm);
  const reads = value === null ? source : `${source} read ${formatTagValue(value)}`;
  return {
    ...common,
    key: `alarm ${driverId ?? ''}/${device ?? ''}/${conditionId}`,
    tone: tone === 'fault' ? 'fault' : 'warning',
    what: message,
    why: `${reads}; ${word}.`,
    sinceMs: Date.parse(at),
    next: response ?? 'The page Alarms says more, and is where it is acknowledged.',
  };
}

function moreConcern(count: number): Concern {
  return {
    ...common,
    key: 'alarms more',
    tone: 'warning',
    what: `${count} more ${count === 1 ? 'alarm is' : 'alarms are'} open`,
    why: 'The most urgent ones stand above.',
    sinceMs: null,
    next: 'All of them are on the page Alarms.',
  };
}
