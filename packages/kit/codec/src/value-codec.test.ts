import {
  bigIntegerRanges,
  integerRanges,
  isGatewayError,
  isNumericColumn,
  scalarTypes,
  statusCodes,
  ValueColumns,
  type DataType,
  type ScalarType,
  type ScalarValue,
  type TagValue,
} from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { order64Of, orders16, orders32, orders64, type ByteOrders } from './byte-order.js';
import { textLayouts } from './text-codecs.js';
import { valueCodec, type Encoding } from './value-codec.js';

const textLength = 7;

const anyOrders: fc.Arbitrary<ByteOrders> = fc.record({
  order16: fc.constantFrom(...orders16),
  order32: fc.constantFrom(...orders32),
  order64: fc.constantFrom(...orders64),
});

const anyEncoding: fc.Arbitrary<Encoding> = fc.record({
  orders: anyOrders,
  int8Width: fc.constantFrom(1, 2),
  textLength: fc.constant(textLength),
  textLayout: fc.constantFrom(...textLayouts),
  datetime: fc.constantFrom('unix-seconds', 'unix-milliseconds'),
});

function anyScalar(scalar: ScalarType): fc.Arbitrary<ScalarValue> {
  const range = integerRanges[scalar];
  if (range) return fc.integer({ min: range[0], max: range[1] });
  const bigRange = bigIntegerRanges[scalar];
  if (bigRange) return fc.bigInt(bigRange[0], bigRange[1]);
  switch (scalar) {
    case 'bool':
      return fc.boolean();
    case 'float32':
      return fc.float();
    case 'float64':
      return fc.double();
    case 'datetime':
      return fc.integer({ min: 0, max: 0xffff_ffff }).map((seconds) => seconds * 1000);
    case 'bytes':
      return fc.uint8Array({ minLength: textLength, maxLength: textLength });
    default:
      return fc
        .array(fc.integer({ min: 1, max: 0xff }), { maxLength: textLength })
        .map((codes) => String.fromCharCode(...codes));
  }
}

const anyTyped = fc
  .record({ scalar: fc.constantFrom(...scalarTypes), arrayLength: fc.option(fc.integer({ min: 1, max: 5 })) })
  .chain(({ scalar, arrayLength }) => {
    const type: DataType = arrayLength === null ? { scalar } : { scalar, arrayLength };
    const one = anyScalar(scalar);
    const value: fc.Arbitrary<TagValue> =
      arrayLength === null ? one : fc.array(one, { minLength: arrayLength, maxLength: arrayLength });
    return fc.record({ type: fc.constant(type), value });
  });

