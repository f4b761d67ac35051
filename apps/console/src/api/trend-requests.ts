import { answered, api } from './api-client.js';

export interface TrendRequest {
  readonly paths: readonly string[];
  /** ms since 1970 UTC. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly buckets: number;
}

interface Trends {
  readonly series: readonly {
    readonly path: string;
    readonly unit: string | null;
    readonly type: string;
    readonly stepped: boolean;
    readonly points: readonly {
      readonly at: string;
      readonly first: unknown;
      readonly min: unknown;
      readonly max: unknown;
      readonly last: unknown;
      readonly count: number;
      readonly status: string;
    }[];
  }[];
}

const get = api.GET as unknown as (path: '/trends', options: object) => Promise<never>;

/** Curves of several tags; rejects with `HISTORY_NONE` where the plant keeps no history. */
export async function trendsOf({ paths, fromMs, toMs, buckets }: TrendRequest): Promise<Trends> {
  const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
  return (await answered(
    get('/trends', { params: { query: { paths: paths.join(','), from, to, buckets } } }),
  )) as Trends;
}
