import {
  GatewayError,
  isNumericColumn,
  statusCodes,
  ValueColumns,
  type DataType,
  type StatusCode,
} from '@fieldwarden/core';
import type {
  HistoricalValue,
  HistoryPage,
  HistoryPaging,
  HistoryRange,
  ProcessedHistoryQuery,
  RawHistoryQuery,
} from '@fieldwarden/driver';
import { aggregated } from './aggregates.js';
import type { Sampler } from '../signal/sampler.js';

/** What is kept, and the clock that it is kept by. */
export interface HistoryExtent {
  /** A value each, on multiples of it since 1970. */
  readonly intervalMs: number;
  /** How far back it reaches from now. */
  readonly keptMs: number;
  readonly nowMs: number;
  /** Wall time at which the waves began. */
  readonly startedAtMs: number;
}

/**
 * The past of one point. Waves are functions of time, so that nothing is stored: the history holds what a recorder would have
 * written every `intervalMs`, and any time between has a value too.
 */
export class PointHistory {
  readonly #sampler: Sampler;
  readonly #type: DataType;
  readonly #extent: HistoryExtent;
  readonly #row = new ValueColumns(1);

  constructor(sampler: Sampler, type: DataType, extent: HistoryExtent) {
    this.#sampler = sampler;
    this.#type = type;
    this.#extent = extent;
  }

  raw(query: RawHistoryQuery): HistoryPage {
    const times = this.#rawTimes(query);
    return page(times, query, (atMs) => this.at(atMs));
  }

  processed(query: ProcessedHistoryQuery): HistoryPage {
    if (!isNumericColumn(this.#type) && query.aggregate !== 'count')
      throw refusal(statusCodes.BadAggregateNotSupported, 'SIMULATOR_AGGREGATE', 'only numbers can be aggregated');
    const { fromMs, toMs, intervalMs, aggregate } = query;
    const [startMs, endMs] = fromMs <= toMs ? [fromMs, toMs] : [toMs, fromMs];
    const starts = arithmetic(startMs, endMs, intervalMs);
    if (fromMs > toMs) starts.reverse();
    return page(starts, query, (atMs) => {
      const untilMs = Math.min(atMs + intervalMs, endMs);
      const values = Array.from(this.#recorded(atMs, untilMs), (sampleMs) => this.at(sampleMs));
      return aggregated(aggregate, {
        fromMs: atMs,
        toMs: untilMs,
        values,
        first: this.at(atMs),
        last: this.at(untilMs),
      });
    });
  }

  /** What the point read then; `BadNoData` outside of what is kept. */
  at(atMs: number): HistoricalValue {
    const { nowMs, keptMs, startedAtMs } = this.#extent;
    if (atMs > nowMs || atMs < nowMs - keptMs) return { value: null, status: statusCodes.BadNoData, sourceAtMs: atMs };
    const row = this.#row;
    row.objects?.clear();
    this.#sampler(row, 0, { elapsedMs: atMs - startedAtMs, wallMs: atMs });
    const value = row.objects?.get(0) ?? this.#number(row.values[0]);
    const status = row.statuses[0];
    return status === statusCodes.Good
      ? { value, status, sourceAtMs: atMs }
      : { value: null, status, sourceAtMs: atMs };
  }

  #number(value: number): number | boolean {
    return this.#type.scalar === 'bool' ? value !== 0 : value;
  }

  /** In the order of the range; with bounds, the one before and the one at or after it too. */
  #rawTimes(query: RawHistoryQuery): number[] {
    const { intervalMs } = this.#extent;
    const { fromMs, toMs } = query;
    const [startMs, endMs] = fromMs <= toMs ? [fromMs, toMs] : [toMs, fromMs];
    const atOrBefore = Math.floor(startMs / intervalMs) * intervalMs;
    const atOrAfter = Math.ceil(endMs / intervalMs) * intervalMs;
    const around = this.#recorded(atOrBefore, atOrAfter + 1);
    const times = query.bounds ? around : around.filter((atMs) => isWithin(atMs, query));
    return fromMs <= toMs ? times : times.reverse();
  }

  /** Times of recorded values in [startMs, endMs). */
  #recorded(startMs: number, endMs: number): number[] {
    const { intervalMs, nowMs, keptMs } = this.#extent;
    const firstMs = Math.ceil(Math.max(startMs, nowMs - keptMs) / intervalMs) * intervalMs;
    return arithmetic(firstMs, Math.min(endMs, nowMs + 1), intervalMs);
  }
}

/** Cuts `limit` rows out of those at `times`, and says where to go on. Throws `BadContinuationPointInvalid` for a text that is none. */
export function page(
  times: readonly number[],
  { limit, continuation }: HistoryPaging,
  rowAt: (atMs: number) => HistoricalValue,
): HistoryPage {
  const first = continuation === undefined ? 0 : times.indexOf(Number(continuation));
  if (first < 0)
    throw refusal(statusCodes.BadContinuationPointInvalid, 'SIMULATOR_CONTINUATION', 'no page begins there');
  const next: number | undefined = times[first + limit];
  return {
    values: times.slice(first, first + limit).map(rowAt),
    continuation: next === undefined ? undefined : String(next),
  };
}

/** Whether a time lies in a range, which may run backwards; its end does not. */
export function isWithin(atMs: number, { fromMs, toMs }: HistoryRange): boolean {
  return fromMs <= toMs ? atMs >= fromMs && atMs < toMs : atMs > toMs && atMs <= fromMs;
}

export function refusal(status: StatusCode, code: string, message: string): GatewayError {
  return new GatewayError({ code, kind: 'rejected', status, message });
}

/** Most rows of an answer before it is cut into pages: a day at 100 ms. */
const maxTimes = 864_000;

function arithmetic(firstMs: number, endMs: number, stepMs: number): number[] {
  const count = Math.max(0, Math.ceil((endMs - firstMs) / stepMs));
  if (count > maxTimes)
    throw refusal(statusCodes.BadInvalidArgument, 'SIMULATOR_RANGE', `that are ${count} rows; at most ${maxTimes}`);
  return Array.from({ length: count }, (_, i) => firstMs + i * stepMs);
}
