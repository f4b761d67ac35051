import { isBad, isGood, statusCodes } from '@fieldwarden/core';
import type { HistoryAggregateConfiguration } from '@fieldwarden/service';
import type { BlockSummary } from '../block/block-summary.js';
import { isPlain, type StretchVisitor } from '../reading/timeline.js';
import type { UnpackedPiece } from '../reading/unpacked-piece.js';
import { isUsable, severityOf, statusOfShares } from './aggregate-status.js';
import type { Bound } from './bounds.js';
import { isSloped } from './interpolate.js';
import { noData, type Cell, type IntervalView } from './interval-view.js';
import { calculated } from './value-aggregates.js';

/** The area under lines between usable values, from the interpolated bound at one end to that at the other. */
class Area implements StretchVisitor {
  /** Value × ms. */
  area = 0;
  /** Of the interval; less than its length where there is nothing before its first value. */
  knownMs = 0;
  isUncertain: boolean;
  private readonly sloped: boolean;
  private readonly configuration: HistoryAggregateConfiguration;
  private timeMs: number;
  private number: number;

  constructor(start: Bound, sloped: boolean, configuration: HistoryAggregateConfiguration) {
    this.sloped = sloped;
    this.configuration = configuration;
    this.timeMs = start.timeMs;
    this.number = start.number;
    this.isUncertain = !isGood(start.status);
  }

  whole(summary: BlockSummary): boolean {
    if (!isPlain(summary)) return false;
    this.to(summary.firstAtMs, summary.first);
    this.area += this.sloped ? summary.slopedIntegral : summary.heldIntegral;
    this.knownMs += summary.lastAtMs - summary.firstAtMs;
    this.timeMs = summary.lastAtMs;
    this.number = summary.last;
    return true;
  }

  /** Local variables: this loop sees every value of a month. */
  slice({ timesMs, statuses, numbers }: UnpackedPiece, from: number, to: number): void {
    const worstUsable = this.configuration.treatUncertainAsBad ? 0 : 1;
    let { area, knownMs, timeMs, number } = this;
    for (let row = from; row < to; row += 1) {
      const severity = statuses[row] >>> 30;
      const next = numbers[row];
      if (severity > 0 || Number.isNaN(next)) this.isUncertain = true;
      if (severity > worstUsable || Number.isNaN(next)) continue;
      const forMs = timesMs[row] - timeMs;
      if (forMs > 0 && !Number.isNaN(number)) {
        area += this.sloped ? ((number + next) / 2) * forMs : number * forMs;
        knownMs += forMs;
      }
      timeMs = timesMs[row];
      number = next;
    }
    this.area = area;
    this.knownMs = knownMs;
    this.timeMs = timeMs;
    this.number = number;
  }

  end({ timeMs, status, number }: Bound): void {
    if (isBad(status)) return;
    // Where values hold, the next one says nothing of the time before it.
    if (this.sloped && !isGood(status)) this.isUncertain = true;
    this.to(timeMs, number);
  }

  private to(timeMs: number, number: number): void {
    if (!Number.isNaN(this.number)) {
      const forMs = timeMs - this.timeMs;
      if (forMs > 0) {
        this.area += this.sloped ? ((this.number + number) / 2) * forMs : this.number * forMs;
        this.knownMs += forMs;
      }
    }
    this.timeMs = timeMs;
    this.number = number;
  }
}

/** 10000-13, 5.4.3.6: lines are sloped also where the values of the tag hold, except those of bools. */
export function timeAverage(interval: IntervalView): Cell {
  return ofArea(interval, ({ area, knownMs }) => area / knownMs);
}

/** 10000-13, 5.4.3.8: value × seconds, of what is known. */
export function total(interval: IntervalView): Cell {
  return ofArea(interval, ({ area }) => area / 1_000);
}

function ofArea({ stretch, timeline, bounds, configuration }: IntervalView, value: (area: Area) => number): Cell {
  const sloped = isSloped(timeline.source.type, false);
  const { fromMs, toMs, isEndIncluded } = stretch;
  const first = isEndIncluded ? undefined : bounds.arrival(fromMs);
  const area = new Area(first ?? bounds.interpolated(fromMs, sloped), sloped, configuration);
  timeline.visit(stretch, area);
  area.end(bounds.arrival(toMs) ?? bounds.interpolated(toMs, sloped));
  if (area.knownMs === 0) return noData;
  return calculated(area.isUncertain ? statusCodes.UncertainDataSubNormal : statusCodes.Good, value(area));
}

/**
 * An interval as regions from value to value, with simple bounds (10000-13, 5.4.3.2.2 and 5.4.3.2.3): a region has the status of its beginning, and is
 * Uncertain where a line leads to what is not Good. After the last value of all, one more ms is known (5.4.2.4).
 */
