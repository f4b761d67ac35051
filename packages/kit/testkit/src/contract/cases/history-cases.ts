import assert from 'node:assert/strict';
import { isGatewayError, isGood, statusName } from '@fieldwarden/core';
import type { DriverSession, HistoricalValue, HistoryPage, RawHistoryQuery } from '@fieldwarden/driver';
import { testCall } from '../../test-call.js';
import type { CaseSetting, ContractCase } from './contract-case.js';
import { asStableError, assertKind, rejectionOf } from './exchange.js';
import type { RecordedPoint } from '../fixture.js';

const needs = ['recorded'] as const;

export const historyCases: readonly ContractCase[] = [
  {
    sentence: 'reads recorded values in the order of their time, within the range',
    needs,
    uses: ['readRaw'],
    async run(setting) {
      const { recorded } = recordedOf(setting);
      const rows = await allPages(setting, { limit: 1_000, bounds: false });
      assert(rows.length > 1, 'the fixture records at least two values');
      assertOrdered(rows, recorded);
      assert(
        rows.every(({ status }) => isGood(status)),
        'recorded values are Good',
      );
    },
  },
  {
    sentence: 'reads the same history in small pages as in one large page',
    needs,
    uses: ['readRaw'],
    async run(setting) {
      const whole = await allPages(setting, { limit: 1_000, bounds: false });
      const inPages = await allPages(setting, { limit: 2, bounds: false });
      assert.deepEqual(inPages, whole);
    },
  },
  {
    sentence: 'reads a range backwards when its end lies before its start',
    needs,
    uses: ['readRaw'],
    async run(setting) {
      const { recorded, point } = recordedOf(setting);
      // The start belongs to a range and the end does not, whichever way it runs.
      const query = { ...pageOf(recorded), fromMs: recorded.toMs, toMs: recorded.fromMs, bounds: false };
      const { values } = await setting.session.readRaw!(setting.device.deviceId, point, query, testCall());
      const times = values.map(({ sourceAtMs }) => sourceAtMs);
      assert(times.length > 0, 'no value');
      assert.deepEqual(
        times,
        [...times].sort((a, b) => b - a),
      );
      assert(
        times.every((atMs) => atMs > recorded.fromMs && atMs <= recorded.toMs),
        'a value beyond the range',
      );
    },
  },
  {
    sentence: 'refuses a continuation that it never gave',
    needs,
    uses: ['readRaw'],
    async run(setting) {
      const { recorded, point } = recordedOf(setting);
      const query = { ...pageOf(recorded), bounds: false, continuation: 'made up' };
      const call = testCall({ timeoutMs: 1_000 });
      const error = await rejectionOf(
        setting.session.readRaw!(setting.device.deviceId, point, query, call),
        1_000,
        'readRaw',
      );
      assertKind(error, ['rejected']);
      assert.equal(statusName(error.status), 'BadContinuationPointInvalid');
    },
  },
  {
    sentence: 'aggregates to one row per interval, between the least and the greatest recorded value',
    needs,
    uses: ['readRaw', 'readProcessed'],
    async run(setting) {
      const { recorded, point } = recordedOf(setting);
      const raw = (await allPages(setting, { limit: 1_000, bounds: false })).map(({ value }) => Number(value));
      const intervalMs = (recorded.toMs - recorded.fromMs) / 4;
      const query = { ...pageOf(recorded), intervalMs, aggregate: 'average' } as const;
      const { values } = await setting.session.readProcessed!(setting.device.deviceId, point, query, testCall());
      assert.deepEqual(
        values.map(({ sourceAtMs }) => sourceAtMs),
        [0, 1, 2, 3].map((i) => recorded.fromMs + i * intervalMs),
      );
      for (const { value, status } of values.filter((row) => isGood(row.status)))
        assert(
          Number(value) >= Math.min(...raw) && Number(value) <= Math.max(...raw),
          `${String(value)} ${statusName(status)}`,
        );
    },
  },
  {
    sentence: 'answers a read at times with one row per time, BadNoData where it knows nothing',
    needs,
    uses: ['readAtTime'],
    async run(setting) {
      const { recorded, point } = recordedOf(setting);
      const longAgoMs = 86_400_000;
      const times = [recorded.fromMs, longAgoMs, recorded.fromMs];
      const rows = await setting.session.readAtTime!(setting.device.deviceId, point, times, testCall());
      assert.deepEqual(
        rows.map(({ sourceAtMs }) => sourceAtMs),
        times,
      );
      assert.deepEqual(
        rows.map(({ status }) => statusName(status)),
        ['Good', 'BadNoData', 'Good'],
      );
    },
  },
  {
    sentence: 'reads the events it remembers in the order of their time, page by page',
    needs: ['recordedEvents'],
    uses: ['readEvents'],
    async run({ session, device }) {
      const range = await device.recordedEvents!();
      const query = { ...range, limit: 1, continuation: undefined };
      const first = await session.readEvents!(device.deviceId, query, testCall());
      assert.equal(first.events.length, 1, 'a page has as many events as were asked for');
      assert(first.continuation !== undefined, 'the fixture remembers at least two events');
      const rest = { ...query, limit: 1_000, continuation: first.continuation };
      const { events } = await session.readEvents!(device.deviceId, rest, testCall());
      const all = [...first.events, ...events];
      const times = all.map(({ atMs }) => atMs);
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      );
      assert.equal(new Set(all.map(({ eventId }) => eventId)).size, all.length, 'an event came twice');
    },
  },
];

function recordedOf({ device }: CaseSetting): {
  readonly recorded: RecordedPoint;
  readonly point: RecordedPoint['point'];
} {
  const recorded = device.recorded!();
  return { recorded, point: recorded.point };
}

function pageOf({ fromMs, toMs }: RecordedPoint) {
  return { fromMs, toMs, limit: 1_000, continuation: undefined };
}

async function allPages(
  setting: CaseSetting,
  options: Pick<RawHistoryQuery, 'limit' | 'bounds'>,
): Promise<readonly HistoricalValue[]> {
  const { recorded, point } = recordedOf(setting);
  const rows: HistoricalValue[] = [];
  let continuation: string | undefined;
  for (let pages = 0; pages < 10_000; pages += 1) {
    const query = { ...pageOf(recorded), ...options, continuation };
    const page: HistoryPage = await stable(setting.session, (s) =>
      s.readRaw!(setting.device.deviceId, point, query, testCall()),
    );
    assert(page.values.length <= options.limit, 'a page has no more rows than were asked for');
    rows.push(...page.values);
    if (page.continuation === undefined) return rows;
    ({ continuation } = page);
  }
  return assert.fail('the pages never end');
}

async function stable<T>(session: DriverSession, call: (session: DriverSession) => Promise<T>): Promise<T> {
  try {
    return await call(session);
  } catch (error) {
    if (isGatewayError(error)) asStableError(error);
    throw error;
  }
}

function assertOrdered(rows: readonly HistoricalValue[], { fromMs, toMs }: RecordedPoint): void {
  const times = rows.map(({ sourceAtMs }) => sourceAtMs);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  assert(
    times.every((atMs) => atMs >= fromMs && atMs < toMs),
    'a value beyond the range',
  );
}
