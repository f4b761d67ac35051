import type { QuietHours } from '../settings.js';

/** When the quiet hours are over that there are now; `wallMs` itself when there are none. A change to summer time inside them: looked at anew then. */
export function quietUntilMs({ from, to, timeZone }: QuietHours, wallMs: number): number {
  const now = minutesOfDay(wallMs, timeZone);
  const [begin, end] = [minutes(from), minutes(to)];
  const isQuiet = begin <= end ? now >= begin && now < end : now >= begin || now < end;
  if (!isQuiet) return wallMs;
  const left = (end - now + 24 * 60) % (24 * 60);
  return wallMs - (wallMs % 60_000) + left * 60_000;
}

export function isTimeZone(name: string): boolean {
  try {
    return formatOf(name) !== undefined;
  } catch {
    return false;
  }
}

function minutesOfDay(wallMs: number, timeZone: string): number {
  return minutes(formatOf(timeZone).format(wallMs));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one costs much more than using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  formats.set(timeZone, format);
  return format;
}

function minutes(time: string): number {
  const [hours, rest] = time.split(':').map(Number);
  return hours * 60 + rest;
}
