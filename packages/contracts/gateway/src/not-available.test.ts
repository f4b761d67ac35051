import { statusName, type ScalarType, type TagValue } from '@fieldwarden/core';
import { expect, it } from 'vitest';
import { NotAvailable, type WrittenValue } from './not-available.js';

const statusOf = (written: readonly WrittenValue[], scalar: ScalarType, value: TagValue): string | undefined => {
  const status = new NotAvailable(written, { scalar }).statusOf(value);
  return status === undefined ? undefined : statusName(status);
};

it.each<[WrittenValue, ScalarType, TagValue, TagValue]>([
  [32767, 'int16', 32767, 32766],
  [-32768, 'int16', -32768, 0],
  [0xffff, 'uint16', 65535, 0],
  ['0xFFFF', 'uint16', 65535, 0],
  ['NaN', 'float32', NaN, 0],
  [-999.9, 'float32', Math.fround(-999.9), -999],
  [0, 'float64', -0, 1],
  ['9223372036854775807', 'int64', 2n ** 63n - 1n, 1n],
  ['0x8000000000000000', 'uint64', 2n ** 63n, 1n],
  [-1, 'int64', -1n, 1n],
  ['----', 'string', '----', '---'],
  ['', 'string', '', ' '],
  ['1970-01-01T00:00:00Z', 'datetime', 0, 1],
])('%s of an %s is none, its neighbour is a value', (written, scalar, none, value) => {
  expect(statusOf([written], scalar, none)).toBe('BadSensorFailure');
  expect(statusOf([written], scalar, value)).toBeUndefined();
});

it('any value of a list is none', () => {
  expect([32767, -32768, 1].map((value) => statusOf([32767, -32768], 'int16', value))).toEqual([
    'BadSensorFailure',
    'BadSensorFailure',
    undefined,
  ]);
});

it('an array without some of its elements is below normal, one without any is none', () => {
  expect(statusOf([0xffff], 'uint16', [1, 2])).toBeUndefined();
  expect(statusOf([0xffff], 'uint16', [1, 65535])).toBe('UncertainSubNormal');
  expect(statusOf([0xffff], 'uint16', [65535, 65535])).toBe('BadSensorFailure');
});

it('is refused for a value that the type does not have', () => {
  expect(() => new NotAvailable([0xffff], { scalar: 'int16' })).toThrow('65535 does not fit int16');
  expect(() => new NotAvailable(['----'], { scalar: 'float32' })).toThrow('"----" is not a number');
});
