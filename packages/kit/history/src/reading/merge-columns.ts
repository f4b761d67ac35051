import { isNumericColumn, type TagValue } from '@fieldwarden/core';
import { summaryOf } from '../block/block-summary.js';
import type { HistoryColumn, HistoryValues } from '../block/history-column.js';
import type { HistoryPiece } from './block-source.js';

/**
 * Columns of one type as one, in order of time. At equal times the values of an earlier column in the list come first: list what
 * arrived late after what it came too late for. Throws a RangeError for an empty list and for columns of several types.
 */
export function mergeColumns(columns: readonly HistoryColumn[]): HistoryColumn {
  if (columns.length === 0) throw new RangeError('there is nothing to merge');
  const { type } = columns[0];
  if (columns.some((column) => column.type.scalar !== type.scalar || column.type.arrayLength !== type.arrayLength))
    throw new RangeError('columns of several types do not merge');
  if (columns.length === 1) return columns[0];
  const rows = columns.flatMap((column, at) => Array.from(column.timesMs, (timeMs, row) => ({ timeMs, at, row })));
  rows.sort((a, b) => a.timeMs - b.timeMs || a.at - b.at || a.row - b.row);
  const { length } = rows;
  const timesMs = new Float64Array(length);
  const statuses = new Uint32Array(length);
  for (const [i, { timeMs, at, row }] of rows.entries()) {
    timesMs[i] = timeMs;
    statuses[i] = columns[at].statuses[row];
  }
  const values = isNumericColumn(type) ? mergeNumbers(columns, rows) : mergeObjects(columns, rows);
  return { type, timesMs, statuses, values };
}

interface RowOfColumn {
  readonly at: number;
  readonly row: number;
}

function mergeNumbers(columns: readonly HistoryColumn[], rows: readonly RowOfColumn[]): HistoryValues {
  const numbers = new Float64Array(rows.length);
  const absent = new Uint8Array(rows.length);
  for (const [i, { at, row }] of rows.entries()) {
    const { values } = columns[at];
    if (values.kind !== 'numbers') continue;
    numbers[i] = values.numbers[row];
    absent[i] = values.absent?.[row] ?? 0;
  }
  return { kind: 'numbers', numbers, absent: absent.includes(1) ? absent : undefined };
}

function mergeObjects(columns: readonly HistoryColumn[], rows: readonly RowOfColumn[]): HistoryValues {
  const objects = rows.map(({ at, row }): TagValue | null => {
    const { values } = columns[at];
    return values.kind === 'objects' ? values.objects[row] : null;
  });
  return { kind: 'objects', objects };
}

/**
 * Pieces in order of time, those that overlap merged into one. List late ones after those they came too late for: order of equal times.
 * What overlaps is unpacked here and now; all else stays as it is.
 */
export function orderPieces(pieces: readonly HistoryPiece[]): readonly HistoryPiece[] {
  const sorted = pieces
    .map((piece, at) => ({ piece, at }))
    .filter(({ piece }) => piece.summary.count > 0)
    .sort((a, b) => a.piece.summary.firstAtMs - b.piece.summary.firstAtMs || a.at - b.at);
  const ordered: HistoryPiece[] = [];
  let group: typeof sorted = [];
  let endsAtMs = -Infinity;
  const close = (): void => {
    if (group.length === 1) ordered.push(group[0].piece);
    else if (group.length > 1) ordered.push(mergedPiece(group.sort((a, b) => a.at - b.at).map(({ piece }) => piece)));
    group = [];
  };
  for (const one of sorted) {
    if (one.piece.summary.firstAtMs >= endsAtMs) close();
    group.push(one);
    endsAtMs = Math.max(endsAtMs, one.piece.summary.lastAtMs);
  }
  close();
  return ordered;
}

function mergedPiece(pieces: readonly HistoryPiece[]): HistoryPiece {
  const column = mergeColumns(pieces.map((piece) => piece.column()));
  return { summary: summaryOf(column), column: () => column };
}
