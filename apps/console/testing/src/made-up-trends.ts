import type { MadeUpPlant } from './made-up-plant.ts';

/** A value each second; the seventh minute of every hour is Bad, and each hour has one spike. */
const everyMs = 1_000;
const badMinute = 7;

/** `GET /trends` over what the made-up plant would have kept: a row per bucket, or each value where there are fewer. */
export function madeUpTrends(plant: MadeUpPlant, query: URLSearchParams) {
  const [from, to] = ['from', 'to'].map((name) => query.get(name) ?? new Date().toISOString());
  const [fromMs, toMs] = [Date.parse(from), Math.min(Date.parse(to), Date.now())];
  const buckets = Number(query.get('buckets') ?? 500);
  const paths = (query.get('paths') ?? '').split(',').filter((path) => plant.paths.includes(path));
  const stepMs = Math.max(everyMs, Math.ceil((toMs - fromMs) / buckets / everyMs) * everyMs);
  const first = Math.ceil(fromMs / stepMs) * stepMs;
  const times = Array.from(
    { length: Math.max(0, Math.floor((toMs - first) / stepMs) + 1) },
    (_none, i) => first + i * stepMs,
  );
  const series = paths.map((path) => ({
    path,
    unit: 'mm/s',
    type: 'float64',
    stepped: false,
    before: null,
    points: times.map((atMs) => bucket(path, atMs, stepMs)),
  }));
  return { schema: 'fieldwarden/trends@1', from, to, buckets, series };
}

function bucket(path: string, atMs: number, stepMs: number) {
  const at = new Date(atMs).toISOString();
  if (new Date(atMs).getUTCMinutes() === badMinute) {
    return { at, first: null, min: null, max: null, last: null, count: 1, status: 'BadNoCommunication' };
  }
  const phase = [...path].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const value = (ms: number): number => 100 + phase / 10 + 40 * Math.sin(ms / 600_000 + phase);
  const count = stepMs / everyMs;
  const [begin, end] = [value(atMs), value(atMs + stepMs - everyMs)];
  const hasSpike = Math.floor((atMs + stepMs - everyMs) / 3_600_000) > Math.floor((atMs - everyMs) / 3_600_000);
  return {
    at,
    first: begin,
    min: Math.min(begin, end),
    max: hasSpike ? 999 : Math.max(begin, end),
    last: end,
    count,
    status: 'Good',
  };
}
