import { statusCodes } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, columns } from '../testing/columns.js';
import { splitColumn } from '../testing/split-column.js';
import { pieceOfColumn, type BlockSource } from './block-source.js';
import { rawPage, startOfRawPage, type RawRequest } from './raw-page.js';

const type = { scalar: 'float64' } as const;

/** 10000-11, table 1: values at 5:00, 5:02, 5:03, 5:05 and 5:06; times in minutes. */
const source = sourceOf([0, 2, 3, 5, 6], 2);

function sourceOf(minutes: readonly number[], length: number): BlockSource {
  const column = columnOf(
    type,
    Float64Array.from(minutes),
    new Uint32Array(minutes.length),
    minutes.map((_, i) => i),
  );
  const [first, ...rest] = splitColumn(column, length).map(pieceOfColumn);
  return { type, pieces: rest, earlier: () => [first], later: () => [] };
}

function read(request: Omit<RawRequest, 'limit'> & { readonly limit?: number }, from = source): string[] {
  const pages: string[] = [];
  let cursor: string | undefined;
  do {
    const page = rawPage(from, { limit: 100, ...request, cursor });
    pages.push(Array.from(page.timesMs, (timeMs, row) => textOf(timeMs, page.statuses[row])).join(' '));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return pages;
}

function textOf(timeMs: number, status: number): string {
  return `${timeMs}${status === statusCodes.BadBoundNotFound ? '?' : ''}`;
}

describe('rawPage (§8.4)', () => {
  it.each([
    [0, 5, false, '0 2 3'],
    [0, 5, true, '0 2 3 5'],
    [1, 4, true, '0 2 3 5'],
    [1, 4, false, '2 3'],
    [5, 0, true, '5 3 2 0'],
    [4, 1, true, '5 3 2 0'],
    [5, 0, false, '5 3 2'],
    [-1, 5, true, '-1? 0 2 3 5'],
    [5, 9, true, '5 6 9?'],
    [9, -1, true, '9? 6 5 3 2 0 -1?'],
    [7, 8, true, '6 8?'],
    [-3, -2, true, '-3? 0'],
    [8, 7, true, '8? 6'],
  ])('gives %d to %d, bounds %s', (fromMs, toMs, bounds, expected) => {
    expect(read({ fromMs, toMs, bounds })).toEqual([expected]);
  });

  it.each([
    [0, 7, 2, false, ['0 2', '3 5', '6']],
    [0, 7, 5, false, ['0 2 3 5 6']],
    [1, 6, 2, true, ['0 2', '3 5', '6']],
    [-1, 9, 3, true, ['-1? 0 2', '3 5 6', '9?']],
    [6, -1, 3, false, ['6 5 3', '2 0']],
  ])('goes on from %d to %d by %d, bounds %s', (fromMs, toMs, limit, bounds, expected) => {
    expect(read({ fromMs, toMs, limit, bounds })).toEqual(expected);
  });

  it('pages through any values of any times, each once, both ways', () => {
    fc.assert(
      fc.property(
        columns,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        (column, limit, length, isReverse) => {
          const { timesMs } = column;
          const from: BlockSource = {
            type: column.type,
            pieces: splitColumn(column, length).map(pieceOfColumn),
            earlier: () => [],
            later: () => [],
          };
          const range = { fromMs: -1e300, toMs: 1e300 };
          const request = isReverse ? { fromMs: range.toMs, toMs: range.fromMs } : range;
          const pages = read({ ...request, limit, bounds: false }, from);
          const expected = Array.from(timesMs, (timeMs, row) => textOf(timeMs, column.statuses[row]));
          if (isReverse) expected.reverse();
          expect(pages.join(' ').split(' ').filter(Boolean)).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives several values of one time in their order, across pages', () => {
    const same = sourceOf([1, 1, 1, 1, 2], 3);
    const values = (request: Omit<RawRequest, 'limit' | 'bounds'>): number[] => {
      const found: number[] = [];
      let cursor: string | undefined;
      do {
        const page = rawPage(same, { ...request, limit: 2, bounds: false, cursor });
        found.push(...(page.values as Float64Array));
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return found;
    };
    expect(values({ fromMs: 0, toMs: 3 })).toEqual([0, 1, 2, 3, 4]);
    expect(values({ fromMs: 3, toMs: 0 })).toEqual([4, 3, 2, 1, 0]);
  });

  it('tells from where the store has to look for a page, and refuses what is no cursor', () => {
    const request = { fromMs: 0, toMs: 7, limit: 2, bounds: true } as const;
    expect(startOfRawPage(request)).toBe(0);
    const { next } = rawPage(source, request);
    expect(next).toBe('3:0');
    expect(startOfRawPage({ ...request, cursor: '3:0' })).toBe(3);
    expect(startOfRawPage({ ...request, cursor: 'end' })).toBe(7);
    const invalid = expect.objectContaining({ code: 'HISTORY_CURSOR_INVALID' }) as Error;
    for (const cursor of ['', 'x', '3', '3:-1', 'NaN:0'])
      expect(() => rawPage(source, { ...request, cursor })).toThrow(invalid);
  });
});
