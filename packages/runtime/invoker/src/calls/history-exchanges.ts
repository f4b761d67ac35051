import { GatewayError } from '@fieldwarden/core';
import {
  maxContinuationLength,
  maxHistoryRows,
  type CallContext,
  type DriverSession,
  type EventHistoryQuery,
  type EventPage,
  type HistoricalValue,
  type HistoryPage,
  type Point,
  type ProcessedHistoryQuery,
  type RawHistoryQuery,
} from '@fieldwarden/driver';
import { unsupported } from './session-calls.js';

/** What is asked of a session once the pipeline lets a call through. Throws what cannot be asked. */
export type Exchange<T> = (session: DriverSession, call: CallContext) => Promise<T>;

// Bounds hold on both sides: a query beyond them never reaches a driver, an answer beyond them never leaves the invoker.

export function readRaw(deviceId: string, point: Point, query: RawHistoryQuery): Exchange<HistoryPage> {
  return async (session, call) => {
    if (!session.readRaw) throw unsupported('readRaw');
    assertPaging(query);
    const page = await session.readRaw(deviceId, point, query, call);
    assertRows(page.values, query.limit);
    return page;
  };
}

export function readProcessed(deviceId: string, point: Point, query: ProcessedHistoryQuery): Exchange<HistoryPage> {
  return async (session, call) => {
    if (!session.readProcessed) throw unsupported('readProcessed');
    assertPaging(query);
    if (!(Number.isFinite(query.intervalMs) && query.intervalMs > 0))
      throw outOfBounds('an interval is longer than 0 ms');
    const page = await session.readProcessed(deviceId, point, query, call);
    assertRows(page.values, query.limit);
    return page;
  };
}

export function readAtTime(
  deviceId: string,
  point: Point,
  timesMs: readonly number[],
): Exchange<readonly HistoricalValue[]> {
  return async (session, call) => {
    if (!session.readAtTime) throw unsupported('readAtTime');
    assertTimes(timesMs);
    const values = await session.readAtTime(deviceId, point, timesMs, call);
    assertRows(values, timesMs.length);
    return values;
  };
}

export function readEvents(deviceId: string, query: EventHistoryQuery): Exchange<EventPage> {
  return async (session, call) => {
    if (!session.readEvents) throw unsupported('readEvents');
    assertPaging(query);
    const page = await session.readEvents(deviceId, query, call);
    assertRows(page.events, query.limit);
    return page;
  };
}

function assertPaging({ fromMs, toMs, limit, continuation = '' }: EventHistoryQuery): void {
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs)) throw outOfBounds('a range begins and ends at a time');
  if (!Number.isInteger(limit) || limit < 1 || limit > maxHistoryRows)
    throw outOfBounds(`a page has 1 to ${maxHistoryRows} rows, not ${limit}`);
  if (continuation.length > maxContinuationLength)
    throw outOfBounds(`a continuation has at most ${maxContinuationLength} characters`);
}

function assertTimes(timesMs: readonly number[]): void {
  if (timesMs.length > maxHistoryRows)
    throw outOfBounds(`at most ${maxHistoryRows} times at once, not ${timesMs.length}`);
  if (!timesMs.every(Number.isFinite)) throw outOfBounds('a time is a number of milliseconds since 1970');
}

function outOfBounds(message: string): GatewayError {
  return new GatewayError({ code: 'HISTORY_QUERY', kind: 'config', message });
}

function assertRows(rows: readonly unknown[], limit: number): void {
  if (rows.length <= limit) return;
  const message = `the driver answered with ${rows.length} rows where ${limit} were asked for`;
  throw new GatewayError({ code: 'HISTORY_TOO_MANY_ROWS', kind: 'bug', message });
}
