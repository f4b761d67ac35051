import { isBad, isGood, statusCodes } from '@fieldwarden/core';
import type { BlockSummary } from '../block/block-summary.js';
import { isPlain, type StretchVisitor } from '../reading/timeline.js';
import type { UnpackedPiece } from '../reading/unpacked-piece.js';
import { codeOf, historianBits, severityOf, statusOfShares, withBits } from './aggregate-status.js';
import { noData, type Cell, type IntervalView } from './interval-view.js';

/** Numbers of the values of an interval by severity, and the sum of the Good ones. */
class Tally implements StretchVisitor {
  total = 0;
  good = 0;
  bad = 0;
  sum = 0;
  private readonly needsNumbers: boolean;

  constructor(needsNumbers: boolean) {
    this.needsNumbers = needsNumbers;
  }

  whole(summary: BlockSummary): boolean {
    const { count, goodCount, sum } = summary;
    if (this.needsNumbers ? !isPlain(summary) : goodCount !== count) return false;
    this.total += count;
    this.good += count;
    this.sum += sum;
    return true;
  }

  slice({ statuses, numbers }: UnpackedPiece, from: number, to: number): void {
    this.total += to - from;
    for (let row = from; row < to; row += 1) {
      const isMissing = this.needsNumbers && Number.isNaN(numbers[row]);
      if (isMissing || isBad(statuses[row])) this.bad += 1;
      else if (isGood(statuses[row])) {
        this.good += 1;
        this.sum += numbers[row];
      }
    }
  }
}

/** 10000-13, 5.4.3.5: of the Good values; the share of others decides the status. */
export function average({ stretch, timeline, configuration }: IntervalView): Cell {
  const tally = new Tally(true);
  timeline.visit(stretch, tally);
  if (tally.good === 0) return noData;
  const status = statusOfShares(tally, configuration);
  return calculated(status, isBad(status) ? null : tally.sum / tally.good);
}

/** 10000-13, 5.4.3.21: of the Good values. */
export function count({ stretch, timeline, configuration, hasData }: IntervalView): Cell {
  if (!hasData) return noData;
  const tally = new Tally(false);
  timeline.visit(stretch, tally);
  const status = statusOfShares(tally, configuration);
  return isBad(status) ? { status, value: null } : calculated(status, tally.good);
}

/** Mean and squared distances from it, in one pass (Welford). */
class Spread implements StretchVisitor {
  good = 0;
  others = 0;
  squares = 0;
  private mean = 0;

  /** Heads keep no squares. */
  whole(): boolean {
    return false;
  }

  slice({ statuses, numbers }: UnpackedPiece, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const number = numbers[row];
      if (!isGood(statuses[row]) || Number.isNaN(number)) {
        this.others += 1;
        continue;
      }
      this.good += 1;
      const distance = number - this.mean;
      this.mean += distance / this.good;
      this.squares += distance * (number - this.mean);
    }
  }
}

/** 10000-13, 5.4.3.37 (StandardDeviationSample): over n − 1; 0 for one value. */
export function standardDeviation({ stretch, timeline }: IntervalView): Cell {
  const spread = new Spread();
  timeline.visit(stretch, spread);
  if (spread.good === 0) return noData;
  const variance = spread.good === 1 ? 0 : spread.squares / (spread.good - 1);
  return calculated(spread.others > 0 ? statusCodes.UncertainDataSubNormal : statusCodes.Good, Math.sqrt(variance));
}

class Worst implements StretchVisitor {
  status: number | undefined;
  times = 0;

  /** A head knows no more of Good values than that they are Good: the first one has to be seen. */
  whole({ count, goodCount }: BlockSummary): boolean {
    if (this.status === undefined || goodCount !== count) return false;
    if (isGood(this.status)) this.times += count;
    return true;
  }

  slice({ statuses }: UnpackedPiece, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const worse = this.status === undefined ? 1 : severityOf(statuses[row]) - severityOf(this.status);
      if (worse > 0) {
        this.status = codeOf(statuses[row]);
        this.times = 1;
      } else if (worse === 0) this.times += 1;
    }
  }
}

/** 10000-13, 5.4.3.35, edition 1.05: the first of the worst; `multiValue` where several are as bad. The value is a StatusCode. */
export function worstQuality({ stretch, timeline }: IntervalView): Cell {
  const worst = new Worst();
  timeline.visit(stretch, worst);
  if (worst.status === undefined) return noData;
  const cell = calculated(statusCodes.Good, worst.status);
  return worst.times > 1 ? { ...cell, status: withBits(cell.status, historianBits.multiValue) } : cell;
}

export function calculated(status: number, value: Cell['value']): Cell {
  return { status: withBits(status, historianBits.calculated), value };
}