describe('valueCodec', () => {
  it('returns what it wrote, for every type in every order, at every offset', () => {
    fc.assert(
      fc.property(anyTyped, anyEncoding, fc.nat(3), ({ type, value }, encoding, offset) => {
        const codec = valueCodec(type, encoding);
        const bytes = new Uint8Array(offset + codec.byteLength);
        codec.encode(value, bytes, offset);
        expect(codec.decode(bytes, offset)).toEqual(value);
      }),
      { numRuns: 3000 },
    );
  });

  it('decodes columns to the same values as one by one', () => {
    fc.assert(
      fc.property(anyTyped, anyEncoding, fc.nat(9), ({ type, value }, encoding, row) => {
        const codec = valueCodec(type, encoding);
        const bytes = new Uint8Array(5 + codec.byteLength);
        codec.encode(value, bytes, 5);
        const columns = new ValueColumns(10);
        columns.fillBad(statusCodes.BadNoData, 0);
        codec.decodeColumn(bytes, 2, Uint32Array.of(3), Uint32Array.of(row), columns, 42);
        expect(columns.statuses[row]).toBe(statusCodes.Good);
        expect(columns.sourceTimes[row]).toBe(42);
        if (isNumericColumn(type)) expect(columns.values[row]).toEqual(Number(value as ScalarValue));
        else expect(columns.objects?.get(row)).toEqual(value);
        expect([...columns.statuses].filter((status) => status === statusCodes.Good)).toHaveLength(1);
      }),
      { numRuns: 2000 },
    );
  });

  it('touches no byte outside its own', () => {
    fc.assert(
      fc.property(anyTyped, anyEncoding, ({ type, value }, encoding) => {
        const codec = valueCodec(type, encoding);
        const bytes = new Uint8Array(codec.byteLength + 8).fill(0xa5);
        codec.encode(value, bytes, 4);
        expect([...bytes.subarray(0, 4), ...bytes.subarray(4 + codec.byteLength)]).toEqual(Array(8).fill(0xa5));
      }),
    );
  });

  it.each([
    ['ABCD', [0x12, 0x34, 0x56, 0x78]],
    ['CDAB', [0x56, 0x78, 0x12, 0x34]],
    ['BADC', [0x34, 0x12, 0x78, 0x56]],
    ['DCBA', [0x78, 0x56, 0x34, 0x12]],
  ] as const)('lays 0x12345678 out as %s', (order32, expected) => {
    const bytes = new Uint8Array(4);
    const orders: ByteOrders = { order16: 'AB', order32, order64: order64Of(order32) };
    valueCodec({ scalar: 'uint32' }, { orders }).encode(0x12345678, bytes, 0);
    expect([...bytes]).toEqual(expected);
  });

  it.each([
    ['ABCDEFGH', '1122334455667788'],
    ['GHEFCDAB', '7788556633441122'],
    ['BADCFEHG', '2211443366558877'],
    ['HGFEDCBA', '8877665544332211'],
    ['CDABGHEF', '3344112277885566'],
    ['EFGHABCD', '5566778811223344'],
  ] as const)('lays 0x1122334455667788 out as %s', (order64, expected) => {
    const bytes = Buffer.alloc(8);
    const orders: ByteOrders = { order16: 'AB', order32: 'ABCD', order64 };
    valueCodec({ scalar: 'uint64' }, { orders }).encode(0x1122334455667788n, bytes, 0);
    expect(bytes.toString('hex')).toBe(expected);
  });

  it.each([
    ['ABCD', 'ABCDEFGH'],
    ['CDAB', 'GHEFCDAB'],
    ['BADC', 'BADCFEHG'],
    ['DCBA', 'HGFEDCBA'],
  ] as const)('carries the habit of %s over to 64 bits as %s', (order32, order64) => {
    expect(order64Of(order32)).toBe(order64);
  });

  it.each([
    ['H', '5061756c'],
    ['L', '61506c75'],
    ['H1', '500061007500' + '6c00'],
    ['L1', '00500061' + '0075006c'],
  ] as const)('lays the text "Paul" out as %s', (textLayout, expected) => {
    const codec = valueCodec({ scalar: 'string' }, { textLength: 4, textLayout });
    const bytes = Buffer.alloc(codec.byteLength);
    codec.encode('Paul', bytes, 0);
    expect(bytes.toString('hex')).toBe(expected);
  });

  it('ends a string at the first NUL', () => {
    const codec = valueCodec({ scalar: 'string' }, { textLength: 6 });
    expect(codec.decode(Buffer.from('ab\0cd\0'), 0)).toBe('ab');
  });

  it.each([
    ['nul', '4142430000000000', 'ABC'],
    ['space', '4142432020202020', 'ABC'],
    ['space', '4142200043202020', 'AB'],
    ['ff', '414243ffffffffff', 'ABC'],
    ['ff', '414243ff00414141', 'ABC'],
    ['ff', '41ff43ffffffffff', 'A\xffC'],
    ['ff', 'ffffffffffffffff', ''],
    ['ff', '4142434445464748', 'ABCDEFGH'],
  ] as const)('reads a text that is padded with %s without it: %s', (textPadding, bytes, expected) => {
    expect(valueCodec({ scalar: 'string' }, { textLength: 8, textPadding }).decode(Buffer.from(bytes, 'hex'), 0)).toBe(
      expected,
    );
  });

  it.each([
    ['nul', 'H', '41420000'],
    ['space', 'H', '41422020'],
    ['ff', 'L', '4241ffff'],
    ['ff', 'L1', '0041004200ff00ff'],
  ] as const)('writes a text with its padding %s in the layout %s', (textPadding, textLayout, expected) => {
    const codec = valueCodec({ scalar: 'string' }, { textLength: 4, textLayout, textPadding });
    const bytes = Buffer.alloc(codec.byteLength, 0x55);
    codec.encode('AB', bytes, 0);
    expect(bytes.toString('hex')).toBe(expected);
  });

  it.each([
    ['space', 'AB '],
    ['ff', 'AB\xff'],
  ] as const)('refuses a text that would lose its end as padding: %s', (textPadding, text) => {
    const codec = valueCodec({ scalar: 'string' }, { textLength: 4, textPadding });
    expect(() => codec.encode(text, Buffer.alloc(4), 0)).toThrow(/does not end with .* pads texts in this device/);
  });

  it('reads and writes binary coded decimals, and takes a digit above 9 for what it is', () => {
    const codec = valueCodec({ scalar: 'uint32' }, { bcd: true });
    const bytes = Buffer.alloc(4);
    codec.encode(12345678, bytes, 0);
    expect(bytes.toString('hex')).toBe('12345678');
    const columns = new ValueColumns(1);
    codec.decodeColumn(Buffer.from('1234567a', 'hex'), 0, Uint32Array.of(0), Uint32Array.of(0), columns, 1);
    expect(columns.statuses[0]).toBe(statusCodes.BadDecodingError);
  });

  it.each<[DataType, Encoding, TagValue]>([
    [{ scalar: 'uint16' }, {}, 65536],
    [{ scalar: 'uint16' }, {}, 1.5],
    [{ scalar: 'int8' }, {}, 200],
    [{ scalar: 'uint16' }, { bcd: true }, 10000],
    [{ scalar: 'int64' }, {}, 5],
    [{ scalar: 'int64' }, {}, 2n ** 63n],
    [{ scalar: 'int64' }, {}, -(2n ** 63n) - 1n],
    [{ scalar: 'uint64' }, {}, -1n],
    [{ scalar: 'uint64' }, {}, 2n ** 64n],
    [{ scalar: 'bool' }, {}, 1],
    [{ scalar: 'string' }, { textLength: 3 }, 'four'],
    [{ scalar: 'string' }, { textLength: 3 }, '€'],
    [{ scalar: 'bytes' }, { textLength: 3 }, new Uint8Array(2)],
    [{ scalar: 'datetime' }, {}, -1000],
    [{ scalar: 'int16', arrayLength: 2 }, {}, [1, 2, 3]],
    [{ scalar: 'int16', arrayLength: 2 }, {}, 1],
    [{ scalar: 'int16' }, {}, [1]],
  ])('refuses a value that does not fit: %o %o %o', (type, encoding, value) => {
    const codec = valueCodec(type, encoding);
    const error = thrownBy(() => codec.encode(value, new Uint8Array(16), 0));
    expect(isGatewayError(error) && error.kind).toBe('config');
  });

  it.each<[ScalarType, bigint, string]>([
    ['int64', -9_223_372_036_854_775_808n, '8000000000000000'],
    ['int64', 9_223_372_036_854_775_807n, '7fffffffffffffff'],
    ['uint64', 0n, '0000000000000000'],
    ['uint64', 18_446_744_073_709_551_615n, 'ffffffffffffffff'],
  ])('takes the ends of the range of %s: %d', (scalar, value, hex) => {
    const bytes = Buffer.alloc(8);
    valueCodec({ scalar }, {}).encode(value, bytes, 0);
    expect(bytes.toString('hex')).toBe(hex);
  });

  it('gives one codec for one kind, so that a block has few groups', () => {
    expect(valueCodec({ scalar: 'float32' })).toBe(valueCodec({ scalar: 'float32' }));
  });
});

function thrownBy(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
