import { GatewayError, isBad, isNumericColumn, statusCodes, type TagValue } from '@fieldwarden/core';
import type { HistoryBuckets, HistoryBucketsRequest } from '@fieldwarden/service';
import type { BlockSummary } from '../block/block-summary.js';
import type { BlockSource } from './block-source.js';
import { isPlain, Timeline, type StretchVisitor } from './timeline.js';
import type { UnpackedPiece } from './unpacked-piece.js';

export type BucketsRequest = Omit<HistoryBucketsRequest, 'path'>;

/** Most buckets of one answer. */
export const maxBuckets = 4_000;

/**
 * For curves: the range in equal parts, of which those that have values are told; nothing is made up between them. Figures are of values that are
 * not Bad and are numbers, counts of all. With no more values than parts, each value is a bucket. Of 64-bit integers, texts and arrays the last
 * value of each bucket is told. Oldest first, also where `fromMs` is later. Throws `HISTORY_RANGE_INVALID`.
 */
export function buckets(source: BlockSource, request: BucketsRequest): HistoryBuckets {
  const fromMs = Math.min(request.fromMs, request.toMs);
  const toMs = Math.max(request.fromMs, request.toMs);
  const parts = Math.max(1, Math.min(Math.floor(request.buckets), maxBuckets));
  if (!(toMs - fromMs > 0 && Number.isFinite(toMs - fromMs)))
    throw new GatewayError({
      code: 'HISTORY_RANGE_INVALID',
      kind: 'config',
      status: statusCodes.BadInvalidArgument,
      message: 'a range of history has two different ends',
    });
  const timeline = new Timeline(source);
  const columns = new BucketColumns(!isNumericColumn(source.type));
  if (countIn(timeline, fromMs, toMs, parts) <= parts) {
    timeline.visit({ fromMs, toMs }, new EachAlone(columns));
    return columns.finish(source.type);
  }
  for (let part = 0; part < parts; part += 1) {
    const bucket = new Bucket();
    const edge = (index: number): number => (index === parts ? toMs : fromMs + ((toMs - fromMs) * index) / parts);
    timeline.visit({ fromMs: edge(part), toMs: edge(part + 1) }, bucket);
    if (bucket.count > 0) columns.add(bucket);
  }
  return columns.finish(source.type);
}

/** Stops counting a piece after it is more than `enough`. */
function countIn(timeline: Timeline, fromMs: number, toMs: number, enough: number): number {
  let count = 0;
  const visitor: StretchVisitor = {
    whole: (summary) => {
      count += summary.count;
      return true;
    },
    slice: (_piece, from, to) => {
      count += to - from;
    },
  };
  timeline.visit({ fromMs, toMs }, visitor, () => count > enough);
  return count;
}

/** What is told of a part of the range. */
class Bucket implements StretchVisitor {
  timeMs = Number.NaN;
  first = Number.NaN;
  min = Number.NaN;
  max = Number.NaN;
  last = Number.NaN;
  count = 0;
  status = 0;
  object: TagValue | null = null;

  whole(summary: BlockSummary): boolean {
    if (!isPlain(summary)) return false;
    this.begin(summary.firstAtMs);
    this.count += summary.count;
    this.take(summary.first, summary.min, summary.max, summary.last);
    return true;
  }

  slice({ timesMs, statuses, numbers, objects }: UnpackedPiece, from: number, to: number): void {
    this.begin(timesMs[from]);
    this.count += to - from;
    const isNumeric = objects === undefined;
    for (let row = from; row < to; row += 1) {
      const status = statuses[row];
      if (status >>> 30 > this.status >>> 30) this.status = status;
      const number = numbers[row];
      if (isNumeric && !isBad(status) && !Number.isNaN(number)) this.take(number, number, number, number);
    }
    if (objects) this.object = objects[to - 1];
  }

  private begin(timeMs: number): void {
    if (this.count === 0) this.timeMs = timeMs;
  }

  private take(first: number, min: number, max: number, last: number): void {
    if (Number.isNaN(this.first)) {
      this.first = first;
      this.min = min;
      this.max = max;
    } else {
      if (min < this.min) this.min = min;
      if (max > this.max) this.max = max;
    }
    this.last = last;
  }
}

/** Each value as a bucket, with its own status. */
class EachAlone implements StretchVisitor {
  private readonly columns: BucketColumns;

  constructor(columns: BucketColumns) {
    this.columns = columns;
  }

  whole(): boolean {
    return false;
  }

  slice(piece: UnpackedPiece, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const bucket = new Bucket();
      bucket.slice(piece, row, row + 1);
      bucket.status = piece.statuses[row];
      this.columns.add(bucket);
    }
  }
}

class BucketColumns {
  private readonly all: Bucket[] = [];
  private readonly areObjects: boolean;

  constructor(areObjects: boolean) {
    this.areObjects = areObjects;
  }

  add(bucket: Bucket): void {
    this.all.push(bucket);
  }

  finish(type: HistoryBuckets['type']): HistoryBuckets {
    const column = (of: (bucket: Bucket) => number): Float64Array => Float64Array.from(this.all, of);
    return {
      type,
      timesMs: column(({ timeMs }) => timeMs),
      firsts: column(({ first }) => first),
      minima: column(({ min }) => min),
      maxima: column(({ max }) => max),
      lasts: column(({ last }) => last),
      counts: Uint32Array.from(this.all, ({ count }) => count),
      statuses: Uint32Array.from(this.all, ({ status }) => status),
      objects: this.areObjects ? this.all.map(({ object }) => object) : undefined,
    };
  }
}
