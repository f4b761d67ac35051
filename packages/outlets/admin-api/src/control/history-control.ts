import type { HistoryTags, TagHistory, Trends } from '@fieldwarden/admin-contract';

/** OPC UA 10000-13. */
export const storedAggregates = [
  'average', 'minimum', 'maximum', 'range', 'count', 'total', 'delta', 'start-bound', 'end-bound', 'interpolative', 'time-average',
  'time-average2', 'duration-good', 'duration-bad', 'percent-good', 'percent-bad', 'worst-quality', 'number-of-transitions',
  'standard-deviation',
] as const; // prettier-ignore

export type StoredAggregate = (typeof storedAggregates)[number];

export interface StoredHistoryQuery {
  /** ms since 1970 UTC; included. Undefined: one hour before `toMs`. After `toMs`: newest first. */
  readonly fromMs: number | undefined;
  /** Not included. Undefined: now. */
  readonly toMs: number | undefined;
  /** Undefined: the values as they were kept. `intervalMs` 0: the whole range is one interval. */
  readonly processed: { readonly aggregate: StoredAggregate; readonly intervalMs: number } | undefined;
  readonly limit: number;
  /** `next` of the page before, with the same range. */
  readonly cursor: string | undefined;
}

export interface TrendsQuery {
  readonly paths: readonly string[];
  /** Undefined: 15 minutes before `toMs`. */
  readonly fromMs: number | undefined;
  /** Undefined: now. */
  readonly toMs: number | undefined;
  readonly buckets: number;
}

/** What is kept of the past, beyond the memory of the last minutes. */
export interface HistoryControl {
  /** Whether history is kept here, and anything of this path was. */
  has(path: string): Promise<boolean>;
  /** Rejects with `HISTORY_NONE` where the plant keeps none, `TAG_UNKNOWN` where nothing was kept of the path, and as the store does. */
  page(path: string, query: StoredHistoryQuery): Promise<TagHistory>;
  /** Of the store where it has the path, else of the memory of the last minutes. Rejects with `TAG_UNKNOWN` for what neither knows. */
  trends(query: TrendsQuery): Promise<Trends>;
  /** One page of the paths of which anything was kept. Rejects with `HISTORY_NONE`. */
  paths(query: {
    readonly prefix: string;
    readonly limit: number;
    readonly cursor: string | undefined;
  }): Promise<HistoryTags>;
}
