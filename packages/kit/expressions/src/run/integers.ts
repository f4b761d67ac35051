/**
 * Integers of the language are exact over 64 bits. One is a number while it is a safe integer, else a bigint: `canonical`. Comparisons and
 * `===` work on this form as they are.
 */
export type Integer = number | bigint;

const least = -(2n ** 63n);
const greatest = 2n ** 64n - 1n;

export function canonicalInteger(value: bigint): Integer {
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : value;
}

/** Of int64 or uint64, whichever holds it; undefined for one that neither does. */
function within64(value: bigint): Integer | undefined {
  return value < least || value > greatest ? undefined : canonicalInteger(value);
}

/** Undefined where the result has more than 64 bits. */
export type IntegerOperation = (a: Integer, b: Integer) => Integer | undefined;

const exact =
  (ofBig: (a: bigint, b: bigint) => bigint): IntegerOperation =>
  (a, b) =>
    within64(ofBig(BigInt(a), BigInt(b)));

const addBig = exact((a, b) => a + b);
const subtractBig = exact((a, b) => a - b);
const multiplyBig = exact((a, b) => a * b);
const divideBig = exact((a, b) => a / b);
const remainderBig = exact((a, b) => a % b);

export const add: IntegerOperation = (a, b) => {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return addBig(a, b);
};

export const subtract: IntegerOperation = (a, b) => {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return subtractBig(a, b);
};

export const multiply: IntegerOperation = (a, b) => {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product === 0 ? 0 : product;
  }
  return multiplyBig(a, b);
};

/** Towards zero, as IEC 61131-3 divides. Undefined for a divisor of zero. */
export const divide: IntegerOperation = (a, b) => {
  if (b === 0) return undefined;
  if (typeof a === 'number' && typeof b === 'number') {
    const quotient = Math.trunc(a / b);
    // The quotient of two safe integers may be rounded up to the next one.
    if (quotient * b === a || Math.abs(a) < 2 ** 51) return quotient === 0 ? 0 : quotient;
  }
  return divideBig(a, b);
};

/** With the sign of the dividend (IEC 61131-3 MOD). Undefined for a divisor of zero. */
export const remainder: IntegerOperation = (a, b) => {
  if (b === 0) return undefined;
  if (typeof a === 'number' && typeof b === 'number') {
    const rest = a % b;
    return rest === 0 ? 0 : rest;
  }
  return remainderBig(a, b);
};

const isWord = (a: Integer, b: Integer): a is number => (a as number) >>> 0 === a && (b as number) >>> 0 === b;

const andBig = exact((a, b) => a & b);
const orBig = exact((a, b) => a | b);
const exclusiveOrBig = exact((a, b) => a ^ b);

const isNumbers = (a: Integer, b: Integer): boolean => typeof a === 'number' && typeof b === 'number' && isWord(a, b);

export const bitAnd: IntegerOperation = (a, b) =>
  isNumbers(a, b) ? ((a as number) & (b as number)) >>> 0 : andBig(a, b);

export const bitOr: IntegerOperation = (a, b) =>
  isNumbers(a, b) ? ((a as number) | (b as number)) >>> 0 : orBig(a, b);

export const bitExclusiveOr: IntegerOperation = (a, b) =>
  isNumbers(a, b) ? ((a as number) ^ (b as number)) >>> 0 : exclusiveOrBig(a, b);

/** By 0 to 63 bits; undefined for another distance, and where bits would be lost. */
export const shiftLeft: IntegerOperation = (a, b) => {
  if (b < 0 || b > 63) return undefined;
  return within64(BigInt(a) << BigInt(b));
};

/** Keeps the sign. By 0 to 63 bits; undefined for another distance. */
export const shiftRight: IntegerOperation = (a, b) => {
  if (b < 0 || b > 63) return undefined;
  return within64(BigInt(a) >> BigInt(b));
};

/** All 64 bits turned, as of an int64: `~0` is −1. */
export function complement(a: Integer): Integer {
  return typeof a === 'number' ? -a - 1 : canonicalInteger(BigInt.asIntN(64, ~a));
}

/** Halves go away from zero, as people round. */
export const roundedHalfAway = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));

/** The integer that a float stands for after rounding; undefined beyond 64 bits. */
export function integerOf(float: number): Integer | undefined {
  if (Number.isSafeInteger(float)) return float === 0 ? 0 : float;
  return Number.isFinite(float) ? within64(BigInt(float)) : undefined;
}
