import type { DataType, TagValue } from '@fieldwarden/core';
import type { HistoryColumn } from '@fieldwarden/history-kit';
import { columnsOver, rowBytes, type RowBatch } from '../records/row-batch.js';
import { ColumnBuilder } from './column-builder.js';
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
    const column = new ColumnBuilder(type);
    for (const piece of this.#pieces) column.addRange(piece.rows, ...rowsOfTag(piece, tagId));
    const present: RowBatch = { ...this.#piece, count: this.#inPiece, objects: this.#objects };
    for (let row = 0; row < this.#inPiece; row += 1) {
      if (this.#piece.tags[row] === tagId) column.addRange(present, row, row + 1);
    }
    return column.finish();
  }

  #close(): void {
    this.#pieces.push(sortByTag({ ...this.#piece, count: this.#inPiece, objects: this.#objects }));
    this.#objects = new Map();
    this.#inPiece = 0;
  }
}
