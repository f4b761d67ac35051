import { bigIntegerRanges, statusCodes, type DataType, type TagValue } from '@fieldwarden/core';
import type { HistoryAggregateConfiguration, HistoryAggregateName } from '@fieldwarden/service';

import { ReferenceBounds, subnormal, type Estimate, type ReferencePoint, type Severity } from './reference-bounds.js';

export interface ReferenceRow {
  readonly timeMs: number;
  readonly status: number;
  readonly value: TagValue | null;
}

export interface ReferenceRequest {
  readonly aggregate: HistoryAggregateName;
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs: number;
}

const C = 0x401;
const P = 0x404;
const MV = 0x410;

/**
 * The aggregates once more, slow and by the letter of OPC 10000-13: each interval looks at all values there are. Shares nothing with what it is
 * compared to.
 */
export function referenceRows(
  points: readonly ReferencePoint[],
  type: DataType,
  request: ReferenceRequest,
  configuration: HistoryAggregateConfiguration,
): ReferenceRow[] {
  const { aggregate, fromMs, toMs, intervalMs } = request;
  const isReverse = toMs < fromMs;
  const lengthMs = intervalMs === 0 ? Math.abs(toMs - fromMs) : intervalMs;
  const rows: ReferenceRow[] = [];
  for (let start = fromMs; isReverse ? start > toMs : start < toMs; start += isReverse ? -lengthMs : lengthMs) {
    const end = isReverse ? Math.max(start - lengthMs, toMs) : Math.min(start + lengthMs, toMs);
    const interval = new ReferenceInterval(points, type, configuration, start, end);
    const { status, value } = interval.answer(aggregate);
    const partial = interval.isPartial(aggregate) ? P : 0;
    rows.push({ timeMs: start, status: (status | partial) >>> 0, value });
  }
  return rows;
}

class ReferenceInterval extends ReferenceBounds {
  private readonly start: number;
  private readonly end: number;
  private readonly early: number;
  private readonly late: number;
  private readonly inside: readonly ReferencePoint[];

  constructor(
    points: readonly ReferencePoint[],
    type: DataType,
    configuration: HistoryAggregateConfiguration,
    start: number,
    end: number,
  ) {
    super(points, type, configuration);
    this.start = start;
    this.end = end;
    this.early = Math.min(start, end);
    this.late = Math.max(start, end);
    this.inside = points.filter(({ timeMs }) =>
      start < end ? timeMs >= start && timeMs < end : timeMs <= start && timeMs > end,
    );
  }

  answer(aggregate: HistoryAggregateName): { status: number; value: TagValue | null } {
    switch (aggregate) {
      case 'average': {
        const good = this.inside.filter((point) => this.severity(point) === 'Good');
        if (good.length === 0) return this.noData;
        return this.judged(this.shares(true), C, sum(good.map(({ value }) => Number(value))) / good.length);
      }
      case 'count':
        if (!this.hasData) return this.noData;
        return this.judged(this.shares(false), C, this.inside.filter(({ status }) => status >>> 30 === 0).length, 0);
      case 'number-of-transitions':
        return this.hasData ? this.judged(this.shares(true), C, this.transitions(), 0) : this.noData;
      case 'minimum':
        return this.extreme((a, b) => a < b);
      case 'maximum':
        return this.extreme((a, b) => a > b);
      case 'range':
        return this.range();
      case 'delta':
        return this.delta();
      case 'standard-deviation':
        return this.deviation();
      case 'worst-quality':
        return this.worst();
      case 'start-bound': {
        const { status, value } = this.simple(this.start);
        return { status, value };
      }
      case 'end-bound': {
        const bound = this.simple(this.end);
        if (bound.severity !== 'Bad') return { status: ((bound.status & 0xffff0000) | C) >>> 0, value: bound.value };
        return { status: (statusCodes.BadNoData | (this.hasData ? C : 0)) >>> 0, value: null };
      }
      case 'interpolative': {
        const { status, value } = this.interpolated(this.start, this.isSloped);
        return { status, value };
      }
      case 'time-average':
        return this.area((area, ms) => area / ms);
      case 'total':
        return this.area((area) => area / 1_000);
      case 'time-average2': {
        const { good, bad, total, area, usable } = this.regions(true);
        if (!this.hasData || usable === 0) return this.noData;
        return this.judged({ good, bad, total }, C, area / usable);
      }
      case 'duration-good':
        return this.hasData ? { status: C, value: this.regions(false).good } : this.noData;
      case 'duration-bad':
        return this.hasData ? { status: C, value: this.regions(false).bad } : this.noData;
      case 'percent-good':
        return this.hasData
          ? { status: C, value: (this.regions(false).good / this.regions(false).total) * 100 }
          : this.noData;
      case 'percent-bad':
        return this.hasData
          ? { status: C, value: (this.regions(false).bad / this.regions(false).total) * 100 }
          : this.noData;
    }
  }

