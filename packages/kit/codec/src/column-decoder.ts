import type { ValueColumns } from '@fieldwarden/core';
import type { ColumnCodec } from './codec.js';

/** One value in a block: its codec, where its bytes (for bit codecs: bits) begin in the block, and the row it fills. */
export interface ColumnCell {
  readonly codec: ColumnCodec;
  readonly offset: number;
  readonly row: number;
}

interface Group {
  readonly codec: ColumnCodec;
  readonly offsets: Uint32Array;
  readonly rows: Uint32Array;
}

/** Compiled once per block, used at every scan: one tight loop per kind of value, no object per value. */
export class ColumnDecoder {
  readonly #groups: readonly Group[];

  constructor(cells: readonly ColumnCell[]) {
    const byCodec = Map.groupBy(cells, (cell) => cell.codec);
    this.#groups = Array.from(byCodec, ([codec, members]) => ({
      codec,
      offsets: Uint32Array.from(members, (cell) => cell.offset),
      rows: Uint32Array.from(members, (cell) => cell.row),
    }));
  }

  /** `base` is where the block begins in `source`, in bytes. */
  decode(source: Uint8Array, base: number, into: ValueColumns, sourceAtMs: number): void {
    for (const { codec, offsets, rows } of this.#groups) {
      codec.decodeColumn(source, base, offsets, rows, into, sourceAtMs);
    }
  }
}
