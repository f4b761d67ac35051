import { fromJsonValue, toJsonValue, type DataType } from '@fieldwarden/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writtenValue } from './written-value.js';

test.each([
  ['12.5', '12.5'],
  ['true', 'true'],
  ['hello world', 'hello world'],
  ['"12"', '12'],
  ['[1, 2.5, -3]', [1, 2.5, -3]],
  ['["a", "b"]', ['a', 'b']],
  ['[1, 2', '[1, 2'],
  ['"open', '"open'],
  ['', ''],
  ['{"a":1}', '{"a":1}'],
  ['[9223372036854775807, 1]', ['9223372036854775807', 1]],
])('takes %j as %j', (text, expected) => {
  expect(writtenValue(text)).toEqual(expected);
});

test.each<[text: string, type: DataType, value: unknown]>([
  ['true', { scalar: 'bool' }, true],
  ['0', { scalar: 'bool' }, false],
  ['-12', { scalar: 'int16' }, -12],
  ['12.5', { scalar: 'float32' }, 12.5],
  ['NaN', { scalar: 'float64' }, Number.NaN],
  ['18446744073709551615', { scalar: 'uint64' }, 18446744073709551615n],
  ['007', { scalar: 'string' }, '007'],
  ['2030-01-01T00:00:00Z', { scalar: 'datetime' }, Date.UTC(2030, 0, 1)],
  ['[9223372036854775807]', { scalar: 'int64', arrayLength: 1 }, [9223372036854775807n]],
  ['[true, false]', { scalar: 'bool', arrayLength: 2 }, [true, false]],
])('%j is what the gateway needs for %o', (text, type, value) => {
  expect(fromJsonValue(writtenValue(text), type)).toEqual(value);
});

test('every array that is read can be written back as it was shown', () => {
  const property = fc.property(
    fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1 }),
    (values) => {
      const shown = JSON.stringify(toJsonValue(values, 'int64'));
      expect(fromJsonValue(writtenValue(shown), { scalar: 'int64', arrayLength: values.length })).toEqual(values);
    },
  );
  fc.assert(property);
});
