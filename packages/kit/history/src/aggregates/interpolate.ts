import { bigIntegerRanges, integerRanges, type DataType, type TagValue } from '@fieldwarden/core';
import type { HistoryPoint } from '../reading/timeline.js';

/** Whether a line can be drawn between values of this type. Bool is held, always (10000-13, A.1.4). */
export function isSloped({ scalar, arrayLength }: DataType, stepped: boolean): boolean {
  return !stepped && arrayLength === undefined && !['bool', 'string', 'bytes'].includes(scalar);
}

/** The number and the value of the tag's own type where a line through two points crosses a time. */
export function onLine(
  a: HistoryPoint,
  b: HistoryPoint,
  timeMs: number,
  type: DataType,
): Pick<HistoryPoint, 'number' | 'value'> {
  const share = (timeMs - a.timeMs) / (b.timeMs - a.timeMs);
  const number = a.number + (b.number - a.number) * share;
  return { number, value: valueOnLine(a, b, share, number, type) };
}

function valueOnLine(a: HistoryPoint, b: HistoryPoint, share: number, number: number, type: DataType): TagValue {
  if (typeof a.value === 'bigint' && typeof b.value === 'bigint') {
    return clamped(a.value + BigInt(Math.round(Number(b.value - a.value) * share)), type);
  }
  const range = integerRanges[type.scalar];
  if (range) return Math.min(Math.max(Math.round(number), range[0]), range[1]);
  return type.scalar === 'float32' ? Math.fround(number) : number;
}

/** An extrapolation may leave the range of its type. */
function clamped(value: bigint, type: DataType): bigint {
  const [min, max] = bigIntegerRanges[type.scalar]!;
  return value < min ? min : value > max ? max : value;
}
