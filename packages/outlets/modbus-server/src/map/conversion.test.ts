import { parseDataType, type ScalarValue } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conversionBetween } from './conversion.js';

const between = (tag: string, row: string) => conversionBetween(parseDataType(tag)!, parseDataType(row)!);

describe('conversions of a tag to its row', () => {
  it.each<[string, string, ScalarValue, ScalarValue | undefined]>([
    ['float64', 'float32', 1.5, 1.5],
    ['float64', 'float32', 1e39, undefined],
    ['float64', 'float32', Infinity, Infinity],
    ['float64', 'int16', 1.5, 2],
    ['float64', 'int16', -0.4, 0],
    ['float64', 'int16', 32_767.4, 32_767],
    ['float64', 'int16', 32_768, undefined],
    ['float64', 'int16', NaN, undefined],
    ['float64', 'int64', 2.4, 2n],
    ['float64', 'uint64', -1, undefined],
    ['int64', 'int32', -5n, -5],
    ['int64', 'int32', 2n ** 31n, undefined],
    ['uint64', 'float64', 2n ** 64n - 1n, 2 ** 64],
    ['bool', 'uint16', true, 1],
    ['uint16', 'bool', 1, true],
    ['uint16', 'bool', 2, undefined],
    ['int16', 'uint16', -1, undefined],
  ])('%s as %s: %s is shown as %s', (tag, row, value, shown) => {
    expect(between(tag, row)!.toRow(value)).toEqual(shown);
  });

  it.each<[string, string, ScalarValue, ScalarValue | undefined]>([
    ['int16', 'float32', 2, 2],
    ['int16', 'float32', 1.5, undefined],
    ['int16', 'int32', 40_000, undefined],
    ['int64', 'float64', 3, 3n],
    ['int64', 'float64', 3.5, undefined],
    ['uint64', 'int64', -1n, undefined],
    ['bool', 'uint16', 1, true],
    ['bool', 'uint16', 7, undefined],
    ['float64', 'int16', -3, -3],
    ['float32', 'float64', 1e39, undefined],
  ])('%s as %s: %s is written as %s', (tag, row, value, written) => {
    expect(between(tag, row)!.toTag(value)).toEqual(written);
  });

  it.each([
    ['string', 'uint16'],
    ['uint16', 'string'],
    ['datetime', 'uint32'],
    ['string', 'bytes'],
    ['float32', 'float32[2]'],
    ['float32[3]', 'float32[2]'],
  ])('there is none between %s and %s', (tag, row) => {
    expect(between(tag, row)).toBeUndefined();
  });

  it('gives back what it has shown exactly', () => {
    const wide = between('int32', 'float64')!;
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (value) => {
        expect(wide.toTag(wide.toRow(value)!)).toBe(value + 0);
      }),
    );
  });
});
