const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `850 ms`, `12 s`, `3 min`, `2 h 5 min`, `4 d 3 h`. */
export function formatDuration(ms: number): string {
  if (ms < secondMs) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < minuteMs) return `${Math.floor(ms / secondMs)} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < dayMs) return twoUnits(Math.floor(ms / hourMs), 'h', Math.floor((ms % hourMs) / minuteMs), 'min');
  return twoUnits(Math.floor(ms / dayMs), 'd', Math.floor((ms % dayMs) / hourMs), 'h');
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** Scan intervals and the like: `500 ms`, `47.5 ms`, `1 s`, `2.5 s`. */
export function formatInterval(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (Math.round(ms) < secondMs) return `${trimmed(ms, ms < 100 ? 1 : 0)} ms`;
  return ms < minuteMs ? `${trimmed(ms / secondMs, 2)} s` : formatDuration(ms);
}

/** `498 of 500 ms`, `1.02 of 1 s`, `1.2 s of 500 ms`. */
export function formatAchieved(achievedMs: number | null, requestedMs: number | null): string {
  const [achieved, requested] = [formatInterval(achievedMs), formatInterval(requestedMs)];
  const [number, unit] = achieved.split(' ');
  return unit !== undefined && requested.endsWith(` ${unit}`)
    ? `${number} of ${requested}`
    : `${achieved} of ${requested}`;
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** `just now`, `12 s ago`, `in 5 s`. A time a little ahead is a clock that is a little behind. */
export function formatRelative(atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs;
  if (Math.abs(ageMs) < secondMs) return 'just now';
  return ageMs > 0 ? `${formatDuration(ageMs)} ago` : `in ${formatDuration(-ageMs)}`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Local time of day: `16:49:55`. */
export function formatTimeOfDay(atMs: number): string {
  const at = new Date(atMs);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** Local date and time with the offset, so that it can be compared with a log: `2026-11-22 16:49:55.574 +00:00`. */
export function formatAbsolute(atMs: number): string {
  const at = new Date(atMs);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const offset = -at.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return `${date} ${formatTimeOfDay(atMs)}.${String(at.getMilliseconds()).padStart(3, '0')} ${zone}`;
}
