import type { HistoryPoint } from '@fieldwarden/admin-contract';
import type { LiveValue } from '../../../live/tag-values.js';

export interface ChartPoint {
  /** ms since 1970 UTC. */
  readonly atMs: number;
  readonly value: unknown;
  readonly statusCode: number;
  readonly status: string;
}

/** Ten minutes of a tag that changes every 100 ms. */
export const maxTrendPoints = 6_000;

export const trendMs = 600_000;

export function trendOfHistory(points: readonly HistoryPoint[]): readonly ChartPoint[] {
  return points.map(({ sourceAt, value, status, statusCode }) => ({
    atMs: Date.parse(sourceAt),
    value,
    status,
    statusCode,
  }));
}

/** With a new value at its end; the same source time replaces what was last, what is older than the window falls out. */
export function withLiveValue(points: readonly ChartPoint[], live: LiveValue): readonly ChartPoint[] {
  const atMs = live.sourceAtMs ?? live.heardAtMs;
  const last = points.at(-1);
  if (last && last.atMs > atMs) return points;
  if (last && last.atMs === atMs && Object.is(last.value, live.value) && last.statusCode === live.statusCode)
    return points;
  const kept = last?.atMs === atMs ? points.slice(0, -1) : points;
  // The last value before the window still holds at its beginning.
  const inside = kept.findIndex((point) => point.atMs > atMs - trendMs);
  const from = Math.max(0, (inside < 0 ? kept.length : inside) - 1, kept.length + 1 - maxTrendPoints);
  return [...kept.slice(from), { atMs, value: live.value, status: live.status, statusCode: live.statusCode }];
}

/** What can be drawn: numbers and bools; a Bad value is a gap. The last value holds until now. */
export function trendColumns(
  known: readonly ChartPoint[],
  nowMs: number,
): {
  readonly at: readonly number[];
  readonly values: readonly (number | null)[];
} {
  const last = known.at(-1);
  const points = last && last.atMs < nowMs ? [...known, { ...last, atMs: nowMs }] : known;
  return {
    at: points.map(({ atMs }) => atMs),
    values: points.map(({ value, statusCode }) => (statusCode >>> 30 >= 2 ? null : numberOf(value))),
  };
}

function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'boolean' ? Number(value) : null;
}

export function isDrawable(dataType: string): boolean {
  return /^(bool|u?int(8|16|32)|float(32|64))$/.test(dataType);
}
