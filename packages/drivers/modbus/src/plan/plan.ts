import { areas, areaTraits, type Area, type Span } from '../address/area.js';

/** A point as the planner sees it: a span and the row that it fills. */
export interface PlanPoint extends Span {
  readonly row: number;
}

export interface PlanLimits {
  readonly maxGap: number;
  readonly maxRegisters: number;
  /** At least 8. */
  readonly maxBits: number;
  /**
   * Reads of bits begin at a multiple of this, as old devices insist. Default 1. A point longer than a read may be is excepted.
   */
  readonly bitAlignment?: number;
}

/** What the unit is known to refuse. Pure view of a memory; see `HoleMemory`. */
export interface KnownRefusals {
  /** True when a read of exactly this span, or of a part of it, is known to be refused. */
  refuses(span: Span): boolean;
  /** Longest read of the area that the unit is known to accept, undefined when none was refused for its length. */
  learnedMax(area: Area): number | undefined;
}

/** One read request. Either it covers whole points, or it is one of several that together cover one long point. */
export interface PlannedRead<P extends PlanPoint = PlanPoint> extends Span {
  readonly points: readonly P[];
  readonly part?: { readonly isFirst: boolean; readonly isLast: boolean };
}

export interface BlockPlan<P extends PlanPoint = PlanPoint> {
  readonly reads: readonly PlannedRead<P>[];
  /** Points that the unit is known not to have; they are not asked for. */
  readonly missing: readonly P[];
}

/** Where a read that failed is being divided. */
export interface Cuts {
  /** True when points at `from` and at `to` must not be in one read. */
  isCut(area: Area, from: number, to: number): boolean;
}

const noCuts: Cuts = { isCut: () => false };

export const nothingKnown: KnownRefusals = { refuses: () => false, learnedMax: () => undefined };

/**
 * Groups points into as few reads as the limits allow. Every point is in exactly one read (or, if it is longer than a read may
 * be, in consecutive parts), or is missing; no read spans more than `maxGap` unasked addresses in a row, nor a known hole.
 */
export function planReads<P extends PlanPoint>(
  points: readonly P[],
  limits: PlanLimits,
  known: KnownRefusals = nothingKnown,
  cuts: Cuts = noCuts,
): BlockPlan<P> {
  const missing = points.filter((point) => known.refuses(point));
  const present = points.filter((point) => !known.refuses(point));
  const reads = areas.flatMap((area) =>
    planArea(
      present.filter((point) => point.area === area),
      { max: maxOf(area, limits, known), maxGap: limits.maxGap, bitAlignment: limits.bitAlignment ?? 1 },
      known,
      cuts,
    ),
  );
  return { reads, missing };
}

function maxOf(area: Area, limits: PlanLimits, known: KnownRefusals): number {
  const learned = known.learnedMax(area) ?? Infinity;
  if (areaTraits[area].holds === 'registers') return Math.min(limits.maxRegisters, learned);
  return Math.min(limits.maxBits, Math.max(bitsPerByte, learned));
}

interface AreaLimits {
  readonly max: number;
  readonly maxGap: number;
  readonly bitAlignment: number;
}

function planArea<P extends PlanPoint>(
  points: P[],
  { max, maxGap, bitAlignment }: AreaLimits,
  known: KnownRefusals,
  cuts: Cuts,
): PlannedRead<P>[] {
  const sorted = points.sort((a, b) => a.start - b.start || a.count - b.count);
  const reads: PlannedRead<P>[] = [];
  let open: P[] = [];
  let span: Span | undefined;
  const flush = (): void => {
    if (span) reads.push({ ...span, points: open });
    open = [];
    span = undefined;
  };
  for (const point of sorted) {
    if (point.count > max) {
      reads.push(...cutIntoParts(point, max));
      continue;
    }
    const joined = span && !cuts.isCut(point.area, open[0].start, point.start) ? join(span, point) : undefined;
    if (span && joined && point.start - endOf(span) <= maxGap && joined.count <= max && !known.refuses(joined)) {
      span = joined;
    } else {
      flush();
      const whole = aligned(point, bitAlignment);
      const isWholeFit = whole.count <= max && !known.refuses(whole);
      span = isWholeFit ? whole : { area: point.area, start: point.start, count: point.count };
    }
    open.push(point);
  }
  flush();
  return reads;
}

/** From the multiple of `bitAlignment` at or before it, if it is a span of bits. */
function aligned({ area, start, count }: Span, bitAlignment: number): Span {
  const lead = areaTraits[area].holds === 'bits' ? start % bitAlignment : 0;
  return { area, start: start - lead, count: count + lead };
}

function join(span: Span, point: Span): Span {
  const end = Math.max(endOf(span), endOf(point));
  return { area: span.area, start: span.start, count: end - span.start };
}

function endOf({ start, count }: Span): number {
  return start + count;
}

const bitsPerByte = 8;

/** Parts of bits are whole bytes, so that their answers can be put side by side. */
function cutIntoParts<P extends PlanPoint>(point: P, max: number): PlannedRead<P>[] {
  const size = areaTraits[point.area].holds === 'bits' ? max - (max % bitsPerByte) : max;
  const parts: PlannedRead<P>[] = [];
  for (let start = point.start; start < endOf(point); start += size) {
    const count = Math.min(size, endOf(point) - start);
    const part = { isFirst: start === point.start, isLast: start + count === endOf(point) };
    parts.push({ area: point.area, start, count, points: [point], part });
  }
  return parts;
}

/**
 * Halves a failed read at its points; each half is trimmed to what its points need. Undefined when it can't be halved, because all
 * its points begin at the same address.
 */
export function splitRead<P extends PlanPoint>(
  read: PlannedRead<P>,
  bitAlignment = 1,
): readonly [PlannedRead<P>, PlannedRead<P>] | undefined {
  const middle = read.part ? undefined : middleOf(read.points);
  if (middle === undefined) return undefined;
  const half = (points: readonly P[]): PlannedRead<P> => ({
    ...aligned(trimmed(read.area, points), bitAlignment),
    points,
  });
  return [half(read.points.slice(0, middle)), half(read.points.slice(middle))];
}

/** Where the second half begins: the place nearest to the middle at which another address begins. */
function middleOf(points: readonly PlanPoint[]): number | undefined {
  const middle = points.length >> 1;
  const begins = (at: number): boolean => at > 0 && at < points.length && points[at].start !== points[at - 1].start;
  for (let away = 0; away <= middle; away++) {
    if (begins(middle - away)) return middle - away;
    if (begins(middle + away)) return middle + away;
  }
  return undefined;
}

function trimmed(area: Area, points: readonly PlanPoint[]): Span {
  const start = points[0].start;
  const end = points.reduce((latest, point) => Math.max(latest, endOf(point)), 0);
  return { area, start, count: end - start };
}

/** How many addresses of a read no point asked for. */
export function gapOf({ start, count, points, part }: PlannedRead): number {
  if (part) return 0;
  let covered = 0;
  let reached = start;
  for (const point of points) {
    const end = endOf(point);
    if (end > reached) covered += end - Math.max(reached, point.start);
    reached = Math.max(reached, end);
  }
  return count - covered;
}
