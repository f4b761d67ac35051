import { isBad, isNumericColumn, type DataType, type StatusCode, type TagValue } from '@fieldwarden/core';
import type { TagSource } from './tag-source.js';

/** A TagSource whose values can be had as columns, for who follows so many that an object each is too much: the tag store. */
export interface TagColumnSource extends TagSource {
  /** Fills row i with the present of `handles[i]`, for the first `count`; `into.objects` has no other rows afterwards. */
  copyRows(handles: Uint32Array, count: number, into: TagRows): void;
}

/** Values of several tags as columns, as a tag store keeps them: `presentValue` makes of a row what readers see. */
export interface TagRows {
  /** Numbers, bool as 0/1, datetime as ms since 1970 UTC; NaN where there was none yet. */
  readonly values: Float64Array;
  readonly statuses: Uint32Array;
  /** ms since 1970 UTC. */
  readonly sourceTimes: Float64Array;
  readonly serverTimes: Float64Array;
  /** Strings, bytes, 64-bit integers and arrays, by row. */
  readonly objects: Map<number, TagValue>;
}

/** The value of a tag out of the columns that it is kept in. */
export function presentValue(
  type: DataType,
  number: number,
  status: StatusCode,
  object: TagValue | undefined,
): TagValue | null {
  if (!isNumericColumn(type)) return object ?? null;
  if (Number.isNaN(number) && isBad(status)) return null;
  return type.scalar === 'bool' ? number !== 0 : number;
}
