import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointAt, qualitySpans, statisticsOf, trendColumns, trendCsv, type TrendPoint } from './pen-columns.js';

const value = (atMs: number, first: unknown, status = 'Good'): TrendPoint => ({
  atMs,
  first,
  min: first,
  max: first,
  last: first,
  count: 1,
  status,
});

const bucket = (atMs: number, [first, min, max, last]: readonly number[], count: number): TrendPoint => ({
  atMs,
  first,
  min,
  max,
  last,
  count,
  status: 'Good',
});

const series = (points: readonly TrendPoint[]) => ({ path: 'a', unit: null, type: 'float64', stepped: false, points });

const range = { fromMs: 0, toMs: 100 };

describe('the curves of a trend (§19.2)', () => {
  it('stand over one axis of time, and none breaks where another one has a value', () => {
    const columns = trendColumns([series([value(0, 1), value(20, 3)]), series([value(10, true)])], range, 20);
    expect(columns.atMs).toEqual([0, 10, 20]);
    expect(columns.pens.map(({ line }) => line)).toEqual([
      [1, undefined, 3],
      [undefined, 1, 1],
    ]);
  });

  it('break where a value was Bad, and are never joined over it', () => {
    const points = [value(0, 1), value(10, null, 'BadNoCommunication'), value(20, 2)];
    expect(trendColumns([series(points)], range, 20).pens[0].line).toEqual([1, null, 2]);
  });

  it('keep every spike: least and greatest of each bucket', () => {
    const { pens } = trendColumns([series([bucket(0, [5, -40, 90, 6], 1_000)])], { ...range, toMs: 0 }, 0);
    expect(pens[0]).toEqual({ line: [5], low: [-40], high: [90] });
  });

  it('hold the last value until now, never into the future, and not what was Bad', () => {
    const { atMs, pens } = trendColumns([series([bucket(0, [1, 1, 4, 4], 2)])], range, 60);
    expect([atMs, pens[0].line]).toEqual([
      [0, 60],
      [1, 4],
    ]);
    expect(trendColumns([series([value(0, 1)])], range, 500).atMs).toEqual([0, 100]);
    expect(trendColumns([series([value(0, null, 'Bad')])], range, 60).pens[0].line).toEqual([null, null]);
  });

  it('draw texts of 64-bit integers as numbers, and other texts, NaN and nothing as gaps', () => {
    const points = [value(0, '9007199254740993'), value(1, 'off'), value(2, NaN), value(3, '')];
    expect(trendColumns([series(points)], { ...range, toMs: 3 }, 3).pens[0].line).toEqual([
      9_007_199_254_740_992,
      null,
      null,
      null,
    ]);
  });
});

describe('the quality of a pen', () => {
  it('is shown as stretches, the last of which lasts until the end', () => {
    const points = [
      value(0, 1),
      value(10, 1, 'BadTimeout'),
      value(20, 1, 'BadNoData'),
      value(30, 1),
      value(40, 1, 'UncertainX'),
    ];
    expect(qualitySpans(points, 100)).toEqual([
      { fromMs: 10, toMs: 30, quality: 'bad' },
      { fromMs: 40, toMs: 100, quality: 'uncertain' },
    ]);
  });

  it('is a share of the time of which anything is known', () => {
    const points = [value(50, 1), value(75, 9, 'BadTimeout'), value(80, 4)];
    expect(statisticsOf(series(points), 100)).toEqual({ min: 1, max: 4, last: 4, values: 3, goodShare: 0.9 });
    expect(statisticsOf(series([]), 100)).toEqual({ min: null, max: null, last: null, values: 0, goodShare: null });
  });

  it('covers no more than what is known, whatever comes', () => {
    const statuses = fc.constantFrom('Good', 'BadTimeout', 'UncertainX');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1_000), statuses)), (drawn) => {
        const points = drawn.toSorted(([a], [b]) => a - b).map(([atMs, status]) => value(atMs, 1, status));
        const { goodShare } = statisticsOf(series(points), 1_000);
        if (goodShare !== null) expect(goodShare).toBeGreaterThanOrEqual(-1e-9);
        if (goodShare !== null) expect(goodShare).toBeLessThanOrEqual(1);
      }),
    );
  });
});

it('a pen reads at any time what held then', () => {
  const points = [value(10, 1), value(20, 2)];
  expect([5, 10, 19, 20, 99].map((atMs) => pointAt(points, atMs)?.first)).toEqual([undefined, 1, 1, 2, 2]);
});

it('the CSV has a row for each point, with quotes where a text needs them', () => {
  expect(trendCsv([series([value(0, 'a "b", c'), value(1_000, 2.5, 'BadTimeout')])])).toBe(
    'path,at,first,min,max,last,count,status\r\n' +
      'a,1970-01-01T00:00:00.000Z,"a ""b"", c","a ""b"", c","a ""b"", c","a ""b"", c",1,Good\r\n' +
      'a,1970-01-01T00:00:01.000Z,2.5,2.5,2.5,2.5,1,BadTimeout\r\n',
  );
});
