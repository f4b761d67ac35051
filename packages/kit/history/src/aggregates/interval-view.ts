import { statusCodes, type TagValue } from '@fieldwarden/core';
import type { HistoryAggregateConfiguration } from '@fieldwarden/service';
import type { Stretch, Timeline } from '../reading/timeline.js';
import type { Bounds } from './bounds.js';

/** What an aggregate answers for one interval; the bit `partial` is added by whoever asked. */
export interface Cell {
  readonly status: number;
  /** Null with a Bad status. */
  readonly value: TagValue | null;
}

/** One interval and what is known around it. */
export interface IntervalView {
  readonly stretch: Required<Stretch>;
  /** Where it begins in the order of the request, and where it ends. */
  readonly startMs: number;
  readonly endMs: number;
  readonly timeline: Timeline;
  readonly bounds: Bounds;
  readonly configuration: HistoryAggregateConfiguration;
  /** Not all before the first or after the last value of all. */
  readonly hasData: boolean;
  /** The first value of all is in it, and not at its beginning. */
  readonly containsFirst: boolean;
  /** The last value of all is in it: what comes after is not known yet. */
  readonly containsLast: boolean;
}

export const noData: Cell = { status: statusCodes.BadNoData, value: null };

export function intervalView(
  stretch: Required<Stretch>,
  isReverse: boolean,
  timeline: Timeline,
  bounds: Bounds,
  configuration: HistoryAggregateConfiguration,
): IntervalView {
  const { fromMs, toMs, isEndIncluded } = stretch;
  const isBegun = timeline.hasBefore(toMs, isEndIncluded);
  const isOver = isBegun && !timeline.hasAfter(fromMs, !isEndIncluded);
  const hasData = isBegun && !isOver;
  return {
    stretch,
    startMs: isReverse ? toMs : fromMs,
    endMs: isReverse ? fromMs : toMs,
    timeline,
    bounds,
    configuration,
    hasData,
    containsFirst: hasData && !timeline.hasBefore(fromMs, true),
    containsLast: hasData && !timeline.hasAfter(toMs, true),
  };
}
