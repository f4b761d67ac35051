import { statusCodes, type TagValue } from '@fieldwarden/core';
import type { BlockSummary } from '../block/block-summary.js';
import type { BlockSource, HistoryPiece } from './block-source.js';
import { countUpTo, unpack, type UnpackedPiece } from './unpacked-piece.js';

/** Which value of which piece. Pieces before those of the source's range have negative numbers. */
export interface Cursor {
  readonly piece: number;
  readonly row: number;
}

/** One value, as bounds are made of it. */
export interface HistoryPoint {
  readonly timeMs: number;
  readonly status: number;
  /** NaN: it is no number. */
  readonly number: number;
  /** The number itself for types of the number column. Null: none. */
  readonly value: TagValue | null;
}

/** Any stretch of time; which of its ends belongs to it is said by whoever reads it. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  /** True: `toMs` belongs to it and `fromMs` does not, as in intervals that run backwards (10000-13, 5.4.2.2). */
  readonly isEndIncluded?: boolean | undefined;
}

/** What meets the values of a stretch, in order of time. */
export interface StretchVisitor {
  /** A piece that lies in the stretch whole, by its head. True: that was enough; else it comes as a slice. */
  whole(summary: BlockSummary, unpacked: () => UnpackedPiece): boolean;
  /** Rows `from` to `to` (not included) of a piece. */
  slice(piece: UnpackedPiece, from: number, to: number): void;
}

/**
 * All Good, all numbers, none of them NaN: what is drawn or summed over such a piece follows from its head. A head says no more of
 * statuses than their severity.
 */
export function isPlain({ goodCount, count, sum, heldIntegral, slopedIntegral }: BlockSummary): boolean {
  return (
    goodCount === count && Number.isFinite(sum) && Number.isFinite(heldIntegral) && Number.isFinite(slopedIntegral)
  );
}

/** The values of a source in order of time, unpacked only where they are looked at. Of what was unpacked, the last two pieces are kept. */
export class Timeline {
  readonly source: BlockSource;
  private readonly forward: HistoryPiece[];
  private readonly backward: HistoryPiece[] = [];
  private earlier: Iterator<HistoryPiece> | undefined;
  private later: Iterator<HistoryPiece> | undefined;
  private kept: { readonly piece: number; readonly unpacked: UnpackedPiece }[] = [];

  constructor(source: BlockSource) {
    this.source = source;
    this.forward = source.pieces.filter(({ summary }) => summary.count > 0);
    this.earlier = source.earlier()[Symbol.iterator]();
    this.later = source.later()[Symbol.iterator]();
  }

  /** Undefined: before the first or after the last piece of all. */
  piece(index: number): HistoryPiece | undefined {
    while (index >= this.forward.length && this.later) this.later = pull(this.later, this.forward);
    while (index < -this.backward.length && this.earlier) this.earlier = pull(this.earlier, this.backward);
    return index >= 0 ? this.forward[index] : this.backward[-1 - index];
  }

  unpacked(index: number): UnpackedPiece {
    const found = this.kept.find(({ piece }) => piece === index);
    if (found) return found.unpacked;
    const unpacked = unpack(this.piece(index)!.column());
    this.kept = [{ piece: index, unpacked }, ...this.kept.slice(0, 1)];
    return unpacked;
  }

  /** Whether there is a value before `timeMs`, or at it. Heads say it. */
  hasBefore(timeMs: number, isIncluded: boolean): boolean {
    return this.piece(this.pieceBefore(timeMs, isIncluded)) !== undefined;
  }

  /** Whether there is one after `timeMs`, or at it. Heads say it. */
  hasAfter(timeMs: number, isIncluded: boolean): boolean {
    const index = this.pieceBefore(timeMs, !isIncluded);
    const lastAtMs = this.piece(index)?.summary.lastAtMs ?? -Infinity;
    return (isIncluded ? lastAtMs >= timeMs : lastAtMs > timeMs) || this.piece(index + 1) !== undefined;
  }

  /** The last value before `timeMs`, or at it. Unpacks where a piece lies on both sides of it. */
  lastBefore(timeMs: number, isIncluded: boolean): Cursor | undefined {
    const index = this.pieceBefore(timeMs, isIncluded);
    const piece = this.piece(index);
    if (!piece) return undefined;
    const { lastAtMs, count } = piece.summary;
    const isOver = isIncluded ? lastAtMs <= timeMs : lastAtMs < timeMs;
    const rows = isOver ? count : countUpTo(this.unpacked(index).timesMs, timeMs, isIncluded);
    return { piece: index, row: rows - 1 };
  }

