import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDrawable, maxTrendPoints, trendColumns, trendMs, withLiveValue, type ChartPoint } from './trend.js';

const live = (sourceAtMs: number, value: unknown, statusCode = 0) => ({
  value,
  status: 'Good',
  statusCode,
  sourceAtMs,
  heardAtMs: 0,
});

describe('the trend of a tag', () => {
  it('is in order of time, within its window and its bound, whatever comes', () => {
    const values = fc.array(fc.tuple(fc.nat(2 * trendMs), fc.integer()), { maxLength: 200 });
    fc.assert(
      fc.property(values, (arrivals) => {
        const points = arrivals.reduce<readonly ChartPoint[]>(
          (known, [at, value]) => withLiveValue(known, live(at, value)),
          [],
        );
        points.forEach(({ atMs }, index) => {
          if (index > 0) expect(atMs).toBeGreaterThan(points[index - 1].atMs);
        });
        expect(points.filter(({ atMs }) => atMs <= points.at(-1)!.atMs - trendMs).length).toBeLessThanOrEqual(1);
        expect(points.length).toBeLessThanOrEqual(maxTrendPoints);
      }),
    );
  });

  it('keeps the value that holds at the beginning of its window', () => {
    const points = [live(0, 1), live(10, 2), live(trendMs + 100, 3)].reduce<readonly ChartPoint[]>(withLiveValue, []);
    expect(points.map(({ value }) => value)).toEqual([2, 3]);
  });

  it('takes the later of two values of the same time', () => {
    const points = withLiveValue(withLiveValue([], live(5, 1)), live(5, 2));
    expect(points.map(({ value }) => value)).toEqual([2]);
  });

  it('holds the last value until now, and shows a gap where it was Bad', () => {
    const points = [live(1_000, 1), live(2_000, 2, 0x80310000), live(3_000, true)].reduce<readonly ChartPoint[]>(
      withLiveValue,
      [],
    );
    expect(trendColumns(points, 4_000)).toEqual({ at: [1_000, 2_000, 3_000, 4_000], values: [1, null, 1, 1] });
  });

  it('is a curve for numbers and bools only', () => {
    expect(['float32', 'uint16', 'bool', 'string', 'int64', 'float32[8]'].map(isDrawable)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
