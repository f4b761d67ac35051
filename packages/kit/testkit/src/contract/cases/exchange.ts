import assert from 'node:assert/strict';
import {
  delay,
  errorKinds,
  isGatewayError,
  isGood,
  isNumericColumn,
  messageOf,
  statusName,
  systemClock,
  ValueColumns,
  type GatewayError,
  type StatusCode,
  type TagValue,
  type WriteOutcome,
} from '@fieldwarden/core';
import type { DriverSession, Point, ReadPlan, WriteItem } from '@fieldwarden/driver';
import { testCall } from '../../test-call.js';
import { waitFor } from '../../wait-for.js';
import type { CaseSetting } from './contract-case.js';
import type { ContractDevice } from '../fixture.js';

/** Deadline of calls that are expected to fail. */
export const shortMs = 600;
/** How much later than its deadline a call may settle: room for a busy test machine, not for a driver's own time-out. */
export const slackMs = 1_500;

/** How long the suite waits for what has no deadline of its own. */
export function patienceOf({ patienceMs = 10_000 }: ContractDevice): number {
  return patienceMs;
}

const unsetStatus = 0xdead_beef;

export interface Row {
  readonly value: TagValue | undefined;
  readonly status: StatusCode;
  readonly sourceAtMs: number;
}

export function plan(session: DriverSession, deviceId: string, points: readonly Point[]): ReadPlan {
  assert(typeof session.prepareRead === 'function', 'a session that reads also prepares reads');
  return session.prepareRead(deviceId, points);
}

/** One read into columns that start out unset; fails if a row was left so. */
export async function readRows(session: DriverSession, readPlan: ReadPlan, timeoutMs = 5_000): Promise<readonly Row[]> {
  const columns = new ValueColumns(readPlan.points.length);
  columns.statuses.fill(unsetStatus);
  columns.sourceTimes.fill(Number.NaN);
  columns.values.fill(Number.NaN);
  await settled(session.read!(readPlan, columns, testCall({ timeoutMs })), timeoutMs, 'read');
  return readPlan.points.map((point, row) => rowOf(columns, row, point));
}

export async function readOnce(
  session: DriverSession,
  deviceId: string,
  points: readonly Point[],
): Promise<readonly Row[]> {
  return readRows(session, plan(session, deviceId, points));
}

export function rowOf(columns: ValueColumns, row: number, point: Point): Row {
  const status = columns.statuses[row];
  const sourceAtMs = columns.sourceTimes[row];
  assert.notEqual(status, unsetStatus, `row ${row} (${point.address}) was not set`);
  assert(!Number.isNaN(sourceAtMs), `row ${row} (${point.address}) has no source time`);
  return { value: isGood(status) ? valueOf(columns, row, point) : undefined, status, sourceAtMs };
}

function valueOf(columns: ValueColumns, row: number, { type, address }: Point): TagValue {
  if (!isNumericColumn(type)) {
    const value = columns.objects?.get(row);
    assert(value !== undefined, `row ${row} (${address}) is Good but has no object value`);
    return value;
  }
  const number = columns.values[row];
  return type.scalar === 'bool' ? number !== 0 : number;
}

export function assertGood(row: Row, point: Point, expected?: TagValue): void {
  assert.equal(statusName(row.status), 'Good', `status of ${point.address}`);
  if (expected !== undefined)
    assert.deepEqual(plain(row.value), plain(onTheWire(expected, point)), `value of ${point.address}`);
  assertRecent(row, point);
}

/** A wall-clock time, not in the future: what a device last changed long ago may be old. */
export function assertRecent({ sourceAtMs }: Row, { address }: Point): void {
  const year2000Ms = 946_684_800_000;
  assert(sourceAtMs > year2000Ms, `source time ${sourceAtMs} of ${address} is not in ms since 1970`);
  assert(sourceAtMs <= systemClock.wallMs() + 1_000, `source time ${sourceAtMs} of ${address} lies in the future`);
}

