import type { Trends } from '@fieldwarden/admin-contract';
import { answered, api } from './api-client.js';

export interface TrendRequest {
  readonly paths: readonly string[];
  /** ms since 1970 UTC. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly buckets: number;
}

/** Curves of several tags; rejects with `TAG_UNKNOWN` when nothing was ever kept of one of them. */
export async function trendsOf({ paths, fromMs, toMs, buckets }: TrendRequest): Promise<Trends> {
  const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
  return await answered(api.GET('/trends', { params: { query: { paths: paths.join(','), from, to, buckets } } }));
}
