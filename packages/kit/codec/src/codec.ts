import type { ScalarValue, TagValue, ValueColumns } from '@fieldwarden/core';

/** Decodes many values of one kind out of one block of bytes, straight into columns. */
export interface ColumnCodec {
  /**
   * Row `rows[i]` of `into` is set from the bytes at `base + offsets[i]` (for bit codecs: from bit `offsets[i]` after byte
   * `base`). Rows whose bytes are no value of the type get `BadDecodingError`. The caller guarantees that the bytes are there.
   */
  decodeColumn(
    source: Uint8Array,
    base: number,
    offsets: Uint32Array,
    rows: Uint32Array,
    into: ValueColumns,
    sourceAtMs: number,
  ): void;
}

/** One element (not an array) ⇄ its bytes. */
export interface ElementCodec extends ColumnCodec {
  readonly byteLength: number;
  /** Undefined when the bytes are no value of the type (a BCD digit above 9). */
  decode(source: Uint8Array, offset: number): ScalarValue | undefined;
  /** Throws kind `config`, code `VALUE_TYPE_MISMATCH` or `VALUE_OUT_OF_RANGE`; the target is then unchanged or meaningless. */
  encode(value: ScalarValue, target: Uint8Array, offset: number): void;
}

/** A whole tag value, scalar or array, ⇄ its bytes. */
export interface ValueCodec extends ColumnCodec {
  readonly byteLength: number;
  decode(source: Uint8Array, offset: number): TagValue | undefined;
  /** Throws as `ElementCodec.encode`; also when an array has the wrong length. */
  encode(value: TagValue, target: Uint8Array, offset: number): void;
}
