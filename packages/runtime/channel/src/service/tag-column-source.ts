import type { TagValue } from '@fieldwarden/core';
import type { TagSource } from '@fieldwarden/service';

/** A TagSource whose values can be had as columns, for who follows so many that an object each is too much: the tag store. */
export interface TagColumnSource extends TagSource {
  /** Fills row i with the present of `handles[i]`, for the first `count`. Rows that hold no object are taken out of `into.objects`. */
  copyRows(handles: Uint32Array, count: number, into: TagRows): void;
}

/** Values of several tags as columns, in the form in which the store has them. */
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
