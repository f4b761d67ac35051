import type { TrendSeries } from '@fieldwarden/admin-contract';
import { statusName, toJsonValue } from '@fieldwarden/core';
import type { HistoryBuckets } from '@fieldwarden/service';

/** Buckets of the store as points of a curve. What is no finite number is none. */
export function trendPoints({
  type,
  timesMs,
  firsts,
  minima,
  maxima,
  lasts,
  counts,
  statuses,
  objects,
}: HistoryBuckets): TrendSeries['points'] {
  return Array.from(timesMs, (timeMs, i) => ({
    at: new Date(timeMs).toISOString(),
    first: finite(firsts[i]),
    min: finite(minima[i]),
    max: finite(maxima[i]),
    last: objects ? toJsonValue(objects[i], type.scalar) : finite(lasts[i]),
    count: counts[i],
    status: statusName(statuses[i]),
  }));
}

export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
