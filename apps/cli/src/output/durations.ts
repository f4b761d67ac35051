const units = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
];

/** Milliseconds as people say them, in the two largest units that count: `2 h 5 min`, `12 s`, `850 ms`. */
export function durationText(exactMs: number): string {
  const ms = Math.max(0, Math.round(exactMs));
  const first = units.findIndex((unit) => ms >= unit.ms);
  if (first < 0) return `${ms} ms`;
  const [large, small] = units.slice(first, first + 2);
  const count = Math.floor(ms / large.ms);
  const rest = small === undefined ? 0 : Math.floor((ms - count * large.ms) / small.ms);
  return rest === 0 ? `${count} ${large.name}` : `${count} ${large.name} ${rest} ${small.name}`;
}

/** `3 min ago`, `in 5 s`. */
export function ageText(iso: string, nowMs: number): string {
  const ms = nowMs - Date.parse(iso);
  return ms >= 0 ? `${durationText(ms)} ago` : `in ${durationText(-ms)}`;
}

/** Local time of day with milliseconds. */
export function timeOfDay(iso: string): string {
  const time = new Date(iso);
  const digits = (value: number, length = 2): string => String(value).padStart(length, '0');
  return `${digits(time.getHours())}:${digits(time.getMinutes())}:${digits(time.getSeconds())}.${digits(time.getMilliseconds(), 3)}`;
}

/** Local date and time. */
export function dateAndTime(iso: string): string {
  const time = new Date(iso);
  const digits = (value: number): string => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${digits(time.getMonth() + 1)}-${digits(time.getDate())} ${timeOfDay(iso)}`;
}

const sizes = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `49.3 MB`; decimal units. */
export function bytesText(bytes: number): string {
  const power = Math.min(sizes.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1_000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${sizes[power]}`;
}
