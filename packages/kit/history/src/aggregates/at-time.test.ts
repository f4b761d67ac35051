import { statusCodes } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { pieceOfColumn, sourceOfPieces } from '../reading/block-source.js';
import { annexSets, noonMs } from '../testing/annex-a.js';
import { columnOf } from '../testing/columns.js';
import { splitColumn } from '../testing/split-column.js';
import { historianBits } from './aggregate-status.js';
import { atTime } from './at-time.js';
import { defaultConfiguration } from './processed-page.js';

const { column, configuration } = annexSets[1];
const source = sourceOfPieces(column.type, splitColumn(column, 2).map(pieceOfColumn));
const subnormal = statusCodes.UncertainDataSubNormal;
const { interpolated, extraData } = historianBits;

function at(seconds: readonly number[], simpleBounds: boolean, stepped = false) {
  const times = seconds.map((second) => noonMs + second * 1_000);
  const rows = atTime(source, times, simpleBounds, { ...configuration, stepped });
  expect([...rows.timesMs]).toEqual(times);
  return Array.from(rows.statuses, (status, row) => [Number(Number(rows.values[row]).toFixed(3)), status]);
}

/** The values of Historian 2 of 10000-13, Annex A. */
describe('atTime (§8.4)', () => {
  it('gives the value that stands there, whatever its quality', () => {
    expect(at([25, 42, 77], false)).toEqual([
      [20, 0],
      [Number.NaN, statusCodes.Bad],
      [70, statusCodes.Uncertain],
    ]);
  });

  it('interpolates between Good values, or by simple bounds between any', () => {
    expect(at([5, 40, 45], false)).toEqual([
      [11.304, interpolated],
      [31.111, (subnormal | interpolated) >>> 0],
      [36.667, (subnormal | interpolated) >>> 0],
    ]);
    expect(at([5, 40, 45], true)).toEqual([
      [11.304, interpolated],
      [30, (subnormal | interpolated) >>> 0],
      [Number.NaN, statusCodes.BadNoData],
    ]);
  });

  it('holds values where the tag does, and knows nothing before the first', () => {
    expect(at([1, 24, 100], false, true)).toEqual([
      [Number.NaN, statusCodes.BadNoData],
      [10, interpolated],
      [90, (subnormal | interpolated) >>> 0],
    ]);
  });

  it('answers in the order of the question', () => {
    expect(at([90, 2, 25], false).map(([value]) => value)).toEqual([90, 10, 20]);
  });

  it('rounds to the type of the tag, and says where one value stands for several', () => {
    const type = { scalar: 'int16' } as const;
    const values = columnOf(type, Float64Array.of(0, 10, 10), new Uint32Array(3), [0, 7, 5]);
    const rows = atTime(sourceOfPieces(type, [pieceOfColumn(values)]), [1, 10], false, defaultConfiguration(type));
    expect([...(rows.values as Float64Array)]).toEqual([1, 5]);
    expect([...rows.statuses]).toEqual([interpolated, extraData]);
  });

  it('draws no line through an infinity: what was before it holds, uncertain', () => {
    const type = { scalar: 'float64' } as const;
    const values = columnOf(type, Float64Array.of(0, 10), new Uint32Array(2), [Infinity, 7]);
    const rows = atTime(sourceOfPieces(type, [pieceOfColumn(values)]), [4], false, defaultConfiguration(type));
    expect([rows.values[0], rows.statuses[0]]).toEqual([Infinity, (subnormal | interpolated) >>> 0]);
  });

  it('holds texts', () => {
    const type = { scalar: 'string' } as const;
    const values = columnOf(type, Float64Array.of(0, 10), new Uint32Array(2), ['RUN', 'STOP']);
    const rows = atTime(sourceOfPieces(type, [pieceOfColumn(values)]), [4, 12], true, defaultConfiguration(type));
    expect(rows.values).toEqual(['RUN', null]);
  });
});
