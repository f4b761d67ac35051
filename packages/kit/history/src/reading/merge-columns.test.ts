import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, columns } from '../testing/columns.js';
import { splitColumn } from '../testing/split-column.js';
import { pieceOfColumn } from './block-source.js';
import { mergeColumns, orderPieces } from './merge-columns.js';

const type = { scalar: 'float64' } as const;
const at = (times: readonly number[], values: readonly (number | null)[]) =>
  columnOf(type, Float64Array.from(times), new Uint32Array(times.length), values);

describe('mergeColumns (§8.4)', () => {
  it('puts late values where they belong, behind earlier ones of the same time', () => {
    const merged = mergeColumns([at([1, 3, 5], [1, 3, null]), at([0, 3, 4], [10, 13, 14])]);
    expect(merged).toEqual(at([0, 1, 3, 3, 4, 5], [10, 1, 3, 13, 14, null]));
  });

  it('gives back any column from its parts', () => {
    fc.assert(
      fc.property(columns, fc.integer({ min: 1, max: 50 }), (column, length) => {
        fc.pre(column.timesMs.length > 0);
        expect(mergeColumns(splitColumn(column, length))).toEqual(column);
      }),
    );
  });

  it('refuses columns of several types, and none at all', () => {
    expect(() => mergeColumns([])).toThrow(RangeError);
    const other = columnOf({ scalar: 'bool' }, Float64Array.of(1), new Uint32Array(1), [true]);
    expect(() => mergeColumns([at([1], [1]), other])).toThrow(RangeError);
  });
});

describe('orderPieces', () => {
  const timesOf = (pieces: ReturnType<typeof orderPieces>) => pieces.map((piece) => [...piece.column().timesMs]);

  it('merges what overlaps and leaves the rest as it is', () => {
    const [a, b, late, c] = [at([0, 1], [0, 1]), at([2, 4], [2, 4]), at([3, 5], [3, 5]), at([5, 6], [5, 6])].map(
      pieceOfColumn,
    );
    const ordered = orderPieces([a, b, c, late, pieceOfColumn(at([], []))]);
    expect(timesOf(ordered)).toEqual([
      [0, 1],
      [2, 3, 4, 5],
      [5, 6],
    ]);
    expect(ordered[0]).toBe(a);
    expect(ordered[1].summary).toMatchObject({ count: 4, sum: 14, firstAtMs: 2, lastAtMs: 5 });
    expect(ordered[2]).toBe(c);
  });

  it('puts a late value behind all that were kept at its time', () => {
    const kept = pieceOfColumn(at([0, 1], [0, 1]));
    const late = pieceOfColumn(at([0], [9]));
    const [merged] = orderPieces([kept, late]);
    expect(merged.column().values).toMatchObject({ numbers: Float64Array.of(0, 9, 1) });
  });
});
