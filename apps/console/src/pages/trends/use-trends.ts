import type { TrendSeries } from '@fieldwarden/admin-contract';
import { useEffect, useMemo, useRef, useState } from 'react';
import { ApiError } from '../../api/api-error.js';
import { trendsOf } from '../../api/trend-requests.js';
import { useNow } from '../../parts/now.js';
import { browserClock } from '../../platform/browser-clock.js';
import type { PenSeries, TrendPoint } from './pen-columns.js';
import { rangeOf, type Span, type TimeRange } from './trend-view.js';

export interface Trends {
  /** In the order of the paths that were asked for. */
  readonly series: readonly PenSeries[];
  /** What they reach over; what is shown may be a little later. */
  readonly loaded: TimeRange | undefined;
  /** What is shown. */
  readonly range: TimeRange;
  readonly loading: boolean;
  readonly problem: ApiError | undefined;
}

/** Two to a pixel of an ordinary screen: no curve has more to show. */
const buckets = 1_200;

/** What follows the present is asked for again this often at most. */
const leastEveryMs = 1_000;
const mostEveryMs = 60_000;

interface Loaded {
  readonly series: readonly PenSeries[];
  readonly range: TimeRange;
}

/** The curves of these paths, loaded anew when the span moves, and again and again while it follows the present. */
export function useTrends(paths: readonly string[], span: Span): Trends {
  const [loaded, setLoaded] = useState<Loaded>();
  const [problem, setProblem] = useState<ApiError>();
  const [loading, setLoading] = useState(false);
  const round = useRef(0);
  const now = useNow();
  const asked = JSON.stringify({ paths, span });
  useEffect(() => {
    let gone = false;
    let cancel = (): void => undefined;
    const load = async (): Promise<void> => {
      const mine = ++round.current;
      const range = rangeOf(span, browserClock.now());
      setLoading(true);
      try {
        const { series, problem: left } = await loadSeries(paths, range);
        if (gone || mine !== round.current) return;
        setLoaded({ series, range });
        setProblem(left);
      } catch (error) {
        if (!gone) setProblem(ApiError.of(error));
      } finally {
        if (!gone) setLoading(false);
      }
      if (!gone && span.kind === 'live') cancel = browserClock.after(everyMs(span.lengthMs), () => void load());
    };
    void load();
    return () => {
      gone = true;
      cancel();
    };
    // `asked` says all of both.
  }, [asked]);
  const range = useMemo(() => rangeOf(span, now), [asked, span.kind === 'live' ? now : 0]);
  return { series: loaded?.series ?? [], loaded: loaded?.range, range, loading, problem };
}

function everyMs(lengthMs: number): number {
  return Math.min(mostEveryMs, Math.max(leastEveryMs, lengthMs / buckets));
}

interface LoadedSeries {
  readonly series: readonly PenSeries[];
  /** Of a tag that is not there any more: the others are shown. */
  readonly problem: ApiError | undefined;
}

async function loadSeries(paths: readonly string[], range: TimeRange): Promise<LoadedSeries> {
  if (paths.length === 0) return { series: [], problem: undefined };
  try {
    return { series: await seriesOf(paths, range), problem: undefined };
  } catch (error) {
    if (paths.length === 1 || ApiError.of(error).problem?.code !== 'TAG_UNKNOWN') throw error;
    const each = await Promise.allSettled(paths.map(async (path) => await seriesOf([path], range)));
    const series = each.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    return { series, problem: ApiError.of(error) };
  }
}

async function seriesOf(paths: readonly string[], { fromMs, toMs }: TimeRange): Promise<readonly PenSeries[]> {
  const { series } = await trendsOf({ paths, fromMs, toMs, buckets });
  return series.map(({ before, points, ...rest }) => ({
    ...rest,
    // What held before the range holds at its beginning.
    points: [...(before ? [{ ...pointOf(before), atMs: fromMs, count: 0 }] : []), ...points.map(pointOf)],
  }));
}

function pointOf({ at, ...point }: TrendSeries['points'][number]): TrendPoint {
  return { ...point, atMs: Date.parse(at) };
}