  isPartial(aggregate: HistoryAggregateName): boolean {
    if (aggregate === 'average' || aggregate === 'interpolative' || !this.hasData) return false;
    const [first, last] = [this.points[0].timeMs, this.points.at(-1)!.timeMs];
    const extrapolates = aggregate === 'time-average' || aggregate === 'total';
    return first > this.early || (last < this.late && !extrapolates);
  }

  private readonly noData = { status: statusCodes.BadNoData, value: null };

  private get hasData(): boolean {
    if (this.points.length === 0) return false;
    const [first, last] = [this.points[0].timeMs, this.points.at(-1)!.timeMs];
    return this.start < this.end ? first < this.end && last >= this.start : first <= this.start && last > this.end;
  }

  private shares(needsValue: boolean) {
    const of = (wanted: Severity): number =>
      this.inside.filter((point) => this.severity(point, needsValue) === wanted).length;
    return { good: of('Good'), bad: of('Bad'), total: this.inside.length };
  }

  private judged(
    shares: { good: number; bad: number; total: number },
    bits: number,
    value: TagValue,
    bitsOfBad = bits,
  ) {
    const { good, bad, total } = shares;
    if (total > 0 && bad > 0 && (bad / total) * 100 >= this.configuration.percentDataBad)
      return { status: (statusCodes.Bad | bitsOfBad) >>> 0, value: null };
    const isGood = total === 0 || (good / total) * 100 >= this.configuration.percentDataGood;
    return { status: ((isGood ? 0 : subnormal) | bits) >>> 0, value };
  }

  private transitions(): number {
    const before = this.points.filter(({ timeMs }) =>
      this.start < this.end ? timeMs < this.start : timeMs <= this.end,
    );
    let previous = before.filter((point) => this.isUsable(point)).at(-1)?.value;
    let times = 0;
    for (const point of this.inside) {
      if (!this.isUsable(point)) continue;
      if (previous === undefined || previous !== point.value) times += 1;
      previous = point.value;
    }
    return times;
  }

  private extreme(isBetter: (a: number | bigint, b: number | bigint) => boolean) {
    const good = this.inside.filter((point) => this.severity(point) === 'Good');
    if (good.length === 0) return this.noData;
    const values = good.map(({ value }) => value as number | bigint);
    const best = values.reduce((a, b) => (isBetter(b, a) ? b : a));
    const beyond = this.inside.some((point) => this.isUsable(point) && isBetter(point.value as number | bigint, best));
    const isSubnormal = beyond || this.inside.some((point) => !this.isUsable(point));
    const isAtStart = good.some(({ timeMs, value }) => timeMs === this.start && value === best);
    const bits = (isAtStart && !isSubnormal ? 0 : C) | (values.filter((value) => value === best).length > 1 ? MV : 0);
    return { status: ((isSubnormal ? subnormal : 0) | bits) >>> 0, value: best };
  }

  private range() {
    const [least, greatest] = [this.extreme((a, b) => a < b), this.extreme((a, b) => a > b)];
    if (least.value === null || greatest.value === null) return this.noData;
    const isSubnormal = least.status >>> 30 !== 0 || greatest.status >>> 30 !== 0;
    return this.difference(greatest.value, least.value, isSubnormal);
  }

  private delta() {
    const usable = this.inside.filter((point) => this.isUsable(point));
    if (usable.length === 0) return this.noData;
    const [first, last] = [usable[0], usable.at(-1)!];
    const isSkipping = this.inside[0] !== first || this.inside.at(-1) !== last;
    const isSubnormal = isSkipping || this.severity(first) !== 'Good' || this.severity(last) !== 'Good';
    return this.difference(last.value!, first.value!, isSubnormal);
  }

  private difference(a: TagValue, b: TagValue, isSubnormal: boolean) {
    const value = typeof a === 'bigint' && typeof b === 'bigint' ? a - b : Number(a) - Number(b);
    const limits = bigIntegerRanges[this.type.scalar];
    if (limits && (value < limits[0] || value > limits[1])) return { status: statusCodes.BadOutOfRange, value: null };
    return { status: ((isSubnormal ? subnormal : 0) | C) >>> 0, value };
  }

