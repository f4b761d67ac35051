import type { DataType, TagValue } from '@fieldwarden/core';

/** Aggregates of OPC UA 10000-13, by the names that the command line and REST have for them. */
export const historyAggregates = [
  'average', 'minimum', 'maximum', 'range', 'count', 'total', 'delta', 'start-bound', 'end-bound', 'interpolative', 'time-average',
  'time-average2', 'duration-good', 'duration-bad', 'percent-good', 'percent-bad', 'worst-quality', 'number-of-transitions',
  'standard-deviation',
] as const; // prettier-ignore

export type HistoryAggregateName = (typeof historyAggregates)[number];

/**
 * What was kept of tags (SPEC §8.4), for whoever shows it to others. All reads are bounded: a page holds at most `maxHistoryRows`, and
 * the next one is asked for. Times are ms since 1970 UTC. Rejects with `TAG_UNKNOWN` (kind `config`) for a path of which nothing was
 * ever kept, `HISTORY_NONE` (kind `unsupported`) where the plant keeps no history, `HISTORY_BUSY` (kind `overloaded`) when more is
 * asked than is answered, and with kind `unreachable` when the store can't be read.
 */
export interface HistoryDesk {
  raw(request: RawHistoryRequest): Promise<HistoryPage>;
  /** One row per time, in their order: the value itself where there is one, else interpolated by the rules of 10000-13. */
  atTime(request: HistoryAtTimeRequest): Promise<HistoryRows>;
  /** One row per interval, at its beginning. `float64`, but for aggregates that give values of the tag. */
  processed(request: ProcessedHistoryRequest): Promise<HistoryPage>;
  /** For curves: first, least, greatest and last of each bucket that has values, so that no spike vanishes. Nothing is bridged. */
  buckets(request: HistoryBucketsRequest): Promise<HistoryBuckets>;
  /** How far history of these paths reaches; null for those of which nothing is kept. */
  extents(paths: readonly string[]): Promise<readonly (HistoryExtent | null)[]>;
  /** Of which anything was ever kept, also those that are no tags any more; in order. */
  paths(): Promise<readonly string[]>;
}

/** Most rows in one answer. */
export const maxHistoryRows = 10_000;

interface HistoryRange {
  readonly path: string;
  /** Included. Later than `toMs`: newest first. */
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

export interface RawHistoryRequest extends HistoryRange {
  /** 1 to `maxHistoryRows`. */
  readonly limit: number;
  /** Also the values before and after the range, or `BadBoundNotFound` in their place (10000-11, 6.4.3). */
  readonly bounds: boolean;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

export interface HistoryAtTimeRequest {
  readonly path: string;
  /** At most `maxHistoryRows`. */
  readonly timesMs: readonly number[];
  /** Bounds of any quality (10000-13 `simple`), not only Good ones. */
  readonly simpleBounds?: boolean | undefined;
}

export interface ProcessedHistoryRequest extends HistoryRange {
  readonly aggregate: HistoryAggregateName;
  /** 0: the whole range is one interval. */
  readonly intervalMs: number;
  /** Deviations from the configuration of the tag. */
  readonly configuration?: Partial<HistoryAggregateConfiguration> | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** OPC UA 10000-13, 4.2.1.2. */
export interface HistoryAggregateConfiguration {
  readonly treatUncertainAsBad: boolean;
  /** 0 to 100. */
  readonly percentDataGood: number;
  /** 0 to 100. */
  readonly percentDataBad: number;
  readonly useSlopedExtrapolation: boolean;
  /** Values hold until the next one; else they are joined by lines. */
  readonly stepped: boolean;
}

export interface HistoryBucketsRequest {
  readonly path: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** 1 to 4,000. With fewer raw values than these, each is a bucket of its own (`count` 1). */
  readonly buckets: number;
}

/** Values of one tag as columns, plain data. */
export interface HistoryRows {
  readonly type: DataType;
  readonly timesMs: Float64Array;
  readonly statuses: Uint32Array;
  /** Numbers, bool as 0/1, datetime as ms; NaN with a Bad status: no value. Null in a list: no value. */
  readonly values: Float64Array | readonly (TagValue | null)[];
}

export interface HistoryPage extends HistoryRows {
  /** For the page after this one; null: this was the last. */
  readonly next: string | null;
}

/** Columns of equal length, oldest bucket first; `firsts`, `minima`, `maxima` and `lasts` are NaN where no value of the bucket is a number. */
export interface HistoryBuckets {
  readonly type: DataType;
  /** Of the first value in it. */
  readonly timesMs: Float64Array;
  readonly firsts: Float64Array;
  readonly minima: Float64Array;
  readonly maxima: Float64Array;
  readonly lasts: Float64Array;
  /** Values of any quality. */
  readonly counts: Uint32Array;
  /** The worst in it. */
  readonly statuses: Uint32Array;
  /** What is no number (text, 64-bit integers, arrays): the last of each bucket. */
  readonly objects: readonly (TagValue | null)[] | undefined;
}

export interface HistoryExtent {
  readonly oldestMs: number;
  readonly newestMs: number;
  readonly type: DataType;
  readonly stepped: boolean;
}
