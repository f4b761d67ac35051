import { statusCodes, type ScalarValue, type ValueColumns } from '@fieldwarden/core';
import type { ElementCodec } from './codec.js';

/** The part that all element codecs share whose decoding is not worth a loop of its own. */
export abstract class GenericCodec implements ElementCodec {
  abstract readonly byteLength: number;
  abstract decode(source: Uint8Array, offset: number): ScalarValue | undefined;
  abstract encode(value: ScalarValue, target: Uint8Array, offset: number): void;
  protected abstract put(into: ValueColumns, row: number, value: ScalarValue, sourceAtMs: number): void;

  decodeColumn(
    source: Uint8Array,
    base: number,
    offsets: Uint32Array,
    rows: Uint32Array,
    into: ValueColumns,
    sourceAtMs: number,
  ): void {
    for (let i = 0; i < rows.length; i++) {
      const value = this.decode(source, base + offsets[i]);
      if (value === undefined) into.setBad(rows[i], statusCodes.BadDecodingError, sourceAtMs);
      else this.put(into, rows[i], value, sourceAtMs);
    }
  }
}

/** Values that live in the number column. */
export abstract class GenericNumberCodec extends GenericCodec {
  protected put(into: ValueColumns, row: number, value: ScalarValue, sourceAtMs: number): void {
    into.setNumber(row, Number(value), sourceAtMs);
  }
}

/** Values that live in the object column. */
export abstract class GenericObjectCodec extends GenericCodec {
  protected put(into: ValueColumns, row: number, value: ScalarValue, sourceAtMs: number): void {
    into.setObject(row, value, sourceAtMs);
  }
}
