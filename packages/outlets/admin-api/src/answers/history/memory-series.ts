import type { TrendSeries } from '@fieldwarden/admin-contract';
import { statusName, toJsonValue, type DataType } from '@fieldwarden/core';
import type { TagTrend } from '@fieldwarden/trends';
import { finite } from './trend-points.js';

type TrendPoint = TagTrend['points'][number];

interface Buckets {
  readonly fromMs: number;
  readonly toMs: number;
  readonly buckets: number;
}

/** What memory has of a range, as points of a curve: as they are where they are fewer than the buckets. */
export function memorySeries(
  points: readonly TrendPoint[],
  { scalar }: DataType,
  wanted: Buckets,
): TrendSeries['points'] {
  const { fromMs, toMs, buckets } = wanted;
  const inRange = points.filter(({ sourceAtMs }) => sourceAtMs >= fromMs && sourceAtMs < toMs);
  const width = (toMs - fromMs) / buckets;
  const groups =
    inRange.length <= buckets
      ? inRange.map((point) => [point])
      : [...Map.groupBy(inRange, ({ sourceAtMs }) => Math.floor((sourceAtMs - fromMs) / width)).values()];
  return groups.map((group) => {
    const numbers = group.map(({ value }) => numberOf(value)).filter((value) => !Number.isNaN(value));
    const worst = group.reduce((a, b) => (b.status >>> 30 > a.status >>> 30 ? b : a));
    const last = group.at(-1)!;
    return {
      at: new Date(group[0].sourceAtMs).toISOString(),
      first: finite(numbers.at(0) ?? NaN),
      min: finite(Math.min(...numbers)),
      max: finite(Math.max(...numbers)),
      last: numbers.length > 0 ? finite(numbers.at(-1)!) : toJsonValue(last.value, scalar),
      count: group.length,
      status: statusName(worst.status),
    };
  });
}

function numberOf(value: TrendPoint['value']): number {
  return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : NaN;
}
