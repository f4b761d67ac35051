import type { DataType, ScalarType } from '@fieldwarden/core';

/**
 * Types of the language. `int` is exact over 64 bits, `float` a float64, `time` milliseconds since 1970 UTC, `duration` milliseconds; `any`
 * is known only when it is evaluated (ports of flows).
 */
export type ExpressionType = 'bool' | 'int' | 'float' | 'string' | 'time' | 'duration' | 'any';

/** The language's type of a tag's values; undefined for arrays and bytes, which it does not compute with. */
export function expressionTypeOf({ scalar, arrayLength }: DataType): ExpressionType | undefined {
  return arrayLength === undefined ? ofScalar[scalar] : undefined;
}

const ofScalar: Readonly<Record<ScalarType, ExpressionType | undefined>> = {
  bool: 'bool',
  int8: 'int',
  int16: 'int',
  int32: 'int',
  int64: 'int',
  uint8: 'int',
  uint16: 'int',
  uint32: 'int',
  uint64: 'int',
  float32: 'float',
  float64: 'float',
  string: 'string',
  datetime: 'time',
  bytes: undefined,
};

/** What a tag that holds results of this type has as data type; `any` has none. */
export const scalarOf: Readonly<Record<ExpressionType, ScalarType | undefined>> = {
  bool: 'bool',
  int: 'int64',
  float: 'float64',
  string: 'string',
  time: 'datetime',
  duration: 'float64',
  any: undefined,
};

export const isNumber = (type: ExpressionType): boolean => type === 'int' || type === 'float';
