export interface IntervalStats {
  /** Number of intervals. */
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Of the pauses between consecutive times; all zero when there are fewer than two times. */
export function intervalStats(timesMs: readonly number[]): IntervalStats {
  const intervals = timesMs
    .slice(1)
    .map((timeMs, i) => timeMs - timesMs[i])
    .sort((a, b) => a - b);
  const at = (quantile: number): number => intervals[Math.ceil(quantile * intervals.length) - 1] ?? 0;
  return { count: intervals.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}
