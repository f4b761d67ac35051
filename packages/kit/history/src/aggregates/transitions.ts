import { isBad, type TagValue } from '@fieldwarden/core';
import type { BlockSummary } from '../block/block-summary.js';
import { isPlain, type StretchVisitor } from '../reading/timeline.js';
import type { UnpackedPiece } from '../reading/unpacked-piece.js';
import { statusOfShares, isUsable } from './aggregate-status.js';
import { noData, type Cell, type IntervalView } from './interval-view.js';
import { calculated } from './value-aggregates.js';
import type { HistoryAggregateConfiguration } from '@fieldwarden/service';

class Transitions implements StretchVisitor {
  times = 0;
  total = 0;
  good = 0;
  bad = 0;
  private previous: TagValue | null;
  private readonly configuration: HistoryAggregateConfiguration;

  constructor(previous: TagValue | null, configuration: HistoryAggregateConfiguration) {
    this.previous = previous;
    this.configuration = configuration;
  }

  /** Within a piece of one value nothing changes. */
  whole(summary: BlockSummary): boolean {
    if (!isPlain(summary) || summary.min !== summary.max) return false;
    this.total += summary.count;
    this.good += summary.count;
    this.take(summary.first);
    return true;
  }

  slice({ statuses, numbers, objects }: UnpackedPiece, from: number, to: number): void {
    this.total += to - from;
    for (let row = from; row < to; row += 1) {
      const status = statuses[row];
      const value = objects ? objects[row] : Number.isNaN(numbers[row]) ? null : numbers[row];
      if (isBad(status) || value === null) this.bad += 1;
      else if (status >>> 30 === 0) this.good += 1;
      if (value !== null && isUsable(status, this.configuration)) this.take(value);
    }
  }

  private take(value: TagValue): void {
    if (this.previous === null || !isSame(this.previous, value)) this.times += 1;
    this.previous = value;
  }
}

/** 10000-13, 5.4.3.24: the first value of all is a transition, too. */
export function numberOfTransitions({ stretch, timeline, bounds, configuration, hasData }: IntervalView): Cell {
  if (!hasData) return noData;
  const before = bounds.lastUsable(stretch.fromMs, stretch.isEndIncluded);
  const transitions = new Transitions(before?.value ?? null, configuration);
  timeline.visit(stretch, transitions);
  const status = statusOfShares(transitions, configuration);
  return isBad(status) ? { status, value: null } : calculated(status, transitions.times);
}

function isSame(a: TagValue, b: TagValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (!isSame(a[i], b[i])) return false;
  return true;
}
