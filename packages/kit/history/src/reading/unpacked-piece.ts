import type { TagValue } from '@fieldwarden/core';
import type { HistoryColumn } from '../block/history-column.js';

/** Columns of a piece, made for loops: no case of absent values or of objects inside them. */
export interface UnpackedPiece {
  readonly timesMs: Float64Array;
  readonly statuses: Uint32Array;
  /** NaN where there is no number: absent, text, arrays. 64-bit integers are rounded here, and exact in `objects`. */
  readonly numbers: Float64Array;
  /** For types that do not live in the number column. */
  readonly objects: readonly (TagValue | null)[] | undefined;
}

export function unpack({ timesMs, statuses, values }: HistoryColumn): UnpackedPiece {
  if (values.kind === 'objects') {
    const { objects } = values;
    const numbers = Float64Array.from(objects, (value) => (typeof value === 'bigint' ? Number(value) : Number.NaN));
    return { timesMs, statuses, numbers, objects };
  }
  const { absent } = values;
  if (!absent?.includes(1)) return { timesMs, statuses, numbers: values.numbers, objects: undefined };
  const numbers = values.numbers.map((number, i) => (absent[i] === 1 ? Number.NaN : number));
  return { timesMs, statuses, numbers, objects: undefined };
}

/** How many of the times are before `timeMs`, or at it. */
export function countUpTo(timesMs: Float64Array, timeMs: number, isIncluded: boolean): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const isBefore = isIncluded ? timesMs[middle] <= timeMs : timesMs[middle] < timeMs;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}
