import type { DataType, TagValue } from '@fieldwarden/core';
import { GatewayError } from '@fieldwarden/core';
import type {
  HistoryAtTimeRequest,
  HistoryBuckets,
  HistoryDesk,
  HistoryPage,
  HistoryRows,
  ProcessedHistoryRequest,
  RawHistoryRequest,
} from '@fieldwarden/service';

export interface KeptValue {
  readonly atMs: number;
  readonly value: TagValue | null;
  readonly status: number;
}

/** A history of what a test put into it; it remembers what it was asked. */
export class MemoryHistory implements HistoryDesk {
  readonly asked: (RawHistoryRequest | HistoryAtTimeRequest | ProcessedHistoryRequest)[] = [];
  /** Rejects with it, while it is set. */
  broken: Error | undefined;
  readonly #kept = new Map<string, { readonly type: DataType; readonly values: readonly KeptValue[] }>();

  keep(path: string, type: DataType, values: readonly KeptValue[]): void {
    this.#kept.set(path, { type, values });
  }

  async raw(request: RawHistoryRequest): Promise<HistoryPage> {
    const { type, values } = this.#of(request);
    const { fromMs, toMs, limit, cursor } = request;
    const inRange = values.filter(({ atMs }) =>
      fromMs <= toMs ? atMs >= fromMs && atMs < toMs : atMs <= fromMs && atMs > toMs,
    );
    const ordered = fromMs <= toMs ? inRange : inRange.toReversed();
    const begin = Number(cursor ?? 0);
    const page = ordered.slice(begin, begin + limit);
    const next = begin + limit < ordered.length ? String(begin + limit) : null;
    return await Promise.resolve({ ...rowsOf(type, page), next });
  }

  async atTime(request: HistoryAtTimeRequest): Promise<HistoryRows> {
    const { type, values } = this.#of(request);
    const held = request.timesMs.map((atMs) => ({ ...values.findLast((each) => each.atMs <= atMs)!, atMs }));
    return await Promise.resolve(rowsOf(type, held));
  }

  async processed(request: ProcessedHistoryRequest): Promise<HistoryPage> {
    this.#of(request);
    const { fromMs, toMs, intervalMs } = request;
    const count = Math.ceil(Math.abs(toMs - fromMs) / (intervalMs || Infinity)) || 1;
    const step = (intervalMs || 0) * Math.sign(toMs - fromMs);
    const page = Array.from({ length: count }, (_none, i) => ({ atMs: fromMs + i * step, value: i, status: 0 }));
    return await Promise.resolve({ ...rowsOf({ scalar: 'float64' }, page), next: null });
  }

  buckets(): Promise<HistoryBuckets> {
    return Promise.reject(new TypeError('nobody asks for buckets over OPC UA'));
  }

  paths(): Promise<readonly string[]> {
    return Promise.resolve([...this.#kept.keys()]);
  }

  extents(paths: readonly string[]): Promise<readonly null[]> {
    return Promise.resolve(paths.map(() => null));
  }

  #of(request: RawHistoryRequest | HistoryAtTimeRequest | ProcessedHistoryRequest) {
    this.asked.push(request);
    if (this.broken) throw this.broken;
    const kept = this.#kept.get(request.path);
    if (!kept)
      throw new GatewayError({ code: 'TAG_UNKNOWN', kind: 'config', message: `no history of ${request.path}` });
    return kept;
  }
}

function rowsOf(type: DataType, values: readonly KeptValue[]): HistoryRows {
  return {
    type,
    timesMs: Float64Array.from(values, ({ atMs }) => atMs),
    statuses: Uint32Array.from(values, ({ status }) => status),
    values: values.map(({ value }) => value),
  };
}
