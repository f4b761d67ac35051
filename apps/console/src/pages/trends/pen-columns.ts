import type { TimeRange } from './trend-view.js';

/** Values of one stretch of time; `count` 1: a value as it was. */
export interface TrendPoint {
  /** ms since 1970 UTC, of the first value in it. */
  readonly atMs: number;
  readonly first: unknown;
  readonly min: unknown;
  readonly max: unknown;
  readonly last: unknown;
  readonly count: number;
  /** The worst in it: `Good`, `UncertainLastUsableValue`, `BadNoCommunication`. */
  readonly status: string;
}

export interface PenSeries {
  readonly path: string;
  readonly unit: string | null;
  readonly type: string;
  /** A value holds until the next one; else they are joined by lines. */
  readonly stepped: boolean;
  readonly points: readonly TrendPoint[];
}

/** uPlot's words: null is a gap, undefined is nothing at this time, and the line goes on. */
export type Column = readonly (number | null | undefined)[];

export interface PenColumns {
  readonly line: Column;
  readonly low: Column;
  readonly high: Column;
}

export interface TrendColumns {
  readonly atMs: readonly number[];
  readonly pens: readonly PenColumns[];
}

export type Quality = 'good' | 'uncertain' | 'bad';

/** A stretch in which a pen was not Good. */
export interface QualitySpan extends TimeRange {
  readonly quality: Exclude<Quality, 'good'>;
}

export interface PenStatistics {
  readonly min: number | null;
  readonly max: number | null;
  readonly last: unknown;
  /** Of any quality. */
  readonly values: number;
  /** 0 to 1: of the time of which anything is known. */
  readonly goodShare: number | null;
}

export function qualityOf(status: string): Quality {
  if (status.startsWith('Bad')) return 'bad';
  return status.startsWith('Uncertain') ? 'uncertain' : 'good';
}

/**
 * All pens over one axis of time. A value holds, or a line goes on, until the next value is there; a Bad one is a gap from its time on.
 * What was last holds until `untilMs`, or the end of the range, and not beyond.
 */
export function trendColumns(series: readonly PenSeries[], { toMs }: TimeRange, untilMs: number): TrendColumns {
  const endMs = Math.min(toMs, untilMs);
  const held = series.map(({ points }) => withHeldEnd(points, endMs));
  const atMs = [...new Set(held.flatMap((points) => points.map((point) => point.atMs)))].sort((a, b) => a - b);
  const rowOf = new Map(atMs.map((at, row) => [at, row]));
  const pens = held.map((points) => {
    const [line, low, high] = [0, 1, 2].map(() => new Array<number | null | undefined>(atMs.length).fill(undefined));
    for (const point of points) {
      const row = rowOf.get(point.atMs)!;
      const isBad = qualityOf(point.status) === 'bad' && point.count <= 1;
      line[row] = isBad ? null : numberOf(point.first);
      low[row] = isBad ? null : numberOf(point.min);
      high[row] = isBad ? null : numberOf(point.max);
    }
    return { line, low, high };
  });
  return { atMs, pens };
}

function withHeldEnd(points: readonly TrendPoint[], endMs: number): readonly TrendPoint[] {
  const end = points.at(-1);
  if (!end || end.atMs >= endMs) return points;
  const { last, status } = end;
  return [...points, { atMs: endMs, first: last, min: last, max: last, last, count: 0, status }];
}

/** What is no number, or not finite, is drawn as a gap. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'boolean') return Number(value);
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** Where the pen was Bad or Uncertain; neighbours of one quality are one. Before its first value nothing is known: no span. */
export function qualitySpans(points: readonly TrendPoint[], endMs: number): readonly QualitySpan[] {
  const spans: QualitySpan[] = [];
  points.forEach(({ atMs, status }, index) => {
    const quality = qualityOf(status);
    const toMs = points[index + 1]?.atMs ?? Math.max(endMs, atMs);
    const before = spans.at(-1);
    if (quality === 'good') return;
    if (before?.quality === quality && before.toMs === atMs) spans[spans.length - 1] = { ...before, toMs };
    else spans.push({ fromMs: atMs, toMs, quality });
  });
  return spans;
}

export function statisticsOf({ points }: Pick<PenSeries, 'points'>, endMs: number): PenStatistics {
  const numbers = (field: 'min' | 'max'): readonly number[] =>
    points.flatMap((point) => {
      const number = qualityOf(point.status) === 'bad' && point.count <= 1 ? null : numberOf(point[field]);
      return number === null ? [] : [number];
    });
  const knownMs = points.length === 0 ? 0 : Math.max(endMs, points.at(-1)!.atMs) - points[0].atMs;
  const notGoodMs = qualitySpans(points, endMs).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  return {
    min: least(numbers('min'), (a, b) => a < b),
    max: least(numbers('max'), (a, b) => a > b),
    last: points.at(-1)?.last ?? null,
    values: points.reduce((sum, { count }) => sum + count, 0),
    goodShare: knownMs > 0 ? 1 - notGoodMs / knownMs : null,
  };
}

function least(numbers: readonly number[], isBetter: (a: number, b: number) => boolean): number | null {
  return numbers.reduce<number | null>((best, each) => (best === null || isBetter(each, best) ? each : best), null);
}

/** What a pen read at a time: the last point not after it. */
export function pointAt(points: readonly TrendPoint[], atMs: number): TrendPoint | undefined {
  return points.findLast((point) => point.atMs <= atMs);
}

/** As people get it into a spreadsheet. */
export function trendCsv(series: readonly PenSeries[]): string {
  const rows = series.flatMap(({ path, points }) =>
    points.map(({ atMs, first, min, max, last, count, status }) =>
      [path, new Date(atMs).toISOString(), first, min, max, last, count, status].map(cell).join(','),
    ),
  );
  return ['path,at,first,min,max,last,count,status', ...rows, ''].join('\r\n');
}

function cell(value: unknown): string {
  const text = value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
