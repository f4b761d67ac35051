import { isGood, statusCodes } from '@fieldwarden/core';
import type { HistoryAggregateConfiguration } from '@fieldwarden/service';
import type { Cursor, HistoryPoint, Timeline } from '../reading/timeline.js';
import { historianBits, isUsable, withBits } from './aggregate-status.js';
import { isSloped, onLine } from './interpolate.js';

/** A value at a time, found or estimated; without value where its status is Bad. */
export type Bound = HistoryPoint;

const { Good, BadNoData, UncertainDataSubNormal } = statusCodes;

/**
 * Values at the ends of intervals by the two rules of 10000-13: `interpolated` (3.1.8) from the nearest usable values, `simple` (3.1.9) from the
 * nearest values of any quality. Asked in order of time, either way, it looks at each value a bounded number of times.
 */
export class Bounds {
  private readonly timeline: Timeline;
  private readonly configuration: HistoryAggregateConfiguration;
  private readonly needsValue: boolean;
  private before: { readonly seen: Cursor; readonly found: Cursor | undefined } | undefined;
  private after: { readonly seen: Cursor; readonly found: Cursor | undefined } | undefined;

  /** `needsValue` false: only statuses count, so that a Good value without a number is a Good one. */
  constructor(timeline: Timeline, configuration: HistoryAggregateConfiguration, needsValue = true) {
    this.timeline = timeline;
    this.configuration = configuration;
    this.needsValue = needsValue;
  }

  /** Of several values at this time the last one counts. */
  simple(timeMs: number): Bound {
    const cursor = this.timeline.lastBefore(timeMs, true);
    if (!cursor) return noData(timeMs);
    const before = this.pointAt(cursor, timeMs);
    if (!this.fits(before)) return noData(timeMs);
    if (before.timeMs === timeMs) return before;
    const next = this.timeline.next(cursor);
    // Beyond the last value nothing is known.
    if (!next) return noData(timeMs);
    if (!this.isSloped) return this.held(before, timeMs, !isGood(before.status));
    const after = this.timeline.roughPoint(next);
    return this.fits(after) ? this.line(before, after, timeMs, false) : this.held(before, timeMs, true);
  }

  /** `sloped`: lines even where the values of the tag hold. */
  interpolated(timeMs: number, sloped = this.isSloped): Bound {
    const cursor = this.timeline.lastBefore(timeMs, true);
    if (!cursor) return noData(timeMs);
    const last = this.pointAt(cursor, timeMs);
    if (last.timeMs === timeMs && this.fits(last)) return last;
    const usable = this.usableUpTo(cursor);
    if (!usable) return noData(timeMs);
    const isSkipping = usable.piece !== cursor.piece || usable.row !== cursor.row;
    const before = this.timeline.roughPoint(usable);
    const next = this.timeline.next(cursor);
    if (!sloped) return this.held(before, timeMs, isSkipping || !next || !isGood(before.status));
    const later = next && this.usableFrom(next);
    if (!later) return this.extrapolated(usable, before, timeMs);
    const isSkippingAfter = later.piece !== next.piece || later.row !== next.row;
    return this.line(before, this.timeline.roughPoint(later), timeMs, isSkipping || isSkippingAfter);
  }

  /**
   * The first value at this time, if it counts: what a line from before leads to. It knows of a Good status no more than that, and so needs no
   * unpacking where a block begins.
   */
  arrival(timeMs: number): Bound | undefined {
    const cursor = this.timeline.firstAfter(timeMs, true);
    if (!cursor || this.timeline.timeOf(cursor) !== timeMs) return undefined;
    const point = this.timeline.roughPoint(cursor);
    return this.fits(point) ? point : undefined;
  }

  /** The value that stands at this time, whatever its quality; the last one where there are several. */
  standing(timeMs: number): HistoryPoint | undefined {
    const cursor = this.timeline.lastBefore(timeMs, true);
    if (!cursor || this.timeline.timeOf(cursor) !== timeMs) return undefined;
    return this.pointAt(cursor, timeMs);
  }

