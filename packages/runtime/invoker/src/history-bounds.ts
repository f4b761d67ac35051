import { GatewayError } from '@fieldwarden/core';
import {
  maxContinuationLength,
  maxHistoryRows,
  type EventHistoryQuery,
  type ProcessedHistoryQuery,
} from '@fieldwarden/driver';

/** Throws kind `config` for a page that nobody may ask a driver for. */
export function assertPaging({ fromMs, toMs, limit, continuation = '' }: EventHistoryQuery): void {
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs)) throw outOfBounds('a range begins and ends at a time');
  if (!Number.isInteger(limit) || limit < 1 || limit > maxHistoryRows)
    throw outOfBounds(`a page has 1 to ${maxHistoryRows} rows, not ${limit}`);
  if (continuation.length > maxContinuationLength)
    throw outOfBounds(`a continuation has at most ${maxContinuationLength} characters`);
}

export function assertInterval({ intervalMs }: ProcessedHistoryQuery): void {
  if (!(Number.isFinite(intervalMs) && intervalMs > 0)) throw outOfBounds('an interval is longer than 0 ms');
}

export function assertTimes(timesMs: readonly number[]): void {
  if (timesMs.length > maxHistoryRows)
    throw outOfBounds(`at most ${maxHistoryRows} times at once, not ${timesMs.length}`);
  if (!timesMs.every(Number.isFinite)) throw outOfBounds('a time is a number of milliseconds since 1970');
}

function outOfBounds(message: string): GatewayError {
  return new GatewayError({ code: 'HISTORY_QUERY', kind: 'config', message });
}
