import { statusCodes } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import type { HistoryColumn } from '../block/history-column.js';
import { columnOf } from '../testing/columns.js';
import { splitColumn } from '../testing/split-column.js';
import { pieceOfColumn, type BlockSource, type HistoryPiece } from './block-source.js';
import { Timeline, type Cursor } from './timeline.js';

const type = { scalar: 'float64' } as const;
const times = [10, 20, 30, 30, 40, 50, 60];
const column = columnOf(type, Float64Array.from(times), new Uint32Array(7), times.map((_, i) => i)); // prettier-ignore

/** Pieces of two: [10 20] before the range, [30 30] [40 50] in it, [60] after it. */
function timelineOf(whole: HistoryColumn = column) {
  let [unpacked, asked] = [0, 0];
  const pieces = splitColumn(whole, 2).map((part): HistoryPiece => {
    const piece = pieceOfColumn(part);
    const counting = (): HistoryColumn => {
      unpacked += 1;
      return piece.column();
    };
    return { summary: piece.summary, column: counting };
  });
  const empty = pieceOfColumn(columnOf(type, new Float64Array(), new Uint32Array(), []));
  function* given(of: readonly HistoryPiece[]): Generator<HistoryPiece> {
    for (const piece of of) {
      asked += 1;
      yield piece;
    }
  }
  const source: BlockSource = {
    type,
    pieces: [empty, pieces[1], pieces[2]],
    earlier: () => given([empty, pieces[0]]),
    later: () => given([pieces[3]]),
  };
  return { timeline: new Timeline(source), unpacked: () => unpacked, asked: () => asked };
}

function valueAt(timeline: Timeline, cursor: Cursor | undefined): number | undefined {
  return cursor && timeline.point(cursor).number;
}

describe('a timeline', () => {
  it.each([
    [5, undefined, undefined, 0, 0],
    [10, undefined, 0, 1, 0],
    [30, 1, 3, 4, 2],
    [45, 4, 4, 5, 5],
    [60, 5, 6, undefined, 6],
    [99, 6, 6, undefined, undefined],
  ])('knows what is before and after %d', (timeMs, before, upTo, after, from) => {
    const { timeline } = timelineOf();
    expect(valueAt(timeline, timeline.lastBefore(timeMs, false))).toBe(before);
    expect(valueAt(timeline, timeline.lastBefore(timeMs, true))).toBe(upTo);
    expect(valueAt(timeline, timeline.firstAfter(timeMs, false))).toBe(after);
    expect(valueAt(timeline, timeline.firstAfter(timeMs, true))).toBe(from);
    expect(timeline.hasBefore(timeMs, false)).toBe(before !== undefined);
    expect(timeline.hasBefore(timeMs, true)).toBe(upTo !== undefined);
    expect(timeline.hasAfter(timeMs, false)).toBe(after !== undefined);
    expect(timeline.hasAfter(timeMs, true)).toBe(from !== undefined);
  });

  it('goes from value to value, over all pieces and both ways', () => {
    const { timeline } = timelineOf();
    const found: number[] = [];
    for (let at = timeline.next(undefined); at; at = timeline.next(at)) found.push(timeline.point(at).number);
    expect(found).toEqual([0, 1, 2, 3, 4, 5, 6]);
    for (let at = timeline.lastBefore(99, true); at; at = timeline.previous(at)) found.push(timeline.timeOf(at));
    expect(found.slice(7)).toEqual(times.toReversed());
  });

  it('asks for pieces beyond the range only when something is looked for there, and unpacks where it looks', () => {
    const { timeline, unpacked, asked } = timelineOf();
    expect(timeline.hasAfter(45, true)).toBe(true);
    const edge = timeline.lastBefore(59, true)!;
    expect(timeline.roughPoint(edge)).toEqual({ timeMs: 50, status: statusCodes.Good, number: 5, value: 5 });
    expect([unpacked(), asked()]).toEqual([0, 1]);
    timeline.point(edge);
    timeline.point(edge);
    expect([unpacked(), asked()]).toEqual([1, 1]);
    timeline.lastBefore(29, true);
    expect([unpacked(), asked()]).toEqual([1, 3]);
  });

  it('looks at the values of an edge whose head does not say enough', () => {
    const status = statusCodes.UncertainLastUsableValue;
    const uncertain = { ...column, statuses: Uint32Array.from(times, () => status) };
    const { timeline } = timelineOf(uncertain);
    expect(timeline.roughPoint(timeline.lastBefore(60, false)!)).toMatchObject({ status, number: 5 });
  });

  it.each([
    [20, 40, false, ['1-2', 'whole 2']],
    [30, 41, false, ['whole 2', '0-1']],
    [20, 50, true, ['whole 2', 'whole 2']],
    [0, 99, false, ['whole 2', 'whole 2', 'whole 2', 'whole 1']],
    [31, 39, false, []],
  ])('visits what lies between %d and %d, its end included: %s', (fromMs, toMs, isEndIncluded, expected) => {
    const { timeline } = timelineOf();
    const seen: string[] = [];
    timeline.visit(
      { fromMs, toMs, isEndIncluded },
      {
        whole: ({ count }) => seen.push(`whole ${count}`) > 0,
        slice: (_piece, from, to) => seen.push(`${from}-${to}`),
      },
    );
    expect(seen).toEqual(expected);
  });
});
