import { statusCodes, systemClock } from '@fieldwarden/core';
import { historyAggregates, type HistoryDesk, type HistoryPage } from '@fieldwarden/service';
import { MemoryTags, memoryTag } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { storedAggregates } from '../../control/history-control.js';
import { LocalHistory } from './local-history.js';

const nowMs = Date.UTC(2030, 0, 1);

function historyOf(page: Partial<HistoryPage>, isKept = true): LocalHistory {
  const tags = new MemoryTags(systemClock);
  tags.define(memoryTag('a', { unit: 'bar' }), memoryTag('memory', { type: { scalar: 'bool' } }));
  const type = page.type ?? { scalar: 'float64' };
  const desk: Partial<HistoryDesk> = {
    extents: (paths) =>
      Promise.resolve(
        paths.map((path) => (path === 'memory' ? null : { oldestMs: 5, newestMs: 9, type, stepped: false })),
      ),
    raw: () =>
      Promise.resolve({
        type,
        timesMs: Float64Array.of(),
        statuses: Uint32Array.of(),
        values: [],
        next: null,
        ...page,
      }),
    paths: () => Promise.resolve(['a', 'b/c', 'b/d', 'e']),
  };
  const point = (sourceAtMs: number, value: boolean) => ({ sourceAtMs, value, status: 0 });
  const trends = {
    history: () => ({
      keptFromMs: 0,
      points: [point(nowMs - 3, true), point(nowMs - 2, false), point(nowMs - 1, true)],
    }),
  };
  const clock = { wallMs: () => nowMs };
  return new LocalHistory({ desk: desk as HistoryDesk, isKept: () => isKept, store: tags, trends, clock });
}

const asked = { fromMs: 0, toMs: 10, processed: undefined, limit: 10, cursor: undefined };

describe('what is kept, as the Admin API shows it (§8.4)', () => {
  it('knows the aggregates that the desk knows', () => {
    expect(storedAggregates).toEqual(historyAggregates);
  });

  it('shows values in their JSON form, and none where there is none', async () => {
    const statuses = Uint32Array.of(0, 0, statusCodes.BadDataLost);
    const timesMs = Float64Array.of(1, 2, 3);
    const page = {
      type: { scalar: 'bool' },
      timesMs,
      statuses,
      values: Float64Array.of(1, 0, NaN),
      next: '3:0',
    } as const;
    const { points, next, keptFrom, dataType } = await historyOf(page).page('a', asked);
    expect(points.map(({ value, status }) => [value, status])).toEqual([[true, 'Good'], [false, 'Good'], [null, 'BadDataLost']]); // prettier-ignore
    expect([next, keptFrom, dataType]).toEqual(['3:0', new Date(5).toISOString(), 'bool']);
    const numbers = { timesMs, statuses, values: Float64Array.of(NaN, Infinity, 1) };
    expect((await historyOf(numbers).page('a', asked)).points.map(({ value }) => value)).toEqual([
      'NaN',
      'Infinity',
      1,
    ]);
    const large = { type: { scalar: 'int64' }, timesMs, statuses, values: [2n ** 60n, 5n, null] } as const;
    expect((await historyOf(large).page('a', asked)).points.map(({ value }) => value)).toEqual([
      String(2n ** 60n),
      5,
      null,
    ]);
  });

  it('draws what is not kept from memory, in as many buckets as were asked for', async () => {
    const { series } = await historyOf({}).trends({
      paths: ['memory'],
      fromMs: undefined,
      toMs: undefined,
      buckets: 1,
    });
    expect(series).toMatchObject([
      { path: 'memory', type: 'bool', points: [{ first: 1, min: 0, max: 1, last: 1, count: 3, status: 'Good' }] },
    ]);
    await expect(
      historyOf({}, false).trends({ paths: ['none'], fromMs: 0, toMs: 1, buckets: 1 }),
    ).rejects.toMatchObject({ code: 'TAG_UNKNOWN' });
  });

  it('lists what was ever kept, page by page', async () => {
    const history = historyOf({});
    expect(await history.paths({ prefix: 'b/', limit: 1, cursor: undefined })).toMatchObject({
      paths: ['b/c'],
      total: 2,
      next: 'b/c',
    });
    expect(await history.paths({ prefix: 'b/', limit: 1, cursor: 'b/c' })).toMatchObject({
      paths: ['b/d'],
      next: null,
    });
  });
});
