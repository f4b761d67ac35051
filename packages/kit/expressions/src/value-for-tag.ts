import { bigIntegerRanges, integerRanges, type ScalarType, type TagValue } from '@fieldwarden/core';
import { roundedHalfAway } from './run/integers.js';

/** A result as a value of a tag of this type; undefined where it does not fit: out of range, of another kind. Floats are rounded for integers. */
export function valueForTag(value: unknown, scalar: ScalarType): TagValue | undefined {
  switch (scalar) {
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'bytes':
      return undefined;
    case 'float32':
      return floatOf(value, (number) => Math.fround(number));
    case 'float64':
    case 'datetime':
      return floatOf(value, (number) => number);
    case 'int64':
    case 'uint64':
      return bigIntegerOf(value, bigIntegerRanges[scalar]!);
    default:
      return integerOf(value, integerRanges[scalar]!);
  }
}

function floatOf(value: unknown, of: (number: number) => number): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const result = of(Number(value));
  return Number.isFinite(result) ? result : undefined;
}

function integerOf(value: unknown, [least, greatest]: readonly [number, number]): number | undefined {
  if (typeof value !== 'number') return undefined;
  const rounded = roundedHalfAway(value);
  return rounded >= least && rounded <= greatest ? rounded + 0 : undefined;
}

function bigIntegerOf(value: unknown, [least, greatest]: readonly [bigint, bigint]): bigint | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  const exact = typeof value === 'bigint' ? value : BigInt(roundedHalfAway(value));
  return exact >= least && exact <= greatest ? exact : undefined;
}
