import { GatewayError, statusCodes, type DataType } from '@fieldwarden/core';
import {
  maxHistoryRows,
  type HistoryAggregateConfiguration,
  type HistoryPage,
  type ProcessedHistoryRequest,
} from '@fieldwarden/service';
import type { BlockSource } from '../reading/block-source.js';
import { cursorInvalid } from '../reading/raw-page.js';
import { RowsBuilder } from '../reading/rows-builder.js';
import { Timeline } from '../reading/timeline.js';
import { historianBits, isConfigurationValid, withBits } from './aggregate-status.js';
import { aggregates, isAggregateOf, typeOfAggregate, type Aggregate } from './aggregates.js';
import { Bounds } from './bounds.js';
import { intervalView, type IntervalView } from './interval-view.js';
import { intervalsOf, type Intervals } from './intervals.js';

export type ProcessedRequest = Omit<ProcessedHistoryRequest, 'path'>;

/** 10000-13, 4.2.1.2. Values of bools and texts hold until the next one. */
export function defaultConfiguration({ scalar }: DataType): HistoryAggregateConfiguration {
  const stepped = scalar === 'bool' || scalar === 'string' || scalar === 'bytes';
  return {
    treatUncertainAsBad: true,
    percentDataGood: 100,
    percentDataBad: 100,
    useSlopedExtrapolation: false,
    stepped,
  };
}

/** What a store has to look up for a page of this request; `fromMs` ≤ `toMs`. Throws as `processedPage` does. */
export function rangeOfProcessedPage(request: ProcessedRequest): { readonly fromMs: number; readonly toMs: number } {
  const { intervals, first, end } = pageOf(request);
  if (first === end) return { fromMs: request.fromMs, toMs: request.fromMs };
  const edges = [intervals.at(first), intervals.at(end - 1)];
  return {
    fromMs: Math.min(...edges.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...edges.map(({ toMs }) => toMs)),
  };
}

/**
 * One page of a processed read: one row per interval, in the order of the request. `configuration` is that of the tag; the request may deviate.
 * Of values that an aggregate can't be made of (`isAggregateOf`), each interval is `BadAggregateInvalidInputs`, as is one whose infinities make no number.
 * Throws kind `config`: `HISTORY_RANGE_INVALID`, `HISTORY_CURSOR_INVALID`, `HISTORY_CONFIGURATION_INVALID`.
 */
export function processedPage(
  source: BlockSource,
  request: ProcessedRequest,
  configurationOfTag: HistoryAggregateConfiguration,
): HistoryPage {
  const configuration = { ...configurationOfTag, ...request.configuration };
  if (!isConfigurationValid(configuration)) throw configurationInvalid();
  const { intervals, first, end } = pageOf(request);
  const isPossible = isAggregateOf(request.aggregate, source.type);
  const rows = new RowsBuilder(typeOfAggregate(request.aggregate, source.type));
  const cells = isPossible ? cellsOf(source, request, configuration, intervals, first, end) : [];
  for (let index = first; index < end; index += 1) {
    const { status, value } = cells[index - first] ?? { status: statusCodes.BadAggregateInvalidInputs, value: null };
    rows.add(intervals.timeOf(index), status, value);
  }
  return { ...rows.rows(), next: end < intervals.count ? String(end) : null };
}

/** Always from past to future, so that each piece is unpacked at most once. */
function cellsOf(
  source: BlockSource,
  { aggregate: name }: ProcessedRequest,
  configuration: HistoryAggregateConfiguration,
  intervals: Intervals,
  first: number,
  end: number,
) {
  const aggregate = aggregates[name];
  const timeline = new Timeline(source);
  const bounds = new Bounds(timeline, configuration, !aggregate.isOfStatuses);
  const cellAt = (index: number) => {
    const interval = intervalView(intervals.at(index), intervals.isReverse, timeline, bounds, configuration);
    const { status, value } = aggregate.compute(interval);
    // Infinities that take each other away.
    if (Number.isNaN(value)) return { status: statusCodes.BadAggregateInvalidInputs, value: null };
    return { status: isPartial(aggregate, interval) ? withBits(status, historianBits.partial) : status, value };
  };
  const indexes = Array.from({ length: end - first }, (_, at) => first + at);
  return intervals.isReverse ? indexes.reverse().map(cellAt).reverse() : indexes.map(cellAt);
}

/** 10000-13, 5.3.3.2: asked again, the answer may be another, because values before or after it may still come. */
function isPartial({ isPartialTold, endsWithData }: Aggregate, { containsFirst, containsLast }: IntervalView): boolean {
  return isPartialTold && (containsFirst || (containsLast && endsWithData));
}

function pageOf({ fromMs, toMs, intervalMs, limit, cursor }: ProcessedRequest) {
  const intervals = intervalsOf(fromMs, toMs, intervalMs);
  const first = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isSafeInteger(first) || first < 0 || first > intervals.count || cursor === '')
    throw cursorInvalid(cursor);
  const end = Math.min(first + Math.max(1, Math.min(limit, maxHistoryRows)), intervals.count);
  return { intervals, first, end };
}

function configurationInvalid(): GatewayError {
  return new GatewayError({
    code: 'HISTORY_CONFIGURATION_INVALID',
    kind: 'config',
    status: statusCodes.BadAggregateInvalidInputs,
    message: 'percentDataGood and percentDataBad are 0 to 100, and together at least 100 (10000-13, 4.2.1.2)',
  });
}
