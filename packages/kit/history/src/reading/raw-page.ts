import { GatewayError, statusCodes } from '@fieldwarden/core';
import { maxHistoryRows, type HistoryPage, type RawHistoryRequest } from '@fieldwarden/service';
import type { BlockSource } from './block-source.js';
import { RowsBuilder } from './rows-builder.js';
import { Timeline, type Cursor } from './timeline.js';

export type RawRequest = Omit<RawHistoryRequest, 'path'>;

/** Where a page begins. */
interface Place {
  readonly timeMs: number;
  /** Values of that time that earlier pages had, counted in the order of the request. */
  readonly skip: number;
}

/** From where a store has to look values up for this page; the other end is `toMs` of the request. Throws `HISTORY_CURSOR_INVALID`. */
export function startOfRawPage({ fromMs, toMs, cursor }: RawRequest): number {
  if (cursor === undefined) return fromMs;
  return cursor === endCursor ? toMs : placeOf(cursor).timeMs;
}

/** Only the bound at the end is left. */
const endCursor = 'end';

/**
 * One page of values as they were kept, from `fromMs` (included) to `toMs` (not included), newest first where `fromMs` is later. `bounds`:
 * also the values at or beyond both ends, or `BadBoundNotFound` at the end itself (10000-11, 6.5.3.2). Several values of one time come in the
 * order in which they were kept, also across pages.
 */
export function rawPage(source: BlockSource, request: RawRequest): HistoryPage {
  const { fromMs, toMs, bounds, cursor } = request;
  const limit = Math.max(1, Math.min(request.limit, maxHistoryRows));
  const walk = new Walk(new Timeline(source), toMs < fromMs);
  const rows = new RowsBuilder(source.type);
  const give = (at: Cursor): void => {
    const { timeMs, status, value } = walk.timeline.point(at);
    rows.add(timeMs, status, value);
  };
  const isBound = bounds && cursor === undefined && !walk.hasValueAt(fromMs);
  if (isBound) {
    const before = walk.before(fromMs);
    if (before) give(before);
    else rows.add(fromMs, statusCodes.BadBoundNotFound, null);
  }
  let at =
    cursor === endCursor ? undefined : walk.first(cursor === undefined ? { timeMs: fromMs, skip: 0 } : placeOf(cursor));
  while (at && walk.isBefore(walk.timeline.timeOf(at), toMs)) {
    if (rows.length === limit) return { ...rows.rows(), next: walk.cursorOf(at) };
    give(at);
    at = walk.next(at);
  }
  if (bounds) {
    if (rows.length === limit) return { ...rows.rows(), next: endCursor };
    const end = cursor === endCursor ? walk.first({ timeMs: toMs, skip: 0 }) : at;
    if (end) give(end);
    else rows.add(toMs, statusCodes.BadBoundNotFound, null);
  }
  return { ...rows.rows(), next: null };
}

/** A timeline in the order of a request. */
class Walk {
  readonly timeline: Timeline;
  private readonly isReverse: boolean;

  constructor(timeline: Timeline, isReverse: boolean) {
    this.timeline = timeline;
    this.isReverse = isReverse;
  }

  next(at: Cursor): Cursor | undefined {
    return this.isReverse ? this.timeline.previous(at) : this.timeline.next(at);
  }

  isBefore(timeMs: number, thanMs: number): boolean {
    return this.isReverse ? timeMs > thanMs : timeMs < thanMs;
  }

  hasValueAt(timeMs: number): boolean {
    const at = this.timeline.lastBefore(timeMs, true);
    return at !== undefined && this.timeline.timeOf(at) === timeMs;
  }

  /** The value that comes before all of this time. */
  before(timeMs: number): Cursor | undefined {
    return this.isReverse ? this.timeline.firstAfter(timeMs, false) : this.timeline.lastBefore(timeMs, false);
  }

  first({ timeMs, skip }: Place): Cursor | undefined {
    let at = this.isReverse ? this.timeline.lastBefore(timeMs, true) : this.timeline.firstAfter(timeMs, true);
    for (let skipped = 0; at && skipped < skip && this.timeline.timeOf(at) === timeMs; skipped += 1) at = this.next(at);
    return at;
  }

  /** `1700000000000:2`. */
  cursorOf(at: Cursor): string {
    const timeMs = this.timeline.timeOf(at);
    let skip = 0;
    let before = this.previous(at);
    while (before && this.timeline.timeOf(before) === timeMs) {
      skip += 1;
      before = this.previous(before);
    }
    return `${timeMs}:${skip}`;
  }

  private previous(at: Cursor): Cursor | undefined {
    return this.isReverse ? this.timeline.next(at) : this.timeline.previous(at);
  }
}

function placeOf(cursor: string): Place {
  const match = /^(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?):(\d{1,15})$/.exec(cursor);
  if (!match) throw cursorInvalid(cursor);
  return { timeMs: Number(match[1]), skip: Number(match[2]) };
}

export function cursorInvalid(cursor: string | undefined): GatewayError {
  return new GatewayError({
    code: 'HISTORY_CURSOR_INVALID',
    kind: 'config',
    status: statusCodes.BadContinuationPointInvalid,
    message: `${JSON.stringify(cursor)} is no cursor of a page of history`,
  });
}
