import { isGood, statusCodes } from '@fieldwarden/core';
import type { Aggregate, HistoricalValue } from '@fieldwarden/driver';

/** One interval of a processed read. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
  /** Recorded in [fromMs, toMs), oldest first. */
  readonly values: readonly HistoricalValue[];
  /** The value at its start and at its end; Bad where there is none. */
  readonly first: HistoricalValue;
  readonly last: HistoricalValue;
}

/** OPC UA 10000-13, 5.4.3, over Good numbers; an interval without one is `BadNoData`, and counts 0. */
export function aggregated(aggregate: Aggregate, interval: Interval): HistoricalValue {
  const numbers = interval.values.filter(({ status }) => isGood(status)).map(({ value }) => Number(value));
  const value = valueOf(aggregate, numbers, interval);
  return value === undefined
    ? { value: null, status: statusCodes.BadNoData, sourceAtMs: interval.fromMs }
    : { value, status: statusCodes.Good, sourceAtMs: interval.fromMs };
}

function valueOf(aggregate: Aggregate, numbers: readonly number[], interval: Interval): number | undefined {
  if (aggregate === 'count') return numbers.length;
  if (aggregate === 'interpolative') return isGood(interval.first.status) ? Number(interval.first.value) : undefined;
  if (numbers.length === 0) return undefined;
  switch (aggregate) {
    case 'average':
      return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    case 'minimum':
      return numbers.reduce((least, number) => Math.min(least, number));
    case 'maximum':
      return numbers.reduce((most, number) => Math.max(most, number));
    case 'timeAverage':
      return timeAverage(interval);
  }
}

/** Area under the straight lines between Good neighbours, over the time that they span. */
function timeAverage({ values, first, last }: Interval): number | undefined {
  const points = [first, ...values, last].filter(({ status }) => isGood(status));
  let area = 0;
  let spanMs = 0;
  for (let i = 1; i < points.length; i += 1) {
    const elapsedMs = points[i].sourceAtMs - points[i - 1].sourceAtMs;
    area += (elapsedMs * (Number(points[i].value) + Number(points[i - 1].value))) / 2;
    spanMs += elapsedMs;
  }
  return spanMs > 0 ? area / spanMs : undefined;
}
