import type { DataType, TagValue } from '@fieldwarden/core';

/**
 * Values of one tag over time, as columns of one length. Times do not decrease; several values may have one time. A value is null where
 * there is none: before the first value, or while nothing is known.
 */
export interface HistoryColumn {
  readonly type: DataType;
  /** Source times, ms since 1970 UTC; may have fractions. */
  readonly timesMs: Float64Array;
  readonly statuses: Uint32Array;
  readonly values: HistoryValues;
}

/** Numbers where the type lives in the number column (bool as 0 or 1, datetime as ms), else objects. */
export type HistoryValues =
  | {
      readonly kind: 'numbers';
      readonly numbers: Float64Array;
      /** 1 where there is no value; undefined: all have one. */ readonly absent?: Uint8Array | undefined;
    }
  | { readonly kind: 'objects'; readonly objects: readonly (TagValue | null)[] };
