import type { Driver } from '@fieldwarden/admin-contract';
import { counted } from '../format/numbers.js';
import type { Concern } from './concerns.js';
import type { Tone } from './state-words.js';

export interface Verdict {
  readonly tone: Tone;
  readonly headline: string;
  readonly detail: string;
}

/** Whether all is well, in one line. `connected` false: nobody knows. */
export function verdictOf(
  drivers: readonly Driver[] | undefined,
  concerns: readonly Concern[],
  connected: boolean,
): Verdict {
  if (!connected) return unknownVerdict('No connection to the gateway', 'What stands below is what was known last.');
  if (!drivers) return unknownVerdict('Asking the gateway', 'One moment.');
  if (drivers.length === 0)
    return { tone: 'idle', headline: 'Nothing configured yet', detail: 'There are no drivers.' };
  const faults = concerns.filter(({ tone }) => tone === 'fault').length;
  const warnings = concerns.filter(({ tone }) => tone === 'warning').length;
  if (faults + warnings === 1) return named(concerns.find(({ tone }) => tone === 'fault' || tone === 'warning')!);
  if (faults > 0) return { tone: 'fault', headline: counted(faults, 'fault'), detail: alsoWarnings(warnings) };
  if (warnings > 0)
    return { tone: 'warning', headline: counted(warnings, 'warning'), detail: 'Everything else works.' };
  if (concerns.some(({ tone }) => tone === 'busy'))
    return { tone: 'busy', headline: 'Starting', detail: 'Some drivers are not ready yet.' };
  return { tone: 'good', headline: 'All is well', detail: wellDetail(drivers) };
}

/** A single problem is the headline. */
function named({ tone, what, driverId, device }: Concern): Verdict {
  const subject = driverId === null ? '' : device === null ? `${driverId}: ` : `${driverId} / ${device}: `;
  return { tone, headline: `${subject}${subject ? lowerFirst(what) : what}`, detail: 'Everything else works.' };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function unknownVerdict(headline: string, detail: string): Verdict {
  return { tone: 'busy', headline, detail };
}

function alsoWarnings(warnings: number): string {
  return warnings === 0 ? 'Everything else works.' : `And ${counted(warnings, 'warning')}.`;
}

function wellDetail(drivers: readonly Driver[]): string {
  const stopped = drivers.filter(({ state }) => state === 'Stopped').length;
  const running = `${counted(drivers.length - stopped, 'driver')} healthy`;
  return stopped === 0 ? `${running}.` : `${running}, ${stopped} stopped.`;
}

export const verdictIcons = {
  good: 'check',
  busy: 'hourglass',
  warning: 'warning',
  fault: 'fault',
  idle: 'stopped',
} as const satisfies Record<Tone, string>;
