import { bigIntegerRanges, integerRanges, isUncertain, statusCodes, type DataType } from '@fieldwarden/core';
import type { HistoryAggregateConfiguration } from '@fieldwarden/service';
import type { BlockSummary } from '../block/block-summary.js';
import { isPlain, type StretchVisitor } from '../reading/timeline.js';
import type { UnpackedPiece } from '../reading/unpacked-piece.js';
import { historianBits, isUsable, withBits } from './aggregate-status.js';
import { noData, type Cell, type IntervalView } from './interval-view.js';
import { calculated } from './value-aggregates.js';

/** A number, or a 64-bit integer, which is compared and subtracted exactly. */
type Quantity = number | bigint;

interface Head {
  readonly summary: BlockSummary;
  readonly unpacked: () => UnpackedPiece;
}

/** The least (`sign` 1) or the greatest (−1) Good value of an interval, how often it is there, and what stood in its way. */
class Extreme implements StretchVisitor {
  best: Quantity | undefined;
  /** One of them stands where the interval begins. */
  isAtStart = false;
  hasUnusable = false;
  private readonly sign: 1 | -1;
  /** Undefined: nobody asks. */
  private readonly startMs: number | undefined;
  private readonly configuration: HistoryAggregateConfiguration;
  private times = 0;
  /** Pieces whose head says that the best is in them, which are not unpacked unless how often matters. */
  private heads: Head[] = [];
  private bestUncertain: Quantity | undefined;

  constructor(sign: 1 | -1, startMs: number | undefined, configuration: HistoryAggregateConfiguration) {
    this.sign = sign;
    this.startMs = startMs;
    this.configuration = configuration;
  }

  whole(summary: BlockSummary, unpacked: () => UnpackedPiece): boolean {
    const isAtEdge = summary.firstAtMs === this.startMs || summary.lastAtMs === this.startMs;
    if (isAtEdge || !isPlain(summary)) return false;
    const found = this.sign === 1 ? summary.min : summary.max;
    if (this.isBetter(found, this.best)) this.takeOver(found);
    if (found === this.best) this.heads.push({ summary, unpacked });
    return true;
  }

  slice({ timesMs, statuses, numbers, objects }: UnpackedPiece, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const object = objects?.[row];
      const quantity = typeof object === 'bigint' ? object : numbers[row];
      const status = statuses[row];
      if (!isUsable(status, this.configuration) || Number.isNaN(numbers[row])) this.hasUnusable = true;
      else if (isUncertain(status)) {
        if (this.isBetter(quantity, this.bestUncertain)) this.bestUncertain = quantity;
      } else {
        if (this.isBetter(quantity, this.best)) this.takeOver(quantity);
        if (quantity === this.best) {
          this.times += 1;
          this.isAtStart ||= timesMs[row] === this.startMs;
        }
      }
    }
  }

  /** 10000-13, 5.4.3.10 and 5.4.3.11: Bad values, or an Uncertain one beyond it. */
  get isSubnormal(): boolean {
    return this.hasUnusable || (this.bestUncertain !== undefined && this.isBetter(this.bestUncertain, this.best));
  }

  get isMultiple(): boolean {
    if (this.times + this.heads.length > 1) return true;
    if (this.heads.length === 0) return false;
    const [{ summary, unpacked }] = this.heads;
    if (summary.min === summary.max) return summary.count > 1;
    return unpacked().numbers.filter((number) => number === this.best).length > 1;
  }

  private isBetter(quantity: Quantity, than: Quantity | undefined): boolean {
    return than === undefined || (this.sign === 1 ? quantity < than : quantity > than);
  }

  private takeOver(quantity: Quantity): void {
    this.best = quantity;
    this.times = 0;
    this.heads = [];
    this.isAtStart = false;
  }
}

export function minimum(interval: IntervalView): Cell {
  return extreme(interval, 1);
}

export function maximum(interval: IntervalView): Cell {
  return extreme(interval, -1);
}

