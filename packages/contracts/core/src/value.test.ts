import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataType } from './data-type.js';
import { formatDataType, parseDataType, scalarTypes } from './data-type.js';
import { isGatewayError } from './errors.js';
import { fromJsonValue, toJsonValue, type TagValue } from './value.js';

const valueOf: Readonly<Record<(typeof scalarTypes)[number], fc.Arbitrary<TagValue>>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -0x80, max: 0x7f }),
  int16: fc.integer({ min: -0x8000, max: 0x7fff }),
  int32: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  int64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  uint8: fc.integer({ min: 0, max: 0xff }),
  uint16: fc.integer({ min: 0, max: 0xffff }),
  uint32: fc.integer({ min: 0, max: 0xffff_ffff }),
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  float32: fc.float(),
  float64: fc.double(),
  string: fc.string(),
  bytes: fc.uint8Array(),
  datetime: fc.integer({ min: -8.64e15, max: 8.64e15 }),
};

function throughJson(value: TagValue, type: DataType): TagValue {
  return fromJsonValue(JSON.parse(JSON.stringify(toJsonValue(value, type.scalar))), type);
}

describe('the JSON form of values', () => {
  it.each(scalarTypes)('brings every %s back as it was', (scalar) => {
    fc.assert(
      fc.property(valueOf[scalar], (value) => {
        fc.pre(!Object.is(value, -0)); // JSON has one zero
        expect(throughJson(value, { scalar })).toEqual(value);
      }),
    );
  });

  it('brings arrays back element by element', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 1 }), (value) => {
        expect(throughJson(value, { scalar: 'uint64', arrayLength: value.length })).toEqual(value);
      }),
    );
  });

  it.each([
    ['abc', { scalar: 'int16' }, 'VALUE_TYPE_MISMATCH'],
    ['', { scalar: 'float32' }, 'VALUE_TYPE_MISMATCH'],
    [true, { scalar: 'float64' }, 'VALUE_TYPE_MISMATCH'],
    [null, { scalar: 'float64' }, 'VALUE_TYPE_MISMATCH'],
    [1.5, { scalar: 'int32' }, 'VALUE_TYPE_MISMATCH'],
    [32_768, { scalar: 'int16' }, 'VALUE_OUT_OF_RANGE'],
    [-1, { scalar: 'uint32' }, 'VALUE_OUT_OF_RANGE'],
    ['18446744073709551616', { scalar: 'uint64' }, 'VALUE_OUT_OF_RANGE'],
    [2 ** 53, { scalar: 'int64' }, 'VALUE_OUT_OF_RANGE'],
    [-(2 ** 53), { scalar: 'int64' }, 'VALUE_OUT_OF_RANGE'],
    [[1, 2 ** 60], { scalar: 'uint64', arrayLength: 2 }, 'VALUE_OUT_OF_RANGE'],
    [1e39, { scalar: 'float32' }, 'VALUE_OUT_OF_RANGE'],
    ['-1e39', { scalar: 'float32' }, 'VALUE_OUT_OF_RANGE'],
    [JSON.parse('1e309'), { scalar: 'float64' }, 'VALUE_OUT_OF_RANGE'],
    ['1e309', { scalar: 'float64' }, 'VALUE_OUT_OF_RANGE'],
    ['NaN', { scalar: 'int16' }, 'VALUE_TYPE_MISMATCH'],
    ['Infinity', { scalar: 'uint64' }, 'VALUE_TYPE_MISMATCH'],
    [9e15, { scalar: 'datetime' }, 'VALUE_OUT_OF_RANGE'],
    ['5', { scalar: 'datetime' }, 'VALUE_TYPE_MISMATCH'],
    [2, { scalar: 'bool' }, 'VALUE_TYPE_MISMATCH'],
    [7, { scalar: 'string' }, 'VALUE_TYPE_MISMATCH'],
    ['not base64!', { scalar: 'bytes' }, 'VALUE_TYPE_MISMATCH'],
    ['yesterday', { scalar: 'datetime' }, 'VALUE_TYPE_MISMATCH'],
    [[1, 2], { scalar: 'int16', arrayLength: 3 }, 'VALUE_TYPE_MISMATCH'],
    [1, { scalar: 'int16', arrayLength: 1 }, 'VALUE_TYPE_MISMATCH'],
  ] as [unknown, DataType, string][])('refuses %j as %o', (json, type, code) => {
    let thrown: unknown;
    try {
      fromJsonValue(json, type);
    } catch (error) {
      thrown = error;
    }
    expect(isGatewayError(thrown) && thrown.code).toBe(code);
  });

  it.each<[text: string, type: DataType, value: TagValue]>([
    ['true', { scalar: 'bool' }, true],
    ['0', { scalar: 'bool' }, false],
    ['-12', { scalar: 'int16' }, -12],
    ['12.5', { scalar: 'float32' }, 12.5],
    ['NaN', { scalar: 'float64' }, Number.NaN],
    ['-Infinity', { scalar: 'float32' }, -Infinity],
    ['18446744073709551615', { scalar: 'uint64' }, 18_446_744_073_709_551_615n],
    ['', { scalar: 'string' }, ''],
    ['007', { scalar: 'string' }, '007'],
    ['"12"', { scalar: 'string' }, '"12"'],
    ['[1, 2]', { scalar: 'string' }, '[1, 2]'],
    ['2030-01-01T00:00:00Z', { scalar: 'datetime' }, Date.UTC(2030, 0, 1)],
    ['[1, 2.5, -3]', { scalar: 'float32', arrayLength: 3 }, [1, 2.5, -3]],
    ['["a", "\\"b\\""]', { scalar: 'string', arrayLength: 2 }, ['a', '"b"']],
    ['[true, false]', { scalar: 'bool', arrayLength: 2 }, [true, false]],
    ['[9223372036854775807, 1]', { scalar: 'int64', arrayLength: 2 }, [9_223_372_036_854_775_807n, 1n]],
  ])('takes the text %j that somebody typed as %o', (text, type, value) => {
    expect(fromJsonValue(text, type)).toEqual(value);
  });

  it.each(['[1, 2', '1, 2', '{"0":1,"1":2,"length":2}', '"ab"', '[1]', ''])(
    'refuses %j as an array of two numbers',
    (text) => expect(() => fromJsonValue(text, { scalar: 'int16', arrayLength: 2 })).toThrow(/not an array of 2 int16/),
  );

  it('takes every array back as it was shown', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1 }), (values) => {
        const shown = JSON.stringify(toJsonValue(values, 'int64'));
        expect(fromJsonValue(shown, { scalar: 'int64', arrayLength: values.length })).toEqual(values);
      }),
    );
  });

  it('takes every integer of a double exactly, and refuses those that JSON rounds, which a text can hold', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const read = (): TagValue => fromJsonValue(JSON.parse(String(value)), { scalar: 'int64' });
        if (Number.isSafeInteger(Number(value))) expect(read()).toBe(value);
        else expect(read).toThrow(/as a text, in quotes/);
        expect(fromJsonValue(String(value), { scalar: 'int64' })).toBe(value);
      }),
    );
  });

  it('never throws anything but a GatewayError, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(...scalarTypes),
        fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
        (json, scalar, arrayLength) => {
          try {
            fromJsonValue(json, { scalar, arrayLength });
          } catch (error) {
            expect(isGatewayError(error)).toBe(true);
          }
        },
      ),
    );
  });
});

describe('parseDataType', () => {
  it('reads back what formatDataType writes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...scalarTypes),
        fc.option(fc.integer({ min: 1, max: 99_999 }), { nil: undefined }),
        (scalar, arrayLength) => {
          const type: DataType = arrayLength === undefined ? { scalar } : { scalar, arrayLength };
          expect(parseDataType(formatDataType(type))).toEqual(type);
        },
      ),
    );
  });

  it.each(['float', 'float32[]', 'float32[0]', 'float32[-1]', 'Float32', '', 'int16[2][2]'])('refuses %j', (text) => {
    expect(parseDataType(text)).toBeUndefined();
  });
});
