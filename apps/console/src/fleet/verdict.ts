import type { Driver, Service } from '@fieldwarden/admin-contract';
import { counted } from '../format/numbers.js';
import type { Concern } from './concern.js';
import type { Tone } from './state-words.js';

export const toneIcons = {
  good: 'check',
  busy: 'hourglass',
  warning: 'warning',
  fault: 'fault',
  idle: 'stopped',
} as const satisfies Record<Tone, string>;

export interface FleetVerdict {
  readonly tone: Tone;
  readonly icon: (typeof toneIcons)[Tone] | 'offline';
  readonly headline: string;
  readonly detail: string;
}

/** Whether all is well, in one line. `connected` false: nobody knows. */
export function verdictOf(
  drivers: readonly Driver[] | undefined,
  concerns: readonly Concern[],
  connected: boolean,
  services: readonly Service[] = [],
): FleetVerdict {
  if (!connected) {
    return {
      ...verdict('idle', 'No connection to the gateway', 'What stands below is what was known last.'),
      icon: 'offline',
    };
  }
  if (!drivers) return verdict('busy', 'Asking the gateway', 'One moment.');
  const problems = concerns.filter(({ tone }) => tone === 'fault' || tone === 'warning');
  if (problems.length === 1) return named(problems[0]);
  if (problems.length > 1) return counts(problems);
  if (drivers.length === 0) return verdict('idle', 'Nothing configured yet', 'There are no drivers.');
  if (concerns.some(({ tone }) => tone === 'busy'))
    return verdict('busy', 'Starting', 'Some drivers are not ready yet.');
  return verdict('good', 'All is well', wellDetail(drivers, services));
}

function verdict(tone: Tone, headline: string, detail: string): FleetVerdict {
  return { tone, icon: toneIcons[tone], headline, detail };
}

/** A single problem is the headline. */
function named({ tone, what, driverId, device, serviceId }: Concern): FleetVerdict {
  const owner = driverId ?? serviceId;
  const subject = owner === null ? '' : device === null ? `${owner}: ` : `${owner} / ${device}: `;
  return verdict(tone, subject === '' ? what : subject + lowerFirst(what), 'Everything else works.');
}

function counts(problems: readonly Concern[]): FleetVerdict {
  const faults = problems.filter(({ tone }) => tone === 'fault').length;
  const warnings = problems.length - faults;
  if (faults === 0) return verdict('warning', counted(warnings, 'warning'), 'Everything else works.');
  const detail = warnings === 0 ? 'Everything else works.' : `And ${counted(warnings, 'warning')}.`;
  return verdict('fault', counted(faults, 'fault'), detail);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function wellDetail(drivers: readonly Driver[], services: readonly Service[]): string {
  const all = [...drivers, ...services];
  const stopped = all.filter(({ state }) => state === 'Stopped').length;
  const running = [
    counted(runningOf(drivers), 'driver'),
    ...(services.length > 0 ? [counted(runningOf(services), 'service')] : []),
  ];
  return `${running.join(' and ')} healthy${stopped === 0 ? '' : `, ${stopped} stopped`}.`;
}

function runningOf(all: readonly Pick<Driver, 'state'>[]): number {
  return all.filter(({ state }) => state !== 'Stopped').length;
}
