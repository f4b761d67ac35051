import { statusCodes } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBlock } from '../block/block-codec.js';
import { columnOf, columns } from '../testing/columns.js';
import { splitColumn } from '../testing/split-column.js';
import type { HistoryColumn } from '../block/history-column.js';
import { pieceOfBlock, sourceOfPieces } from './block-source.js';
import { buckets } from './buckets.js';

const floats = { scalar: 'float64' } as const;

function sourceOf(column: HistoryColumn, length = 100) {
  let unpacked = 0;
  const pieces = splitColumn(column, length).map((part) => {
    const piece = pieceOfBlock(encodeBlock(part));
    const counting = (): HistoryColumn => {
      unpacked += 1;
      return piece.column();
    };
    return { summary: piece.summary, column: counting };
  });
  return { source: sourceOfPieces(column.type, pieces), unpacked: () => unpacked };
}

function valuesEachSecond(count: number, of: (i: number) => number | null, status: (i: number) => number = () => 0) {
  return columnOf(
    floats,
    Float64Array.from({ length: count }, (_, i) => i * 1_000),
    Uint32Array.from({ length: count }, (_, i) => status(i)),
    Array.from({ length: count }, (_, i) => of(i)),
  );
}

describe('buckets (§8.4)', () => {
  it('lets no spike vanish, whatever the number of buckets', () => {
    const { source } = sourceOf(valuesEachSecond(1_000, (i) => (i === 437 ? 99 : i === 438 ? -99 : 0)));
    const found = buckets(source, { fromMs: 0, toMs: 1_000_000, buckets: 4 });
    expect([...found.counts]).toEqual([250, 250, 250, 250]);
    expect([...found.maxima]).toEqual([0, 99, 0, 0]);
    expect([...found.minima]).toEqual([0, -99, 0, 0]);
    expect([...found.timesMs]).toEqual([0, 250_000, 500_000, 750_000]);
  });

  it('tells first and last, counts Bad values without their figures, and the worst status', () => {
    const bad = statusCodes.BadNoCommunication;
    const column = valuesEachSecond(
      8,
      (i) => i,
      (i) => (i < 2 || i > 5 ? bad : i === 4 ? statusCodes.Uncertain : 0),
    );
    const found = buckets(sourceOf(column).source, { fromMs: 0, toMs: 8_000, buckets: 2 });
    expect(found).toMatchObject({
      timesMs: Float64Array.of(0, 4_000),
      firsts: Float64Array.of(2, 4),
      minima: Float64Array.of(2, 4),
      maxima: Float64Array.of(3, 5),
      lasts: Float64Array.of(3, 5),
      counts: Uint32Array.of(4, 4),
      statuses: Uint32Array.of(bad, bad),
      objects: undefined,
    });
  });

  it('bridges nothing: what has no values has no bucket', () => {
    const column = columnOf(floats, Float64Array.of(0, 1, 2, 97, 98, 99), new Uint32Array(6), [1, 2, 3, 4, 5, 6]);
    const found = buckets(sourceOf(column).source, { fromMs: 0, toMs: 100, buckets: 5 });
    expect([...found.timesMs]).toEqual([0, 97]);
  });

  it('makes each value a bucket where there are no more of them', () => {
    const column = valuesEachSecond(
      3,
      (i) => (i === 1 ? null : i),
      (i) => (i === 2 ? statusCodes.Uncertain : 0),
    );
    const found = buckets(sourceOf(column).source, { fromMs: 5_000, toMs: 0, buckets: 3 });
    expect([...found.counts]).toEqual([1, 1, 1]);
    expect([...found.firsts]).toEqual([0, Number.NaN, 2]);
    expect([...found.statuses]).toEqual([0, 0, statusCodes.Uncertain]);
  });

  it('tells the last of texts and of 64-bit integers', () => {
    const text = columnOf({ scalar: 'string' }, Float64Array.of(0, 1, 2), new Uint32Array(3), ['a', 'b', 'c']);
    const found = buckets(sourceOf(text).source, { fromMs: 0, toMs: 3, buckets: 1 });
    expect(found.objects).toEqual(['c']);
    expect([...found.firsts, ...found.maxima]).toEqual([Number.NaN, Number.NaN]);
    const big = columnOf({ scalar: 'int64' }, Float64Array.of(0, 1), new Uint32Array(2), [1n, 2n ** 62n]);
    expect(buckets(sourceOf(big).source, { fromMs: 0, toMs: 3, buckets: 1 }).objects).toEqual([2n ** 62n]);
  });

  it('reads heads where a block lies in one bucket', () => {
    const { source, unpacked } = sourceOf(valuesEachSecond(10_000, (i) => Math.round(100 * Math.sin(i))));
    buckets(source, { fromMs: 0, toMs: 10_000_000, buckets: 20 });
    expect(unpacked()).toBe(0);
  });

  it('counts and bounds the values of any column', () => {
    fc.assert(
      fc.property(
        columns,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 30 }),
        (column, parts, length) => {
          fc.pre(column.timesMs.length > 0);
          const [fromMs, toMs] = [column.timesMs[0], column.timesMs[column.timesMs.length - 1] + 1];
          const found = buckets(sourceOf(column, length).source, { fromMs, toMs, buckets: parts });
          expect(found.counts.reduce((a, b) => a + b, 0)).toBe(column.timesMs.length);
          if (column.values.kind !== 'numbers') return;
          const { numbers, absent } = column.values;
          const figures = numbers.filter(
            (number, i) => !Number.isNaN(number) && absent?.[i] !== 1 && column.statuses[i] >>> 30 < 2,
          );
          const told = found.minima.filter((number) => !Number.isNaN(number));
          expect(told.length === 0).toBe(figures.length === 0);
          if (told.length > 0) expect(Math.min(...told)).toBe(Math.min(...figures));
          if (told.length > 0)
            expect(Math.max(...found.maxima.filter((number) => !Number.isNaN(number)))).toBe(Math.max(...figures));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses a range without length', () => {
    const invalid = expect.objectContaining({ code: 'HISTORY_RANGE_INVALID' }) as Error;
    expect(() => buckets(sourceOf(valuesEachSecond(1, () => 1)).source, { fromMs: 5, toMs: 5, buckets: 1 })).toThrow(
      invalid,
    );
  });
});
