/** Digits as people and devices write them. No blanks, no hexadecimal, nothing empty: `Number` takes all of these for numbers. */
const withPoint = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const withComma = /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d{1,3})?$/;
const wholeNumber = /^[+-]?\d+$/;

const nonFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  nan: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** Undefined for what is no number. */
export function numberOfText(text: string, decimalComma: boolean): number | undefined {
  const trimmed = text.trim();
  if (Object.hasOwn(nonFinite, trimmed)) return nonFinite[trimmed];
  if (decimalComma) return withComma.test(trimmed) ? Number(trimmed.replace(',', '.')) : undefined;
  return withPoint.test(trimmed) ? Number(trimmed) : undefined;
}

/** Whole numbers with all their digits. */
export function bigintOfText(text: string): bigint | undefined {
  const trimmed = text.trim();
  return wholeNumber.test(trimmed) ? BigInt(trimmed.replace('+', '')) : undefined;
}
