import type { HistoryTags, TagHistory, TrendSeries, Trends } from '@fieldwarden/admin-contract';
import { formatDataType, GatewayError, statusName, toJsonValue, type Clock, type DataType } from '@fieldwarden/core';
import type { HistoryDesk, TagSource } from '@fieldwarden/service';
import type { TagTrends } from '@fieldwarden/trends';
import type { HistoryControl, StoredHistoryQuery, TrendsQuery } from '../../control/history-control.js';
import { memorySeries } from './memory-series.js';
import { finite, trendPoints } from './trend-points.js';

export interface LocalHistoryDependencies {
  readonly desk: HistoryDesk;
  /** Whether somebody answers at the desk at present. */
  readonly isKept: () => boolean;
  readonly store: TagSource;
  readonly trends: Pick<TagTrends, 'history'>;
  readonly clock: Pick<Clock, 'wallMs'>;
}

const hourMs = 3_600_000;
const quarterMs = 900_000;

/** What the service history keeps, as the Admin API shows it. */
export class LocalHistory implements HistoryControl {
  readonly #deps: LocalHistoryDependencies;

  constructor(deps: LocalHistoryDependencies) {
    this.#deps = deps;
  }

  async has(path: string): Promise<boolean> {
    if (!this.#deps.isKept()) return false;
    const [extent] = await this.#deps.desk.extents([path]);
    return extent !== null;
  }

  async page(path: string, { processed, limit, cursor, ...range }: StoredHistoryQuery): Promise<TagHistory> {
    const { desk, clock } = this.#deps;
    const toMs = range.toMs ?? clock.wallMs();
    const request = { path, fromMs: range.fromMs ?? toMs - hourMs, toMs, limit, cursor };
    const [extent] = await desk.extents([path]);
    if (!extent) throw neverKept(path);
    const page = processed
      ? await desk.processed({ ...request, ...processed })
      : await desk.raw({ ...request, bounds: false });
    const { type, timesMs, statuses, values, next } = page;
    const points = Array.from(timesMs, (timeMs, i) => {
      const at = new Date(timeMs).toISOString();
      const value = jsonOf(values[i], statuses[i], type.scalar, type.arrayLength);
      return { at, sourceAt: at, value, status: statusName(statuses[i]), statusCode: statuses[i] };
    });
    const keptFrom = new Date(extent.oldestMs).toISOString();
    return {
      schema: 'fieldwarden/tag-history@1',
      path,
      source: 'store',
      dataType: formatDataType(type),
      keptFrom,
      points,
      next,
    };
  }

  async trends({ paths, buckets, ...range }: TrendsQuery): Promise<Trends> {
    const toMs = range.toMs ?? this.#deps.clock.wallMs();
    const fromMs = range.fromMs ?? toMs - quarterMs;
    const series = await Promise.all(paths.map((path) => this.#series(path, fromMs, toMs, buckets)));
    const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
    return { schema: 'fieldwarden/trends@1', from, to, buckets, series };
  }

  async paths({
    prefix,
    limit,
    cursor = '',
  }: {
    readonly prefix: string;
    readonly limit: number;
    readonly cursor: string | undefined;
  }): Promise<HistoryTags> {
    const all = (await this.#deps.desk.paths()).filter((path) => path.startsWith(prefix));
    const from = all.findIndex((path) => path > cursor);
    const paths = from < 0 ? [] : all.slice(from, from + limit);
    const next = from >= 0 && from + limit < all.length ? paths.at(-1)! : null;
    return { schema: 'fieldwarden/history-tags@1', paths, total: all.length, next };
  }

  async #series(path: string, fromMs: number, toMs: number, buckets: number): Promise<TrendSeries> {
    const { desk, store, trends } = this.#deps;
    const handle = store.handleOf(path);
    const definition = handle === undefined ? undefined : store.definition(handle);
    const unit = definition?.unit ?? null;
    if (await this.has(path)) {
      const [found, before, [extent]] = await Promise.all([
        desk.buckets({ path, fromMs, toMs, buckets }),
        this.#before(path, fromMs),
        desk.extents([path]),
      ]);
      const stepped = extent?.stepped ?? isStepped(found.type);
      return { path, unit, type: formatDataType(found.type), stepped, before, points: trendPoints(found) };
    }
    const trend = trends.history(path, fromMs, toMs);
    if (!definition || !trend) throw neverKept(path);
    const { type } = definition;
    const points = memorySeries(trend.points, type, { fromMs, toMs, buckets });
    const earlier = trend.points.findLast(({ sourceAtMs }) => sourceAtMs < fromMs);
    const [before = null] = earlier
      ? memorySeries([earlier], type, { fromMs: -Infinity, toMs: fromMs, buckets: 1 })
      : [];
    return { path, unit, type: formatDataType(type), stepped: isStepped(type), before, points };
  }

  /** What held when the range began. Of two, as one may stand at its very beginning. */
  async #before(path: string, fromMs: number): Promise<TrendSeries['before']> {
    const { type, timesMs, statuses, values } = await this.#deps.desk.raw({
      path,
      fromMs,
      toMs: 0,
      limit: 2,
      bounds: false,
    });
    const row = timesMs.findIndex((atMs) => atMs < fromMs);
    if (row < 0) return null;
    const value = jsonOf(values[row], statuses[row], type.scalar, type.arrayLength);
    const number = typeof value === 'number' || typeof value === 'boolean' ? finite(Number(value)) : null;
    const at = new Date(timesMs[row]).toISOString();
    return {
      at,
      first: number,
      min: number,
      max: number,
      last: number ?? value,
      count: 1,
      status: statusName(statuses[row]),
    };
  }
}

/** Unless the tag says otherwise (`history.stepped`). */
function isStepped({ scalar }: DataType): boolean {
  return scalar === 'bool' || scalar === 'string';
}

/** NaN with a status that is not Good: no value. Bool stands as 0 or 1 in columns. */
function jsonOf(
  value: unknown,
  status: number,
  scalar: Parameters<typeof toJsonValue>[1],
  arrayLength: number | undefined,
): unknown {
  if (typeof value === 'number' && Number.isNaN(value) && status >>> 30 !== 0) return null;
  if (scalar === 'bool' && arrayLength === undefined && typeof value === 'number') return value !== 0;
  return toJsonValue(value as Parameters<typeof toJsonValue>[0], scalar);
}

function neverKept(path: string): GatewayError {
  return new GatewayError({ code: 'TAG_UNKNOWN', kind: 'config', message: `nothing is kept of a tag ${path}` });
}
