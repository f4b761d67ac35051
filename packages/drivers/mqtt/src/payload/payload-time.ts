/** Of times in payloads. Absent: texts are ISO-8601, numbers milliseconds. */
export const timeFormats = ['iso', 'ms', 's', 'us'] as const;

export type TimeFormat = (typeof timeFormats)[number];

const millisecondsPer: Readonly<Record<Exclude<TimeFormat, 'iso'>, number>> = { ms: 1, s: 1_000, us: 0.001 };

/** ECMA-262, 21.4.1.1: times lie within ±100,000,000 days of 1970. */
const latestMs = 8.64e15;
/** `Date.parse` takes `5` for May 2001. */
const isoTime = /^\d{4}-\d{2}-\d{2}(?:[T ]|$)/;

/** ms since 1970 UTC; undefined for what is no time. ISO texts without a zone are UTC: a device says nothing of the gateway's zone. */
export function timeMsOf(json: unknown, format: TimeFormat | undefined): number | undefined {
  if (typeof json === 'string' && (format === undefined || format === 'iso')) return isoMs(json.trim());
  if (format === 'iso') return undefined;
  const number = typeof json === 'string' ? (/^\d+(?:\.\d+)?$/.test(json.trim()) ? Number(json) : undefined) : json;
  if (typeof number !== 'number' && typeof number !== 'bigint') return undefined;
  const ms = Number(number) * millisecondsPer[format ?? 'ms'];
  return Math.abs(ms) <= latestMs ? ms : undefined;
}

function isoMs(text: string): number | undefined {
  if (!isoTime.test(text)) return undefined;
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) || text.length === 10;
  const ms = Date.parse(hasZone ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
