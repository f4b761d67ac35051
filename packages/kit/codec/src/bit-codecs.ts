import type { ValueColumns } from '@fieldwarden/core';
import type { Order16 } from './byte-order.js';
import type { ColumnCodec } from './codec.js';

/** Where a bit stands: 8 × byte + bit in the byte, bit 0 the least significant. Modbus packs coils in this order. */
export const bitCodec: ColumnCodec = {
  decodeColumn(source, base, offsets, rows, into, sourceAtMs) {
    for (let i = 0; i < rows.length; i++) {
      into.setNumber(rows[i], readBit(source, base, offsets[i]), sourceAtMs);
    }
  },
};

/** An array of bits; element i stands at bit `offset + positions[i]`. */
export class BitArrayCodec implements ColumnCodec {
  readonly #positions: Uint32Array;

  constructor(positions: Uint32Array) {
    this.#positions = positions;
  }

  decodeColumn(
    source: Uint8Array,
    base: number,
    offsets: Uint32Array,
    rows: Uint32Array,
    into: ValueColumns,
    sourceAtMs: number,
  ): void {
    for (let i = 0; i < rows.length; i++) {
      const value = Array.from(this.#positions, (position) => readBit(source, base, offsets[i] + position) === 1);
      into.setObject(rows[i], value, sourceAtMs);
    }
  }
}

/** Position of bit `bit` (0 = least significant) of word `word` in a block of 16-bit words. */
export function wordBitPosition(word: number, bit: number, order: Order16): number {
  const byteInWord = bit < 8 === (order === 'AB') ? 1 : 0;
  return 8 * (2 * word + byteInWord) + (bit & 7);
}

export function readBit(source: Uint8Array, base: number, position: number): 0 | 1 {
  return ((source[base + (position >>> 3)] >> (position & 7)) & 1) as 0 | 1;
}
