import { bigIntegerRanges, integerRanges, type DataType, type ScalarValue } from '@fieldwarden/core';

/** A wave's number as an element of a tag's type: integers are rounded and stop at the type's limits; bool is "above `offset`". */
export function typedNumber(value: number, scalar: DataType['scalar'], offset: number): ScalarValue {
  if (scalar === 'bool') return value > offset;
  if (scalar === 'float32') return Math.fround(value);
  const bigRange = bigIntegerRanges[scalar];
  if (bigRange) return clampBig(BigInt(Math.round(value)), bigRange);
  const range = integerRanges[scalar];
  return range ? Math.min(range[1], Math.max(range[0], Math.round(value))) : value;
}

function clampBig(value: bigint, [min, max]: readonly [bigint, bigint]): bigint {
  if (value < min) return min;
  return value > max ? max : value;
}