/** float32 values are written down as decimals but travel as the nearest float32. */
function onTheWire(value: TagValue, point: Point): TagValue {
  if (point.type.scalar !== 'float32') return value;
  return Array.isArray(value) ? value.map((v) => Math.fround(v as number)) : Math.fround(value as number);
}

/** Buffers equal byte arrays. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  return Array.isArray(value) ? value.map(plain) : value;
}

export interface ExchangeOutcome {
  readonly outcome: WriteOutcome;
  readonly status: StatusCode;
}

/** One outcome per item, whether the session returned results or threw an error that tells it. */
export async function writeOutcomes(
  session: DriverSession,
  deviceId: string,
  items: readonly WriteItem[],
  timeoutMs = 5_000,
): Promise<readonly ExchangeOutcome[]> {
  assert(typeof session.write === 'function');
  try {
    const results = await settled(session.write(deviceId, items, testCall({ timeoutMs })), timeoutMs, 'write');
    assert.equal(results.length, items.length, 'one result per item');
    for (const { outcome, status } of results) assertConsistent(outcome, status);
    return results;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    const { writeOutcome, status } = asStableError(error);
    assertConsistent(writeOutcome, status);
    return items.map(() => ({ outcome: writeOutcome, status }));
  }
}

function assertConsistent(outcome: WriteOutcome, status: StatusCode): void {
  assert(['done', 'rejected', 'not-sent', 'unknown'].includes(outcome), `${outcome} is an outcome`);
  assert.equal(isGood(status), outcome === 'done', `status ${statusName(status)} of a write that is ${outcome}`);
}

/** The error of a promise that must reject, in time, with a GatewayError. */
export async function rejectionOf(promise: Promise<unknown>, timeoutMs: number, what: string): Promise<GatewayError> {
  let error: unknown;
  try {
    await settled(promise, timeoutMs, what);
  } catch (thrown) {
    if (thrown instanceof assert.AssertionError) throw thrown;
    error = thrown;
  }
  assert(error !== undefined, `${what} should have been rejected`);
  return asStableError(error);
}

export function asStableError(error: unknown): GatewayError {
  assert(isGatewayError(error), `not a GatewayError: ${messageOf(error)}`);
  assert.match(error.code, /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/, 'code of the error');
  assert(errorKinds.includes(error.kind), `${error.kind} is a kind of error`);
  assert.notEqual(error.kind, 'bug', `the driver reports a bug: ${error.message}`);
  assert.notEqual(error.message.trim(), '', 'the error has a message');
  return error;
}

export function assertKind(error: GatewayError, kinds: readonly string[]): void {
  assert(
    kinds.includes(error.kind),
    `kind ${error.kind} (${error.code}: ${error.message}) is none of ${kinds.join(', ')}`,
  );
}

/** Fails when the promise outlives its deadline and the slack. */
export async function settled<T>(promise: PromiseLike<T>, timeoutMs: number, what: string): Promise<T> {
  const stop = new AbortController();
  const limit = delay(systemClock, timeoutMs + slackMs, stop.signal).then(() =>
    assert.fail(`${what} was still pending ${slackMs} ms after its deadline`),
  );
  limit.catch(() => undefined);
  try {
    return await Promise.race([promise, limit]);
  } finally {
    stop.abort();
  }
}

/** Calls as the poller would, until a read succeeds; returns its rows. */
export function readUntilItWorks(
  { session, device }: Pick<CaseSetting, 'session' | 'device'>,
  readPlan: ReadPlan,
): Promise<readonly Row[]> {
  return waitFor(
    async () => {
      const rows = await readRows(session, readPlan, 1_000);
      return rows.every(({ status }) => isGood(status)) && rows;
    },
    { what: 'a read that succeeds again', timeoutMs: patienceOf(device), intervalMs: 50 },
  );
}
