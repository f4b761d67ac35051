import type { TagValue } from '@fieldwarden/core';
import type { Finding } from './finding.js';

/** Whether the value is one of these, as `discreteValues` gives them. */
export function judgeDiscrete(value: TagValue, values: ReadonlySet<TagValue>): Finding {
  return values.has(value) ? 'active' : 'normal';
}

/** As a tag of this kind has them: 64-bit integers as bigint, true and false also where they are written as 1 and 0. */
export function discreteValues(values: readonly (number | string | boolean)[]): ReadonlySet<TagValue> {
  const set = new Set<TagValue>();
  for (const value of values) {
    set.add(value);
    if (typeof value === 'number' && Number.isInteger(value)) set.add(BigInt(value));
    if (value === 0 || value === 1) set.add(value === 1);
    if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) set.add(BigInt(value));
  }
  return set;
}

/** Bit 0 is the least significant; negative numbers count as two's complement. */
export function judgeBit(value: number | bigint, bit: number, on: boolean): Finding {
  const isSet = typeof value === 'bigint' ? ((value >> BigInt(bit)) & 1n) === 1n : isBitSet(value, bit);
  return isSet === on ? 'active' : 'normal';
}

function isBitSet(value: number, bit: number): boolean {
  // Whole numbers up to 2^53: the 32-bit operators of the language are not enough.
  return bit < 31 ? ((value >> bit) & 1) === 1 : Math.floor(value / 2 ** bit) % 2 !== 0;
}
