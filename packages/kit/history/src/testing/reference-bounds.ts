import { statusCodes, type DataType, type TagValue } from '@fieldwarden/core';
import type { HistoryAggregateConfiguration } from '@fieldwarden/service';

export interface ReferencePoint {
  readonly timeMs: number;
  readonly status: number;
  readonly value: TagValue | null;
}

export type Severity = 'Good' | 'Uncertain' | 'Bad';
export interface Estimate {
  readonly timeMs: number;
  readonly severity: Severity;
  readonly status: number;
  readonly value: TagValue | null;
}

export const subnormal = statusCodes.UncertainDataSubNormal;
const I = 0x402;

/** Bounds once more, by the letter of OPC 10000-13: all values there are, looked at each time. */
export class ReferenceBounds {
  protected readonly points: readonly ReferencePoint[];
  protected readonly type: DataType;
  protected readonly configuration: HistoryAggregateConfiguration;

  constructor(points: readonly ReferencePoint[], type: DataType, configuration: HistoryAggregateConfiguration) {
    this.points = points;
    this.type = type;
    this.configuration = configuration;
  }

  get isSloped(): boolean {
    return !this.configuration.stepped && !['bool', 'string'].includes(this.type.scalar);
  }

  /** As the reader wants it; a number that is none is Bad. */
  severity({ status, value }: ReferencePoint, needsValue = true): Severity {
    const isMissing = needsValue && (value === null || Number.isNaN(value));
    if (status >>> 30 >= 2 || isMissing) return 'Bad';
    return status >>> 30 === 0 ? 'Good' : 'Uncertain';
  }

  isUsable(point: ReferencePoint, needsValue = true): boolean {
    const severity = this.severity(point, needsValue);
    return severity === 'Good' || (severity === 'Uncertain' && !this.configuration.treatUncertainAsBad);
  }

  /** What a line from before leads to: the first value of this time, if it counts. */
  arrival(timeMs: number, needsValue = true): Estimate | undefined {
    const point = this.points.find((one) => one.timeMs === timeMs);
    if (!point || !this.isUsable(point, needsValue)) return undefined;
    return { ...point, severity: this.severity(point, needsValue) };
  }

  /** 3.1.9. */
  simple(timeMs: number, needsValue = true): Estimate {
    const at = this.points.filter((point) => point.timeMs === timeMs);
    if (at.length > 0) {
      const point = at.at(-1)!;
      if (!this.isUsable(point, needsValue)) return this.none(timeMs);
      const extra = at.length > 1 ? 0x408 : 0;
      return { ...point, severity: this.severity(point, needsValue), status: (point.status | extra) >>> 0 };
    }
    const before = this.points.filter((point) => point.timeMs < timeMs).at(-1);
    const after = this.points.find((point) => point.timeMs > timeMs);
    if (!before || !after || !this.isUsable(before, needsValue)) return this.none(timeMs);
    const isBeforeGood = this.severity(before, needsValue) === 'Good';
    if (!this.isSloped) return this.estimate(timeMs, isBeforeGood, before.value);
    if (!this.isUsable(after, needsValue)) return this.estimate(timeMs, false, before.value);
    const isGood = isBeforeGood && this.severity(after, needsValue) === 'Good';
    return this.estimate(timeMs, isGood, this.line(before, after, timeMs));
  }

  /** 3.1.8. */
  interpolated(timeMs: number, sloped: boolean): Estimate {
    const at = this.points.filter((point) => point.timeMs === timeMs);
    if (at.length > 0 && this.isUsable(at.at(-1)!)) {
      const point = at.at(-1)!;
      return { ...point, severity: this.severity(point), status: (point.status | (at.length > 1 ? 0x408 : 0)) >>> 0 };
    }
    const usableBefore = this.points.filter((point) => point.timeMs <= timeMs && this.isUsable(point));
    const before = usableBefore.at(-1);
    if (!before) return this.none(timeMs);
    const skippedBefore = this.points.slice(this.points.indexOf(before) + 1).some((point) => point.timeMs <= timeMs);
    const later = this.points.filter((point) => point.timeMs > timeMs);
    const isBeforeGood = this.severity(before) === 'Good';
    if (!sloped) return this.estimate(timeMs, isBeforeGood && !skippedBefore && later.length > 0, before.value);
    const after = later.find((point) => this.isUsable(point));
    if (after) {
      const isGood = isBeforeGood && this.severity(after) === 'Good' && !skippedBefore && later[0] === after;
      return this.estimate(timeMs, isGood, this.line(before, after, timeMs));
    }
    const second = usableBefore.at(-2);
    const isLine = this.configuration.useSlopedExtrapolation && second && second.timeMs !== before.timeMs;
    return this.estimate(timeMs, false, isLine ? this.line(second, before, timeMs) : before.value);
  }

  line(a: ReferencePoint, b: ReferencePoint, timeMs: number): TagValue {
    const share = (timeMs - a.timeMs) / (b.timeMs - a.timeMs);
    const [from, to] = [Number(a.value), Number(b.value)];
    const number = from + (to - from) * share;
    return this.type.scalar === 'int64' ? BigInt(Math.round((to - from) * share)) + (a.value as bigint) : number;
  }

  none(timeMs: number): Estimate {
    return { timeMs, severity: 'Bad', status: statusCodes.BadNoData, value: null };
  }

  estimate(timeMs: number, isGood: boolean, value: TagValue | null): Estimate {
    return { timeMs, severity: isGood ? 'Good' : 'Uncertain', status: ((isGood ? 0 : subnormal) | I) >>> 0, value };
  }
}
