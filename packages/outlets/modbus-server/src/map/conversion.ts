import {
  bigIntegerRanges,
  integerRanges,
  type DataType,
  type ScalarType,
  type ScalarValue,
  type TagValue,
} from '@fieldwarden/core';

/** Elements of a tag ⇄ elements of its row. Undefined means that the value does not fit: it is refused, never bent. */
export interface Conversion {
  /** For reads. A number for a whole type is rounded to the nearest. */
  toRow(element: ScalarValue): ScalarValue | undefined;
  /** For writes. A whole type takes whole numbers only. */
  toTag(element: ScalarValue): ScalarValue | undefined;
}

/** Undefined when a row of one type can't show a tag of the other. */
export function conversionBetween(tag: DataType, row: DataType): Conversion | undefined {
  if (tag.arrayLength !== row.arrayLength) return undefined;
  if (tag.scalar === row.scalar) return same;
  if (!isNumber(tag.scalar) || !isNumber(row.scalar)) return undefined;
  return {
    toRow: (element) => fit(element, row.scalar, Math.round),
    toTag: (element) => fit(element, tag.scalar, (value) => value),
  };
}

/** The elements of a value, in their order; undefined when there are not as many as the type says. */
export function elementsOf(value: TagValue, { arrayLength }: DataType): readonly ScalarValue[] | undefined {
  if (arrayLength === undefined) return Array.isArray(value) ? undefined : [value as ScalarValue];
  return Array.isArray(value) && value.length === arrayLength ? (value as readonly ScalarValue[]) : undefined;
}

const same: Conversion = { toRow: (element) => element, toTag: (element) => element };

/** bool counts as 0 and 1. Times and texts are no numbers. */
function isNumber(scalar: ScalarType): boolean {
  return scalar !== 'string' && scalar !== 'bytes' && scalar !== 'datetime';
}

function fit(element: ScalarValue, scalar: ScalarType, round: (value: number) => number): ScalarValue | undefined {
  const value = typeof element === 'boolean' ? Number(element) : element;
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  if (scalar === 'bool') return fitBoolean(value);
  if (scalar === 'int64' || scalar === 'uint64') return fitBigInteger(value, scalar, round);
  if (scalar === 'float32' || scalar === 'float64') return fitFloat(value, scalar);
  return fitInteger(value, scalar, round);
}

function fitBoolean(value: number | bigint): boolean | undefined {
  const number = Number(value);
  return number === 0 || number === 1 ? number === 1 : undefined;
}

function fitInteger(value: number | bigint, scalar: ScalarType, round: (value: number) => number): number | undefined {
  const [min, max] = integerRanges[scalar]!;
  const whole = round(Number(value));
  // Adding 0 makes 0 of -0.
  return Number.isInteger(whole) && whole >= min && whole <= max ? whole + 0 : undefined;
}

function fitBigInteger(
  value: number | bigint,
  scalar: 'int64' | 'uint64',
  round: (value: number) => number,
): bigint | undefined {
  const whole = typeof value === 'bigint' ? value : round(value);
  if (typeof whole === 'number' && !Number.isInteger(whole)) return undefined;
  const big = BigInt(whole);
  const [min, max] = bigIntegerRanges[scalar]!;
  return big >= min && big <= max ? big : undefined;
}

/** Who asks for a float gets the nearest one; only what would turn infinite does not fit. */
function fitFloat(value: number | bigint, scalar: 'float32' | 'float64'): number | undefined {
  const number = Number(value);
  if (scalar === 'float64') return number;
  return Number.isFinite(number) && !Number.isFinite(Math.fround(number)) ? undefined : Math.fround(number);
}
