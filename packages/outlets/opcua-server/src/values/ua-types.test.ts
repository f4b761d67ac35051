import {
  bigIntegerRanges,
  integerRanges,
  scalarTypes,
  type DataType,
  type ScalarType,
  type TagValue,
} from '@fieldwarden/core';
import fc from 'fast-check';
import { DataType as UaDataType, Variant, VariantArrayType } from 'node-opcua';
import { describe, expect, test } from 'vitest';
import { fromVariant, toVariant, uaDataTypes } from './ua-types.js';

function scalarOf(scalar: ScalarType): fc.Arbitrary<boolean | number | bigint | string | Uint8Array> {
  const big = bigIntegerRanges[scalar];
  if (big) return fc.bigInt({ min: big[0], max: big[1] });
  const range = integerRanges[scalar];
  if (range) return fc.integer({ min: range[0], max: range[1] });
  if (scalar === 'bool') return fc.boolean();
  if (scalar === 'string') return fc.string();
  if (scalar === 'bytes') return fc.uint8Array();
  if (scalar === 'datetime')
    return fc.date({ min: new Date('1700-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }).map(Number);
  return scalar === 'float32' ? fc.float() : fc.double();
}

const typedValue: fc.Arbitrary<{ type: DataType; value: TagValue }> = fc.constantFrom(...scalarTypes).chain((scalar) =>
  fc.oneof(
    scalarOf(scalar).map((value) => ({ type: { scalar }, value })),
    fc
      .array(scalarOf(scalar), { minLength: 1, maxLength: 5 })
      .map((value) => ({ type: { scalar, arrayLength: value.length }, value })),
  ),
);

describe('values as Variants', () => {
  test('come back as they went, for every type and for arrays', () => {
    fc.assert(
      fc.property(typedValue, ({ type, value }) => {
        const variant = toVariant(value, type);
        expect(variant.dataType).toBe(uaDataTypes[type.scalar]);
        expect(fromVariant(variant, type)).toEqual(value);
      }),
    );
  });

  test('are refused when they are of another type', () => {
    fc.assert(
      fc.property(typedValue, fc.constantFrom(...scalarTypes), ({ type, value }, other) => {
        fc.pre(other !== type.scalar && !(isBytes(other) && isBytes(type.scalar)));
        expect(fromVariant(toVariant(value, type), { ...type, scalar: other })).toBeUndefined();
      }),
    );
  });

  test('are refused when scalar and array, or lengths, do not fit', () => {
    const three = toVariant([1, 2, 3], { scalar: 'int16', arrayLength: 3 });
    expect(fromVariant(three, { scalar: 'int16', arrayLength: 2 })).toBeUndefined();
    expect(fromVariant(three, { scalar: 'int16' })).toBeUndefined();
    expect(fromVariant(toVariant(1, { scalar: 'int16' }), { scalar: 'int16', arrayLength: 1 })).toBeUndefined();
  });

  test('take a ByteString for an array of Byte and the other way round', () => {
    const bytes = new Variant({ dataType: UaDataType.ByteString, value: Buffer.from([1, 2]) });
    expect(fromVariant(bytes, { scalar: 'uint8', arrayLength: 2 })).toEqual([1, 2]);
    expect(fromVariant(bytes, { scalar: 'uint8', arrayLength: 3 })).toBeUndefined();
    const array = new Variant({ dataType: UaDataType.Byte, arrayType: VariantArrayType.Array, value: [1, 2] });
    expect(fromVariant(array, { scalar: 'bytes' })).toEqual(Uint8Array.of(1, 2));
  });

  test('never share memory with the value they came from', () => {
    const value = Uint8Array.of(1, 2);
    const variant = toVariant(value, { scalar: 'bytes' });
    value[0] = 9;
    expect(variant.value).toEqual(Buffer.from([1, 2]));
  });

  const isBytes = (scalar: ScalarType): boolean => scalar === 'uint8' || scalar === 'bytes';
});