  private deviation() {
    const values = this.inside.filter((point) => this.severity(point) === 'Good').map(({ value }) => Number(value));
    if (values.length === 0) return this.noData;
    const mean = sum(values) / values.length;
    const squares = sum(values.map((value) => (value - mean) ** 2));
    const status = values.length < this.inside.length ? subnormal : 0;
    return { status: (status | C) >>> 0, value: values.length === 1 ? 0 : Math.sqrt(squares / (values.length - 1)) };
  }

  private worst() {
    if (this.inside.length === 0) return this.noData;
    const ranks = this.inside.map(({ status }) => Math.min(status >>> 30, 2));
    const worst = Math.max(...ranks);
    const times = ranks.filter((rank) => rank === worst).length;
    const value = (this.inside[ranks.indexOf(worst)].status & 0xffff0000) >>> 0;
    return { status: C | (times > 1 ? MV : 0), value };
  }

  /** 5.4.3.6: lines between usable values. 64-bit integers are not rounded on the way, so that they come as numbers here. */
  private area(value: (area: number, ms: number) => number) {
    const sloped = !['bool', 'string'].includes(this.type.scalar);
    const asNumbers = new ReferenceInterval(
      this.points.map((point) => ({ ...point, value: numberOf(point.value) })),
      { scalar: 'float64' },
      this.configuration,
      this.start,
      this.end,
    );
    const start = asNumbers.interpolated(this.early, sloped);
    const end = asNumbers.arrival(this.late) ?? asNumbers.interpolated(this.late, sloped);
    const within = asNumbers.inside.filter((point) => this.isUsable(point));
    const line: Estimate[] = [
      start,
      ...within.map((point) => ({ ...point, severity: this.severity(point) })),
      end,
    ].filter(({ severity }) => severity !== 'Bad');
    let [area, ms] = [0, 0];
    for (let i = 0; i + 1 < line.length; i += 1) {
      const forMs = line[i + 1].timeMs - line[i].timeMs;
      const [a, b] = [Number(line[i].value), Number(line[i + 1].value)];
      area += (sloped ? (a + b) / 2 : a) * forMs;
      ms += forMs;
    }
    if (ms === 0) return this.noData;
    const isSkipping = within.length < asNumbers.inside.length;
    const areUncertain = within.some((point) => this.severity(point) !== 'Good');
    const isUncertain = isSkipping || areUncertain || start.severity !== 'Good' || (sloped && end.severity !== 'Good');
    return { status: ((isUncertain ? subnormal : 0) | C) >>> 0, value: value(area, ms) };
  }

  /** 5.4.3.2: from value to value, each with the status of its beginning. */
  private regions(isOfValues: boolean) {
    const sloped = isOfValues && this.isSloped;
    const asNumbers = new ReferenceInterval(
      this.points.map((point) => ({ ...point, value: isOfValues ? numberOf(point.value) : point.value })),
      this.type.scalar === 'int64' ? { scalar: 'float64' } : this.type,
      this.configuration,
      this.start,
      this.end,
    );
    const marks: Estimate[] = asNumbers.inside.map((point) => ({
      ...point,
      severity: asNumbers.isUsable(point, isOfValues) ? asNumbers.severity(point, isOfValues) : 'Bad',
    }));
    const isLast = this.points.every(({ timeMs }) => timeMs < this.late);
    marks.unshift(asNumbers.simple(this.early, isOfValues));
    const lastMs = marks.at(-1)!.timeMs;
    marks.push(
      isLast
        ? this.none(lastMs + 1)
        : (asNumbers.arrival(this.late, isOfValues) ?? asNumbers.simple(this.late, isOfValues)),
    );
    const found = { good: 0, bad: 0, total: 0, area: 0, usable: 0 };
    for (let i = 0; i + 1 < marks.length; i += 1) {
      const [a, b] = [marks[i], marks[i + 1]];
      const forMs = b.timeMs - a.timeMs;
      found.total += forMs;
      const isLeadingAstray = sloped && a.severity === 'Good' && b.severity !== 'Good';
      if (a.severity === 'Good' && !isLeadingAstray) found.good += forMs;
      if (a.severity === 'Bad') found.bad += forMs;
      else {
        found.usable += forMs;
        const endsAt = sloped && b.severity !== 'Bad' ? Number(b.value) : Number(a.value);
        if (forMs > 0) found.area += ((Number(a.value) + endsAt) / 2) * forMs;
      }
    }
    return found;
  }
}

function numberOf(value: TagValue | null): number | null {
  return value === null ? null : Number(value);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
