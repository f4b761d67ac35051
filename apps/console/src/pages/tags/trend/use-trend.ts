import { useEffect, useState } from 'react';
import { ApiError } from '../../../api/api-error.js';
import { tagHistory } from '../../../api/tag-requests.js';
import { tagValues } from '../../../live/live.js';
import { browserClock } from '../../../platform/browser-clock.js';
import { trendMs, trendOfHistory, withLiveValue, type ChartPoint } from './trend.js';

export interface Trend {
  readonly points: readonly ChartPoint[];
  readonly problem: ApiError | undefined;
}

/** What the gateway remembers of a tag, then every value that comes. */
export function useTrend(path: string): Trend {
  const [points, setPoints] = useState<readonly ChartPoint[]>([]);
  const [problem, setProblem] = useState<ApiError>();
  useEffect(() => {
    let gone = false;
    const from = new Date(browserClock.now() - trendMs).toISOString();
    tagHistory(path, from).then(
      (history) => {
        if (!gone) setPoints((live) => merged(trendOfHistory(history.points), live));
      },
      (error: unknown) => {
        if (!gone) setProblem(ApiError.of(error));
      },
    );
    const end = tagValues.follow(path, () => {
      const live = tagValues.get(path);
      if (live) setPoints((known) => withLiveValue(known, live));
    });
    return () => {
      gone = true;
      end();
    };
  }, [path]);
  return { points, problem };
}

/** Values that came while the history was on its way are behind it. */
function merged(history: readonly ChartPoint[], live: readonly ChartPoint[]): readonly ChartPoint[] {
  const last = history.at(-1)?.atMs ?? -Infinity;
  return [...history, ...live.filter(({ atMs }) => atMs > last)];
}