  /** The first value after `timeMs`, or at it. */
  firstAfter(timeMs: number, isIncluded: boolean): Cursor | undefined {
    return this.next(this.lastBefore(timeMs, !isIncluded));
  }

  /** Undefined: the first of all, or none. */
  next(cursor: Cursor | undefined): Cursor | undefined {
    if (!cursor) {
      let index = 0;
      while (this.piece(index - 1)) index -= 1;
      return this.piece(index) && { piece: index, row: 0 };
    }
    const { piece, row } = cursor;
    if (row + 1 < this.piece(piece)!.summary.count) return { piece, row: row + 1 };
    return this.piece(piece + 1) && { piece: piece + 1, row: 0 };
  }

  previous({ piece, row }: Cursor): Cursor | undefined {
    if (row > 0) return { piece, row: row - 1 };
    const before = this.piece(piece - 1);
    return before && { piece: piece - 1, row: before.summary.count - 1 };
  }

  timeOf(cursor: Cursor): number {
    const { summary } = this.piece(cursor.piece)!;
    if (cursor.row === 0) return summary.firstAtMs;
    if (cursor.row === summary.count - 1) return summary.lastAtMs;
    return this.unpacked(cursor.piece).timesMs[cursor.row];
  }

  point({ piece, row }: Cursor): HistoryPoint {
    const { timesMs, statuses, numbers, objects } = this.unpacked(piece);
    const number = numbers[row];
    const value = objects ? objects[row] : Number.isNaN(number) ? null : number;
    return { timeMs: timesMs[row], status: statuses[row], number, value };
  }

  /** The same; from a head where that is enough: a Good status is then Good without any further bits. */
  roughPoint(cursor: Cursor): HistoryPoint {
    const { summary } = this.piece(cursor.piece)!;
    const isAtEdge = cursor.row === 0 || cursor.row === summary.count - 1;
    if (!isAtEdge || !isPlain(summary) || this.kept.some(({ piece }) => piece === cursor.piece))
      return this.point(cursor);
    const isFirst = cursor.row === 0;
    const number = isFirst ? summary.first : summary.last;
    const timeMs = isFirst ? summary.firstAtMs : summary.lastAtMs;
    return { timeMs, status: statusCodes.Good, number, value: number };
  }

  /** Walks over the values of a stretch, until `isEnough` after a piece. */
  visit({ fromMs, toMs, isEndIncluded = false }: Stretch, visitor: StretchVisitor, isEnough = never): void {
    const start = this.firstAfter(fromMs, !isEndIncluded);
    if (!start) return;
    const isInside = (timeMs: number): boolean => (isEndIncluded ? timeMs <= toMs : timeMs < toMs);
    let { row } = start;
    for (let index = start.piece; ; index += 1, row = 0) {
      const piece = this.piece(index);
      if (!piece || !isInside(piece.summary.firstAtMs) || isEnough()) return;
      const isWhole = row === 0 && isInside(piece.summary.lastAtMs);
      if (isWhole && visitor.whole(piece.summary, () => this.unpacked(index))) continue;
      const unpacked = this.unpacked(index);
      const end = isInside(piece.summary.lastAtMs)
        ? piece.summary.count
        : countUpTo(unpacked.timesMs, toMs, isEndIncluded);
      if (end > row) visitor.slice(unpacked, row, end);
    }
  }

  /** The last one that begins before `timeMs`, or at it. */
  private pieceBefore(timeMs: number, isIncluded: boolean): number {
    const begins = ({ summary: { firstAtMs } }: HistoryPiece): boolean =>
      isIncluded ? firstAtMs <= timeMs : firstAtMs < timeMs;
    let index = this.lastOf(begins);
    if (index === this.forward.length - 1) while (this.begins(index + 1, begins)) index += 1;
    if (index < 0) while (this.piece(index) && !this.begins(index, begins)) index -= 1;
    return index;
  }

  private begins(index: number, begins: (piece: HistoryPiece) => boolean): boolean {
    const piece = this.piece(index);
    return piece !== undefined && begins(piece);
  }

  /** Among those at hand; −1: before them all. */
  private lastOf(begins: (piece: HistoryPiece) => boolean): number {
    let low = 0;
    let high = this.forward.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (begins(this.forward[middle])) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function never(): boolean {
  return false;
}

/** The next piece that has values; undefined when there is none. */
function pull(from: Iterator<HistoryPiece>, into: HistoryPiece[]): Iterator<HistoryPiece> | undefined {
  for (;;) {
    const next = from.next();
    if (next.done === true) return undefined;
    if (next.value.summary.count === 0) continue;
    into.push(next.value);
    return from;
  }
}
