import { isNumericColumn, type DataType, type TagValue } from '@fieldwarden/core';
import type { HistoryColumn } from '@fieldwarden/history-kit';
import { columnsOver, rowBytes, type RowBatch } from '../records/row-batch.js';
import { rowsOfTag, sortByTag, type SortedRows } from './sorted-rows.js';

/** Rows that are sorted together. */
const pieceRows = 65_536;

/** Rows of one generation, in memory until they are in blocks: sorted by tag in pieces, the newest piece as it came. */
export class OpenRows {
  readonly generation: number;
  /** Monotonic. */
  readonly sinceMs: number;
  readonly #pieces: SortedRows[] = [];
  #piece = columnsOver(new ArrayBuffer(rowBytes * pieceRows), pieceRows);
  #objects = new Map<number, TagValue>();
  #inPiece = 0;
  #count = 0;

  constructor(generation: number, sinceMs: number) {
    this.generation = generation;
    this.sinceMs = sinceMs;
  }

  get count(): number {
    return this.#count;
  }

  add(batch: RowBatch): void {
    for (let from = 0; from < batch.count;) {
      const taken = Math.min(batch.count - from, pieceRows - this.#inPiece);
      const to = from + taken;
      this.#piece.tags.set(batch.tags.subarray(from, to), this.#inPiece);
      this.#piece.statuses.set(batch.statuses.subarray(from, to), this.#inPiece);
      this.#piece.timesMs.set(batch.timesMs.subarray(from, to), this.#inPiece);
      this.#piece.values.set(batch.values.subarray(from, to), this.#inPiece);
      for (const [row, object] of batch.objects) {
        if (row >= from && row < to) this.#objects.set(this.#inPiece + row - from, object);
      }
      this.#inPiece += taken;
      this.#count += taken;
      if (this.#inPiece === pieceRows) this.#close();
      from = to;
    }
  }

  /** No row comes any more: all are sorted. */
  freeze(): void {
    if (this.#inPiece > 0) this.#close();
    this.#piece = columnsOver(new ArrayBuffer(0), 0);
  }

  /** Tags that have rows. */
  tagIds(): readonly number[] {
    const ids = new Set<number>();
    for (const { tagIds } of this.#pieces) for (const id of tagIds) ids.add(id);
    for (let i = 0; i < this.#inPiece; i += 1) ids.add(this.#piece.tags[i]);
    return [...ids].sort((a, b) => a - b);
  }

  /** What a tag has, by time; undefined if it has nothing. */
  columnOf(tagId: number, type: DataType): HistoryColumn | undefined {
    const found: Found[] = [];
    for (const piece of this.#pieces) {
      const [from, to] = rowsOfTag(piece, tagId);
      for (let row = from; row < to; row += 1) found.push({ rows: piece.rows, row });
    }
    const present: RowBatch = { ...this.#piece, count: this.#inPiece, objects: this.#objects };
    for (let row = 0; row < this.#inPiece; row += 1) {
      if (this.#piece.tags[row] === tagId) found.push({ rows: present, row });
    }
    return found.length === 0 ? undefined : columnFrom(found, type);
  }

  #close(): void {
    this.#pieces.push(sortByTag({ ...this.#piece, count: this.#inPiece, objects: this.#objects }));
    this.#objects = new Map();
    this.#inPiece = 0;
  }
}

interface Found {
  readonly rows: RowBatch;
  readonly row: number;
}

/** Late values come after those of their time: sorted, those of one time in the order in which they came. */
function columnFrom(found: Found[], type: DataType): HistoryColumn {
  const isOrdered = found.every((one, i) => i === 0 || timeOf(found[i - 1]) <= timeOf(one));
  if (!isOrdered) found.sort((a, b) => timeOf(a) - timeOf(b));
  const timesMs = Float64Array.from(found, timeOf);
  const statuses = Uint32Array.from(found, ({ rows, row }) => rows.statuses[row]);
  if (isNumericColumn(type)) {
    const numbers = Float64Array.from(found, ({ rows, row }) => rows.values[row]);
    return { type, timesMs, statuses, values: { kind: 'numbers', numbers } };
  }
  const objects = found.map(({ rows, row }) => rows.objects.get(row) ?? null);
  return { type, timesMs, statuses, values: { kind: 'objects', objects } };
}

function timeOf({ rows, row }: Found): number {
  return rows.timesMs[row];
}
