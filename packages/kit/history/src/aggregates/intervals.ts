import { GatewayError, statusCodes } from '@fieldwarden/core';
import type { Stretch } from '../reading/timeline.js';

/** The intervals of a processed read (10000-13, 5.4.2.2), in the order in which they are asked for. */
export interface Intervals {
  readonly count: number;
  readonly isReverse: boolean;
  /** `fromMs` < `toMs`, whichever way they run. */
  at(index: number): Required<Stretch>;
  /** Where interval `index` begins, which is its later end in a reverse read: the time of its row. */
  timeOf(index: number): number;
}

/**
 * `intervalMs` 0: one. The last one is as long as the range lets it be. Throws `HISTORY_RANGE_INVALID` where both ends are one time
 * (`BadInvalidArgument` in OPC UA), or something is no number.
 */
export function intervalsOf(fromMs: number, toMs: number, intervalMs: number): Intervals {
  const rangeMs = Math.abs(toMs - fromMs);
  if (!Number.isFinite(rangeMs) || rangeMs === 0) throw invalid('a range of history has two different ends');
  if (!(intervalMs >= 0)) throw invalid('an interval has 0 or more milliseconds');
  const isReverse = toMs < fromMs;
  const lengthMs = intervalMs === 0 ? rangeMs : Math.min(intervalMs, rangeMs);
  const count = Math.ceil(rangeMs / lengthMs);
  const edge = (index: number): number => {
    const awayMs = Math.min(index * lengthMs, rangeMs);
    return isReverse ? fromMs - awayMs : fromMs + awayMs;
  };
  return {
    count,
    isReverse,
    at: (index) =>
      isReverse
        ? { fromMs: edge(index + 1), toMs: edge(index), isEndIncluded: true }
        : { fromMs: edge(index), toMs: edge(index + 1), isEndIncluded: false },
    timeOf: edge,
  };
}

function invalid(message: string): GatewayError {
  return new GatewayError({
    code: 'HISTORY_RANGE_INVALID',
    kind: 'config',
    status: statusCodes.BadInvalidArgument,
    message,
  });
}