function extreme({ stretch, startMs, timeline, configuration }: IntervalView, sign: 1 | -1): Cell {
  const found = new Extreme(sign, startMs, configuration);
  timeline.visit(stretch, found);
  const { best, isSubnormal } = found;
  if (best === undefined) return noData;
  const status = isSubnormal ? statusCodes.UncertainDataSubNormal : statusCodes.Good;
  const isRaw = found.isAtStart && !isSubnormal;
  const bits = (isRaw ? 0 : historianBits.calculated) | (found.isMultiple ? historianBits.multiValue : 0);
  return { status: withBits(status, bits), value: best };
}

/** 10000-13, 5.4.3.14. */
export function range({ stretch, timeline, configuration }: IntervalView): Cell {
  const least = new Extreme(1, undefined, configuration);
  const greatest = new Extreme(-1, undefined, configuration);
  timeline.visit(stretch, {
    whole: (summary, unpacked) => least.whole(summary, unpacked) && greatest.whole(summary, unpacked),
    slice: (piece, from, to) => {
      least.slice(piece, from, to);
      greatest.slice(piece, from, to);
    },
  });
  if (least.best === undefined || greatest.best === undefined) return noData;
  const isSubnormal = least.isSubnormal || greatest.isSubnormal;
  return difference(greatest.best, least.best, isSubnormal, timeline.source.type);
}

class Ends implements StretchVisitor {
  first: Quantity | undefined;
  last: Quantity | undefined;
  isSubnormal = false;
  private readonly configuration: HistoryAggregateConfiguration;
  private isSkippingLast = false;
  private isLastUncertain = false;

  constructor(configuration: HistoryAggregateConfiguration) {
    this.configuration = configuration;
  }

  whole(summary: BlockSummary): boolean {
    if (!isPlain(summary)) return false;
    this.first ??= summary.first;
    this.take(summary.last, false);
    return true;
  }

  slice({ statuses, numbers, objects }: UnpackedPiece, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const object = objects?.[row];
      const quantity = typeof object === 'bigint' ? object : numbers[row];
      if (!isUsable(statuses[row], this.configuration) || Number.isNaN(numbers[row])) {
        this.isSubnormal ||= this.first === undefined;
        this.isSkippingLast = true;
        continue;
      }
      const uncertain = isUncertain(statuses[row]);
      if (this.first === undefined) {
        this.first = quantity;
        this.isSubnormal ||= uncertain;
      }
      this.take(quantity, uncertain);
    }
  }

  get hasSubnormalEnd(): boolean {
    return this.isSubnormal || this.isSkippingLast || this.isLastUncertain;
  }

  private take(quantity: Quantity, uncertain: boolean): void {
    this.last = quantity;
    this.isSkippingLast = false;
    this.isLastUncertain = uncertain;
  }
}

/** 10000-13, 5.4.3.27: latest minus earliest, whichever way the intervals run. */
export function delta({ stretch, timeline, configuration }: IntervalView): Cell {
  const ends = new Ends(configuration);
  timeline.visit(stretch, ends);
  if (ends.first === undefined || ends.last === undefined) return noData;
  return difference(ends.last, ends.first, ends.hasSubnormalEnd, timeline.source.type);
}

/** In the tag's own type; what does not fit it (a counter of an unsigned type that fell) is `BadOutOfRange`. */
function difference(of: Quantity, less: Quantity, isSubnormal: boolean, type: DataType): Cell {
  const value = typeof of === 'bigint' && typeof less === 'bigint' ? of - less : Number(of) - Number(less);
  if (!fits(value, type)) return { status: statusCodes.BadOutOfRange, value: null };
  const rounded = type.scalar === 'float32' && typeof value === 'number' ? Math.fround(value) : value;
  return calculated(isSubnormal ? statusCodes.UncertainDataSubNormal : statusCodes.Good, rounded);
}

function fits(value: Quantity, { scalar }: DataType): boolean {
  const limits = typeof value === 'bigint' ? bigIntegerRanges[scalar] : integerRanges[scalar];
  return !limits || (value >= limits[0] && value <= limits[1]);
}
