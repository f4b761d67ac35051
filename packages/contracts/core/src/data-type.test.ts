import { expect, it } from 'vitest';
import { bigIntegerRanges, integerRanges } from './data-type.js';

it('knows the ends of the integer types, to the last digit (§8.1)', () => {
  expect(integerRanges).toEqual({
    int8: [-128, 127],
    int16: [-32_768, 32_767],
    int32: [-2_147_483_648, 2_147_483_647],
    uint8: [0, 255],
    uint16: [0, 65_535],
    uint32: [0, 4_294_967_295],
  });
  expect(bigIntegerRanges).toEqual({
    int64: [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n],
    uint64: [0n, 18_446_744_073_709_551_615n],
  });
});