  /** What counted last before a time, or at it. */
  lastUsable(timeMs: number, isIncluded: boolean): HistoryPoint | undefined {
    const cursor = this.timeline.lastBefore(timeMs, isIncluded);
    const usable = cursor && this.usableUpTo(cursor);
    return usable && this.timeline.roughPoint(usable);
  }

  fits({ status, value }: HistoryPoint): boolean {
    return (value !== null || !this.needsValue) && isUsable(status, this.configuration);
  }

  get isSloped(): boolean {
    return isSloped(this.timeline.source.type, this.configuration.stepped);
  }

  private pointAt(cursor: Cursor, timeMs: number): HistoryPoint {
    if (this.timeline.timeOf(cursor) !== timeMs) return this.timeline.roughPoint(cursor);
    const point = this.timeline.point(cursor);
    const previous = this.timeline.previous(cursor);
    const isSuperseding = previous !== undefined && this.timeline.timeOf(previous) === timeMs;
    return isSuperseding ? { ...point, status: withBits(point.status, historianBits.extraData) } : point;
  }

  private held(before: HistoryPoint, timeMs: number, isUncertain: boolean): Bound {
    const status = withBits(isUncertain ? UncertainDataSubNormal : Good, historianBits.interpolated);
    return { timeMs, status, number: before.number, value: before.value };
  }

  private line(before: HistoryPoint, after: HistoryPoint, timeMs: number, isSkipping: boolean): Bound {
    const crossing = onLine(before, after, timeMs, this.timeline.source.type);
    // No line leads through an infinity.
    if (this.needsValue && Number.isNaN(crossing.number)) return this.held(before, timeMs, true);
    const isUncertain = isSkipping || !isGood(before.status) || !isGood(after.status);
    const status = withBits(isUncertain ? UncertainDataSubNormal : Good, historianBits.interpolated);
    return { timeMs, status, ...crossing };
  }

  private extrapolated(usable: Cursor, last: HistoryPoint, timeMs: number): Bound {
    if (!this.configuration.useSlopedExtrapolation) return this.held(last, timeMs, true);
    const previous = this.timeline.previous(usable);
    const second = previous && this.usableUpTo(previous, false);
    const first = second && this.timeline.roughPoint(second);
    const isLine =
      first && first.timeMs !== last.timeMs && Number.isFinite(first.number) && Number.isFinite(last.number);
    return isLine ? this.line(first, last, timeMs, true) : this.held(last, timeMs, true);
  }

  /** The last usable value up to this one. What was found is kept, so that a long outage is walked through once, not once an interval. */
  private usableUpTo(from: Cursor, isKept = true): Cursor | undefined {
    let cursor: Cursor | undefined = from;
    while (cursor && !this.fits(this.timeline.roughPoint(cursor))) {
      if (isKept && this.before && compare(cursor, this.before.seen) === 0) {
        cursor = this.before.found;
        break;
      }
      cursor = this.timeline.previous(cursor);
    }
    if (isKept) this.before = { seen: from, found: cursor };
    return cursor;
  }

  private usableFrom(from: Cursor): Cursor | undefined {
    const { after } = this;
    const isBetween = after && compare(from, after.seen) >= 0 && (!after.found || compare(from, after.found) <= 0);
    if (isBetween) return after.found;
    let cursor: Cursor | undefined = from;
    while (cursor && !this.fits(this.timeline.roughPoint(cursor))) cursor = this.timeline.next(cursor);
    this.after = { seen: from, found: cursor };
    return cursor;
  }
}

function noData(timeMs: number): Bound {
  return { timeMs, status: BadNoData, number: Number.NaN, value: null };
}

function compare(a: Cursor, b: Cursor): number {
  return a.piece - b.piece || a.row - b.row;
}
