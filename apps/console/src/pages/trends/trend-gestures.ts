import type uPlot from 'uplot';
import type { TimeRange } from './trend-view.js';

/** What somebody does to a trend with mouse, touch or wheel; ms since 1970 UTC. */
export interface TrendGestures {
  /** This stretch shall be shown. */
  readonly onRange: (fromMs: number, toMs: number) => void;
  /** So much more (2) or less (0.5), around a time. */
  readonly onScale: (factor: number, aroundMs: number) => void;
  /** Back to where it was before. */
  readonly onBack: () => void;
}

const wheelStep = 1.25;

/**
 * A stretch drawn with the mouse is chosen by uPlot itself; here: the wheel scales, shift and the mouse or one finger moves, two fingers
 * scale, a double click goes back. Returns what ends it.
 */
export function trendGestures(plot: uPlot, range: () => TimeRange, listener: TrendGestures): () => void {
  const { over } = plot;
  const end = new AbortController();
  const { signal } = end;
  const timeAt = (clientX: number, of: TimeRange = range()): number => {
    const { left, width } = over.getBoundingClientRect();
    return of.fromMs + ((clientX - left) / width) * (of.toMs - of.fromMs);
  };
  over.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      listener.onScale(event.deltaY > 0 ? wheelStep : 1 / wheelStep, timeAt(event.clientX));
    },
    { signal, passive: false },
  );
  over.addEventListener('dblclick', () => listener.onBack(), { signal });
  const pointers = new Map<number, number>();
  /** Where it began, and what was shown then. */
  let begun: { readonly xs: readonly number[]; readonly range: TimeRange } | undefined;
  const begin = (): void => {
    begun = pointers.size > 0 ? { xs: [...pointers.values()], range: range() } : undefined;
  };
  over.addEventListener(
    'pointerdown',
    (event) => {
      if (event.pointerType === 'mouse' && !event.shiftKey) return;
      over.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, event.clientX);
      begin();
    },
    { signal },
  );
  over.addEventListener(
    'pointermove',
    (event) => {
      if (!begun || !pointers.has(event.pointerId)) return;
      pointers.set(event.pointerId, event.clientX);
      const moved = movedRange(
        begun.range,
        begun.xs.map((x) => timeAt(x, begun!.range)),
        [...pointers.values()],
        (x) => timeAt(x, begun!.range),
      );
      if (moved) listener.onRange(moved.fromMs, moved.toMs);
    },
    { signal },
  );
  for (const type of ['pointerup', 'pointercancel'] as const) {
    over.addEventListener(
      type,
      (event) => {
        if (pointers.delete(event.pointerId)) begin();
      },
      { signal },
    );
  }
  return () => end.abort();
}

/** The stretch in which the times that were under the fingers are under them still. */
export function movedRange(
  { fromMs, toMs }: TimeRange,
  timesBefore: readonly number[],
  fingers: readonly number[],
  timeAt: (x: number) => number,
): TimeRange | undefined {
  const times = fingers.map(timeAt);
  if (times.length === 1) {
    const byMs = timesBefore[0] - times[0];
    return { fromMs: fromMs + byMs, toMs: toMs + byMs };
  }
  const [a, b] = times;
  const [beforeA, beforeB] = timesBefore;
  if (times.length !== 2 || Math.abs(a - b) < 1) return undefined;
  const factor = (beforeA - beforeB) / (a - b);
  if (!(factor > 0)) return undefined;
  const begin = beforeA - (a - fromMs) * factor;
  return { fromMs: begin, toMs: begin + (toMs - fromMs) * factor };
}
