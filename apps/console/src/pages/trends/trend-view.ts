/** One curve. */
export interface Pen {
  readonly path: string;
  /** 1 and 3 stand on the left, 2 and 4 on the right. */
  readonly axis: AxisNumber;
  readonly hidden: boolean;
}

export type AxisNumber = 1 | 2 | 3 | 4;

/** What of time is shown: the last stretch, which moves on, or a stretch that stays. */
export type Span =
  | { readonly kind: 'live'; readonly lengthMs: number }
  | { readonly kind: 'fixed'; readonly fromMs: number; readonly toMs: number };

/** All that a trend shows; the address of the page holds the whole of it. */
export interface TrendView {
  readonly pens: readonly Pen[];
  readonly span: Span;
}

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export const maxPens = 16;

export const axisNumbers = [1, 2, 3, 4] as const satisfies readonly AxisNumber[];

/** Nothing shorter has two values of a usual tag, nothing longer is kept. */
const shortestMs = 1_000;
const longestMs = 10 * 366 * 86_400_000;

/** No plant is trended after this. */
const latestMs = Date.UTC(2200, 0);

const defaultView: TrendView = { pens: [], span: { kind: 'live', lengthMs: 3_600_000 } };

export function viewOf(search: string): TrendView {
  const query = new URLSearchParams(search);
  const seen = new Set<string>();
  const pens = query.getAll('pen').flatMap((text) => {
    const [path, ...marks] = text.split('~');
    if (path === '' || seen.has(path)) return [];
    seen.add(path);
    return [{ path, axis: axisOf(marks), hidden: marks.includes('hidden') }];
  });
  return { pens: pens.slice(0, maxPens), span: spanOf(query) };
}

export function searchOf({ pens, span }: TrendView): string {
  const query = new URLSearchParams();
  for (const { path, axis, hidden } of pens) {
    query.append('pen', [path, ...(axis === 1 ? [] : [axis]), ...(hidden ? ['hidden'] : [])].join('~'));
  }
  if (span.kind === 'live') query.set('last', lengthText(span.lengthMs));
  else {
    query.set('from', new Date(span.fromMs).toISOString());
    query.set('to', new Date(span.toMs).toISOString());
  }
  // A path is easier to read and to type as it is.
  return query.toString().replaceAll('%2F', '/').replaceAll('%7E', '~').replaceAll('%3A', ':');
}

function axisOf(marks: readonly string[]): AxisNumber {
  return axisNumbers.find((number) => marks.includes(String(number))) ?? 1;
}

function spanOf(query: URLSearchParams): Span {
  const fromMs = Date.parse(query.get('from') ?? '');
  const toMs = Date.parse(query.get('to') ?? '');
  if (fromMs < toMs) return { kind: 'fixed', ...bounded(fromMs, toMs) };
  const lengthMs = lengthOf(query.get('last') ?? '');
  return lengthMs === undefined ? defaultView.span : { kind: 'live', lengthMs: clampedLength(lengthMs) };
}

const unitsMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;

/** `90s`, `15m`, `8h`, `7d`: in the largest unit of which it is a whole number. */
export function lengthText(lengthMs: number): string {
  const seconds = Math.max(1, Math.round(lengthMs / 1_000)) * 1_000;
  const [unit, ms] = Object.entries(unitsMs).find(([, each]) => seconds % each === 0)!;
  return `${seconds / ms}${unit}`;
}

function lengthOf(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return count === undefined || count === '0' ? undefined : Number(count) * unitsMs[unit as keyof typeof unitsMs];
}

export function rangeOf(span: Span, nowMs: number): TimeRange {
  return span.kind === 'live' ? { fromMs: nowMs - span.lengthMs, toMs: nowMs } : span;
}

/** With a pen more; as it was when it is there already, or there are enough. */
export function withPen(view: TrendView, path: string): TrendView {
  if (view.pens.length >= maxPens || view.pens.some((pen) => pen.path === path)) return view;
  return { ...view, pens: [...view.pens, { path, axis: 1, hidden: false }] };
}

export function withoutPen(view: TrendView, path: string): TrendView {
  return { ...view, pens: view.pens.filter((pen) => pen.path !== path) };
}

export function withChangedPen(view: TrendView, path: string, change: Partial<Omit<Pen, 'path'>>): TrendView {
  return { ...view, pens: view.pens.map((pen) => (pen.path === path ? { ...pen, ...change } : pen)) };
}

export function liveView(view: TrendView, lengthMs: number): TrendView {
  return { ...view, span: { kind: 'live', lengthMs: clampedLength(lengthMs) } };
}

/** A stretch that somebody chose stays: nothing moves away from under the eyes. */
export function fixedView(view: TrendView, fromMs: number, toMs: number): TrendView {
  return { ...view, span: { kind: 'fixed', ...bounded(Math.min(fromMs, toMs), Math.max(fromMs, toMs)) } };
}

/** Moved by a share of its length; to the left is negative. What would lie in the future is live again. */
export function shiftedView(view: TrendView, share: number, nowMs: number): TrendView {
  const { fromMs, toMs } = rangeOf(view.span, nowMs);
  const byMs = (toMs - fromMs) * share;
  if (toMs + byMs >= nowMs) return liveView(view, toMs - fromMs);
  return fixedView(view, fromMs + byMs, toMs + byMs);
}

/** `factor` 2 shows twice as much, around `aroundMs`; what follows the present goes on to follow it. */
export function scaledView(view: TrendView, factor: number, nowMs: number, aroundMs?: number): TrendView {
  if (view.span.kind === 'live' && aroundMs === undefined) return liveView(view, view.span.lengthMs * factor);
  const { fromMs, toMs } = rangeOf(view.span, nowMs);
  const middle = aroundMs ?? (fromMs + toMs) / 2;
  const end = middle + (toMs - middle) * factor;
  if (end >= nowMs && factor > 1) return liveView(view, (toMs - fromMs) * factor);
  return fixedView(view, middle - (middle - fromMs) * factor, end);
}

/** Within the times that can be shown: moved there, not cut. */
function bounded(fromMs: number, toMs: number): TimeRange {
  const lengthMs = clampedLength(toMs - fromMs);
  const begin = lengthMs === Math.round(toMs - fromMs) ? fromMs : (fromMs + toMs - lengthMs) / 2;
  const from = Math.round(Math.min(latestMs - lengthMs, Math.max(0, begin)));
  return { fromMs: from, toMs: from + lengthMs };
}

function clampedLength(lengthMs: number): number {
  return Math.round(Math.min(longestMs, Math.max(shortestMs, lengthMs)));
}
