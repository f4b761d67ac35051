import { bigIntegerRanges, GatewayError, integerRanges, type ScalarType, type ScalarValue } from '@fieldwarden/core';

export function requireNumber(value: ScalarValue, scalar: ScalarType): number {
  if (typeof value === 'number') return value;
  throw mismatch(value, scalar);
}

export function requireInteger(value: ScalarValue, scalar: ScalarType): number {
  const [min, max] = integerRanges[scalar]!;
  return requireWhole(value, scalar, min, max);
}

export function requireWhole(value: ScalarValue, what: string, min: number, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw mismatch(value, what);
  if (value < min || value > max) throw outOfRange(value, what);
  return value;
}

export function requireBigInteger(value: ScalarValue, scalar: 'int64' | 'uint64'): bigint {
  if (typeof value !== 'bigint') throw mismatch(value, scalar);
  const [min, max] = bigIntegerRanges[scalar]!;
  if (value < min || value > max) throw outOfRange(value, scalar);
  return value;
}

export function requireBoolean(value: ScalarValue): boolean {
  if (typeof value === 'boolean') return value;
  throw mismatch(value, 'bool');
}

export function mismatch(value: unknown, what: string): GatewayError {
  return new GatewayError({
    code: 'VALUE_TYPE_MISMATCH',
    kind: 'config',
    message: `${String(value)} is not of type ${what}`,
  });
}

export function outOfRange(value: unknown, what: string): GatewayError {
  return new GatewayError({
    code: 'VALUE_OUT_OF_RANGE',
    kind: 'config',
    message: `${String(value)} does not fit ${what}`,
  });
}