class Regions implements StretchVisitor {
  goodMs = 0;
  badMs = 0;
  totalMs = 0;
  /** Value × ms, and ms, of what is not Bad. */
  area = 0;
  usableMs = 0;
  private readonly sloped: boolean;
  private readonly configuration: HistoryAggregateConfiguration;
  private readonly needsNumbers: boolean;
  private timeMs: number;
  private number: number;
  private severity: number;

  constructor(start: Bound, sloped: boolean, configuration: HistoryAggregateConfiguration, needsNumbers: boolean) {
    this.sloped = sloped;
    this.configuration = configuration;
    this.needsNumbers = needsNumbers;
    this.timeMs = start.timeMs;
    this.number = start.number;
    this.severity = severityOf(start.status);
  }

  whole(summary: BlockSummary): boolean {
    const { count, goodCount, firstAtMs, lastAtMs, first, last } = summary;
    if (this.needsNumbers ? !isPlain(summary) : goodCount !== count) return false;
    this.to(firstAtMs, first, 0);
    const forMs = lastAtMs - firstAtMs;
    this.goodMs += forMs;
    this.totalMs += forMs;
    this.usableMs += forMs;
    this.area += this.sloped ? summary.slopedIntegral : summary.heldIntegral;
    this.timeMs = lastAtMs;
    this.number = last;
    return true;
  }

  slice({ timesMs, statuses, numbers }: UnpackedPiece, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const isMissing = this.needsNumbers && Number.isNaN(numbers[row]);
      const isThere = !isMissing && isUsable(statuses[row], this.configuration);
      this.to(timesMs[row], numbers[row], isThere ? severityOf(statuses[row]) : 2);
    }
  }

  end({ timeMs, status, number }: Bound): void {
    this.to(timeMs, number, severityOf(status));
  }

  endOfData(): void {
    this.to(this.timeMs + 1, Number.NaN, 2);
  }

  private to(timeMs: number, number: number, severity: number): void {
    const forMs = timeMs - this.timeMs;
    const region = this.sloped && severity > 0 ? Math.max(this.severity, 1) : this.severity;
    if (forMs > 0) {
      this.totalMs += forMs;
      if (region === 0) this.goodMs += forMs;
      if (region === 2) this.badMs += forMs;
      else {
        this.usableMs += forMs;
        const endsAt = this.sloped && severity < 2 ? number : this.number;
        this.area += ((this.number + endsAt) / 2) * forMs;
      }
    }
    this.timeMs = timeMs;
    this.number = number;
    this.severity = severity;
  }
}

/** 10000-13, 5.4.3.7: held or sloped as the tag says, over what is not Bad. */
export function timeAverage2(interval: IntervalView): Cell {
  if (!interval.hasData) return noData;
  const { goodMs: good, badMs: bad, totalMs, area, usableMs } = regionsOf(interval, interval.bounds.isSloped, true);
  if (usableMs === 0) return noData;
  const status = statusOfShares({ good, bad, total: totalMs }, interval.configuration);
  return calculated(status, isBad(status) ? null : area / usableMs);
}

/** 10000-13, 5.4.3.31 to 5.4.3.34; ms. */
export function durationGood(interval: IntervalView): Cell {
  return ofRegions(interval, ({ goodMs }) => goodMs);
}

export function durationBad(interval: IntervalView): Cell {
  return ofRegions(interval, ({ badMs }) => badMs);
}

export function percentGood(interval: IntervalView): Cell {
  return ofRegions(interval, ({ goodMs, totalMs }) => (goodMs / totalMs) * 100);
}

export function percentBad(interval: IntervalView): Cell {
  return ofRegions(interval, ({ badMs, totalMs }) => (badMs / totalMs) * 100);
}

function ofRegions(interval: IntervalView, value: (regions: Regions) => number): Cell {
  if (!interval.hasData) return noData;
  return calculated(statusCodes.Good, value(regionsOf(interval, false, false)));
}

function regionsOf(interval: IntervalView, sloped: boolean, needsNumbers: boolean): Regions {
  const { stretch, timeline, bounds, configuration, containsLast } = interval;
  const { fromMs, toMs, isEndIncluded } = stretch;
  const first = isEndIncluded ? undefined : bounds.arrival(fromMs);
  const regions = new Regions(first ?? bounds.simple(fromMs), sloped, configuration, needsNumbers);
  timeline.visit(stretch, regions);
  if (containsLast) regions.endOfData();
  else regions.end(bounds.arrival(toMs) ?? bounds.simple(toMs));
  return regions;
}
