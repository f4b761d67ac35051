import { statusCodes, ValueColumns } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitArrayCodec, bitCodec, wordBitPosition } from './bit-codecs.js';
import { ColumnDecoder } from './column-decoder.js';
import { valueCodec } from './value-codec.js';

describe('ColumnDecoder', () => {
  it('fills every row from its own place, whatever the mixture of kinds', () => {
    const block = Buffer.alloc(3 + 12);
    block.writeUInt16BE(0xbeef, 3);
    block.writeFloatBE(1.5, 5);
    block.writeInt16BE(-2, 9);
    block.writeUInt16BE(7, 11);
    const columns = new ValueColumns(5);
    new ColumnDecoder([
      { codec: valueCodec({ scalar: 'int16' }), offset: 6, row: 4 },
      { codec: valueCodec({ scalar: 'float32' }), offset: 2, row: 0 },
      { codec: valueCodec({ scalar: 'uint16' }), offset: 0, row: 3 },
      { codec: valueCodec({ scalar: 'uint16' }), offset: 8, row: 1 },
      { codec: bitCodec, offset: wordBitPosition(0, 15, 'AB'), row: 2 },
    ]).decode(block, 3, columns, 9);
    expect([...columns.values]).toEqual([1.5, 7, 1, 0xbeef, -2]);
    expect([...columns.statuses]).toEqual(Array(5).fill(statusCodes.Good));
    expect([...columns.sourceTimes]).toEqual(Array(5).fill(9));
  });

  it('finds the bits of a word in both byte orders', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), fc.nat(15), fc.boolean(), (word, bit, swapped) => {
        const bytes = Buffer.alloc(2);
        if (swapped) bytes.writeUInt16LE(word);
        else bytes.writeUInt16BE(word);
        const columns = new ValueColumns(1);
        const offset = wordBitPosition(0, bit, swapped ? 'BA' : 'AB');
        new ColumnDecoder([{ codec: bitCodec, offset, row: 0 }]).decode(bytes, 0, columns, 0);
        expect(columns.values[0]).toBe((word >> bit) & 1);
      }),
    );
  });

  it('reads bit arrays as booleans, least significant bit first', () => {
    const codec = new BitArrayCodec(Uint32Array.of(0, 1, 2, 3));
    const columns = new ValueColumns(1);
    new ColumnDecoder([{ codec, offset: 2, row: 0 }]).decode(Uint8Array.of(0b0001_0100), 0, columns, 0);
    expect(columns.objects?.get(0)).toEqual([true, false, true, false]);
  });
});
