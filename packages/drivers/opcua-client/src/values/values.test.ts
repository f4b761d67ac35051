import {
  bigIntegerRanges,
  integerRanges,
  statusCodes,
  type DataType,
  type ScalarType,
  type TagValue,
} from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builtIn } from './built-in-types.js';
import { partOfValue } from './part-of-value.js';
import { tagValue, Unfit } from './tag-value.js';
import { shape, type UaVariant } from './ua-value.js';
import { writtenValue } from './written-value.js';

const dataTypes: Readonly<Record<ScalarType, number>> = {
  bool: builtIn.Boolean, int8: builtIn.SByte, uint8: builtIn.Byte, int16: builtIn.Int16, uint16: builtIn.UInt16, int32: builtIn.Int32,
  uint32: builtIn.UInt32, int64: builtIn.Int64, uint64: builtIn.UInt64, float32: builtIn.Float, float64: builtIn.Double,
  string: builtIn.String, bytes: builtIn.ByteString, datetime: builtIn.DateTime,
}; // prettier-ignore

function anyOf(scalar: ScalarType): fc.Arbitrary<boolean | number | bigint | string | Uint8Array> {
  const big = bigIntegerRanges[scalar];
  if (big) return fc.bigInt({ min: big[0], max: big[1] });
  const range = integerRanges[scalar];
  if (range) return fc.integer({ min: range[0], max: range[1] });
  if (scalar === 'bool') return fc.boolean();
  if (scalar === 'string') return fc.string();
  if (scalar === 'bytes') return fc.uint8Array();
  if (scalar === 'datetime') return fc.integer({ min: -8.64e15, max: 8.64e15 });
  return scalar === 'float32' ? fc.float() : fc.double();
}

const typed = fc.constantFrom(...(Object.keys(dataTypes) as ScalarType[])).chain((scalar) =>
  fc.oneof(
    anyOf(scalar).map((value): { type: DataType; value: TagValue } => ({ type: { scalar }, value })),
    fc
      .array(anyOf(scalar), { minLength: 1, maxLength: 4 })
      .map((value): { type: DataType; value: TagValue } => ({ type: { scalar, arrayLength: value.length }, value })),
  ),
);

test('what is written in the node’s own type reads as it was, for every type, scalar and array', () => {
  fc.assert(
    fc.property(typed, ({ type, value }) => {
      const node = { dataType: dataTypes[type.scalar], isArray: type.arrayLength !== undefined, dimensions: undefined };
      expect(tagValue(writtenValue(value, node), type)).toEqual(value);
    }),
  );
});

describe('a value of another type', () => {
  const scalar = (dataType: number, value: unknown): UaVariant => ({ dataType, arrayType: shape.scalar, value });

  test.each<[UaVariant, ScalarType, TagValue]>([
    [scalar(builtIn.Double, 7), 'int16', 7],
    [scalar(builtIn.UInt64, [0, 5]), 'int32', 5],
    [scalar(builtIn.Int64, [0xffff_ffff, 0xffff_ffff]), 'int32', -1],
    [scalar(builtIn.Int64, [0x20_0000, 1]), 'string', '9007199254740993'],
    [scalar(builtIn.Int32, 1), 'bool', true],
    [scalar(builtIn.DateTime, new Date(0)), 'string', '1970-01-01T00:00:00.000Z'],
    [scalar(builtIn.LocalizedText, { locale: 'de', text: 'Füller' }), 'string', 'Füller'],
    [scalar(builtIn.String, null), 'string', ''],
    [scalar(builtIn.StatusCode, { value: 0x8034_0000 }), 'uint32', 0x8034_0000],
  ])('is taken where nothing of it is lost: %j as %s', (variant, type, expected) => {
    expect(tagValue(variant, { scalar: type })).toEqual(expected);
  });

  test.each<[UaVariant, ScalarType, number]>([
    [scalar(builtIn.Double, 7.5), 'int16', statusCodes.BadTypeMismatch],
    [scalar(builtIn.Int32, 40_000), 'int16', statusCodes.BadOutOfRange],
    [scalar(builtIn.Double, 1e300), 'float32', statusCodes.BadOutOfRange],
    [scalar(builtIn.Int64, [0x8000_0000, 0]), 'uint64', statusCodes.BadOutOfRange],
    [scalar(builtIn.String, '5'), 'int32', statusCodes.BadTypeMismatch],
    [scalar(builtIn.ByteString, Buffer.of(1)), 'string', statusCodes.BadTypeMismatch],
    [scalar(builtIn.Null, null), 'int32', statusCodes.BadNoData],
    [{ dataType: builtIn.Int32, arrayType: shape.array, value: [1] }, 'int32', statusCodes.BadTypeMismatch],
  ])('is refused where it would be another: %j as %s', (variant, type, status) => {
    expect(tagValue(variant, { scalar: type })).toEqual(new Unfit(status));
  });

  test('is not written where it would be another', () => {
    const node = (dataType: number) => ({ dataType, isArray: false, dimensions: undefined });
    expect(() => writtenValue(1.5, node(builtIn.Int32))).toThrow(/whole number/);
    expect(() => writtenValue(300, node(builtIn.Byte))).toThrow(/takes 0 to 255/);
    expect(() => writtenValue(2n ** 53n + 1n, node(builtIn.Double))).toThrow(/more digits/);
    expect(() => writtenValue('x', node(builtIn.Double))).toThrow(/is a number/);
    expect(() => writtenValue([1, 2], node(builtIn.Double))).toThrow(/no array/);
    expect(() => writtenValue([1, 2], { dataType: builtIn.Double, isArray: true, dimensions: [2, 2] })).toThrow(
      /matrix of 2 × 2/,
    );
  });
});

test('an element of a matrix is found row by row, and none beyond it', () => {
  const grid: UaVariant = {
    dataType: builtIn.Double,
    arrayType: shape.matrix,
    value: [1, 2, 3, 4, 5, 6],
    dimensions: [2, 3],
  };
  const at = (...index: number[]) => partOfValue(grid, [{ index }])?.value;
  expect([at(0, 0), at(0, 2), at(1, 0), at(1, 2)]).toEqual([1, 3, 4, 6]);
  expect([at(2, 0), at(0, 3), at(1)]).toEqual([undefined, undefined, undefined]);
});
