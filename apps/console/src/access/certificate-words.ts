import type { CertificateRow } from '@fieldwarden/admin-contract';
import type { StateLook } from '../fleet/state-words.js';
import { counted } from '../format/numbers.js';

/** `CN=UaExpert@desk, O=…` → `UaExpert@desk`; the whole subject where it names nobody. */
export function commonName(subject: string): string {
  return /(?:^|[,/+]\s*)CN\s*=\s*([^,/+]+)/i.exec(subject)?.[1].trim() ?? subject;
}

/** As people compare it: in pairs. */
export function thumbprintText(thumbprint: string): string {
  return (
    thumbprint
      .toUpperCase()
      .match(/.{1,2}/g)
      ?.join(' ') ?? ''
  );
}

/** The two ends, for a table. */
export function shortThumbprint(thumbprint: string): string {
  return `${thumbprint.slice(0, 8)}…${thumbprint.slice(-8)}`.toUpperCase();
}

const dayMs = 86_400_000;

/** An alarm says the same from here on. */
const soonDays = 30;
const urgentDays = 7;

/** How long it is still good for. */
export function expiryOf(
  { notBefore, notAfter }: Pick<CertificateRow, 'notBefore' | 'notAfter'>,
  nowMs: number,
): StateLook & { readonly word: string } {
  const leftMs = Date.parse(notAfter) - nowMs;
  const days = Math.floor(leftMs / dayMs);
  const word = days === 0 ? 'less than a day left' : `${counted(days, 'day')} left`;
  if (leftMs <= 0) return { tone: 'fault', icon: 'fault', word: 'expired', meaning: 'Whoever looks at it refuses it.' };
  if (Date.parse(notBefore) > nowMs)
    return {
      tone: 'warning',
      icon: 'hourglass',
      word: 'not valid yet',
      meaning: 'Look at the clocks of both machines.',
    };
  if (days < urgentDays) return { tone: 'fault', icon: 'warning', word, meaning: 'It has to be renewed now.' };
  if (days < soonDays) return { tone: 'warning', icon: 'warning', word, meaning: 'It has to be renewed soon.' };
  return { tone: 'good', icon: 'check', word, meaning: 'Time enough.' };
}
