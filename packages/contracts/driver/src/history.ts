import type { StatusCode, TagValue } from '@fieldwarden/core';

/** Rows of one history answer, whatever was asked for: a page of these fits the memory of everybody on its way. */
export const maxHistoryRows = 10_000;

/** Longest continuation, in characters. */
export const maxContinuationLength = 4_096;

/** OPC UA 10000-13 (Aggregates): Average, Minimum, Maximum, Count, TimeAverage, Interpolative. */
export const aggregates = ['average', 'minimum', 'maximum', 'count', 'timeAverage', 'interpolative'] as const;

export type Aggregate = (typeof aggregates)[number];

/** From when to when; ms since 1970 UTC. The start is included, the end is not. `toMs` before `fromMs`: newest first. */
export interface HistoryRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Long answers come in pages. */
export interface HistoryPaging {
  /** At most so many rows in this answer, bounds included: 1 to `maxHistoryRows`. */
  readonly limit: number;
  /** What the previous page ended with; undefined for the first. The other fields are those of the first page. */
  readonly continuation: string | undefined;
}

/** OPC UA 10000-11, 6.5.3 (ReadRawModifiedDetails). */
export interface RawHistoryQuery extends HistoryRange, HistoryPaging {
  /** Also the last value before the range and the first at or after its end, so that a curve can be drawn up to the edges. */
  readonly bounds: boolean;
}

/** OPC UA 10000-11, 6.5.4 (ReadProcessedDetails): one row per interval, at the interval's start. */
export interface ProcessedHistoryQuery extends HistoryRange, HistoryPaging {
  readonly aggregate: Aggregate;
  /** Length of an interval, more than 0. The last one may be shorter. */
  readonly intervalMs: number;
}

export type EventHistoryQuery = HistoryRange & HistoryPaging;

/** A raw device value as it was. */
export interface HistoricalValue {
  /** Null with a Bad status; `BadNoData` where there was none. */
  readonly value: TagValue | null;
  readonly status: StatusCode;
  /** ms since 1970 UTC. */
  readonly sourceAtMs: number;
}

export interface HistoryPage {
  /** In the order of the range. */
  readonly values: readonly HistoricalValue[];
  /** For the next page; undefined when this was the last. Best made so that the session keeps nothing, e.g. the next time stamp. */
  readonly continuation: string | undefined;
}

/** An event that the device remembers; OPC UA 10000-5, 6.4.2 (BaseEventType). */
export interface HistoricalEvent {
  readonly eventId: string;
  /** Name of the event's type: `LimitAlarm`. */
  readonly type: string;
  readonly source: string;
  readonly message: string;
  /** 1 to 1000. */
  readonly severity: number;
  /** ms since 1970 UTC. */
  readonly atMs: number;
}

export interface EventPage {
  /** In the order of the range. */
  readonly events: readonly HistoricalEvent[];
  /** As in `HistoryPage`. */
  readonly continuation: string | undefined;
}
