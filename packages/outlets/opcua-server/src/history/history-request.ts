import {
  maxHistoryRows,
  type HistoryAtTimeRequest,
  type ProcessedHistoryRequest,
  type RawHistoryRequest,
} from '@fieldwarden/service';
import {
  ReadAtTimeDetails,
  ReadProcessedDetails,
  ReadRawModifiedDetails,
  StatusCodes,
  type AggregateConfiguration,
  type ReadEventDetails,
  type StatusCode as UaStatusCode,
} from 'node-opcua';
import { aggregateOf } from './aggregate-ids.js';
import type { Continuation } from './continuations.js';

export type HistoryDetails = ReadRawModifiedDetails | ReadAtTimeDetails | ReadProcessedDetails | ReadEventDetails;

/** What of a HistoryRead one node is asked, in the words of the gateway's history. */
export type AskedHistory =
  /** `wanted`: so many altogether, then it is complete, whatever there is beyond (10000-11, 6.4.3.2: one time and a number). */
  | { readonly kind: 'raw'; readonly request: RawHistoryRequest; readonly wanted: number | undefined }
  | { readonly kind: 'at-time'; readonly request: HistoryAtTimeRequest }
  | { readonly kind: 'processed'; readonly request: ProcessedHistoryRequest };

/** Times before this mean "not given" (10000-6, 5.2.2.5: DateTime.MinValue; the library decodes it as 1601). */
const earliestMs = Date.UTC(1601, 0, 2);

export interface AskedPage {
  /** Of the node in the request, for its aggregate. */
  readonly index: number;
  /** Rows that there is room for. */
  readonly limit: number;
  readonly continued: Pick<Continuation, 'cursor' | 'remaining'> | undefined;
}

/** The status when a node can't be asked this; else what to ask. */
export function askedHistory(path: string, details: HistoryDetails, page: AskedPage): AskedHistory | UaStatusCode {
  if (details instanceof ReadRawModifiedDetails) return askedRaw(path, details, page);
  if (details instanceof ReadAtTimeDetails) return askedAtTime(path, details);
  if (details instanceof ReadProcessedDetails) return askedProcessed(path, details, page);
  return StatusCodes.BadHistoryOperationUnsupported;
}

/** 10000-11, 6.4.3.2: two of start, end and number are given; a start after the end reads backwards. */
function askedRaw(
  path: string,
  { isReadModified, startTime, endTime, numValuesPerNode, returnBounds }: ReadRawModifiedDetails,
  { limit, continued }: AskedPage,
): AskedHistory | UaStatusCode {
  if (isReadModified) return StatusCodes.BadHistoryOperationUnsupported;
  const [start, end] = [msOf(startTime), msOf(endTime)];
  if ([start !== undefined, end !== undefined, numValuesPerNode > 0].filter(Boolean).length < 2) {
    return StatusCodes.BadHistoryOperationInvalid;
  }
  const fromMs = start ?? end!;
  // Without an end it goes on to whatever there is; without a start it goes back from the end.
  const toMs = start === undefined ? 0 : (end ?? Number.MAX_SAFE_INTEGER);
  const wanted = start === undefined || end === undefined ? (continued?.remaining ?? numValuesPerNode) : undefined;
  const most = Math.min(limit, wanted ?? (numValuesPerNode > 0 ? numValuesPerNode : limit));
  const request = { path, fromMs, toMs, limit: most, bounds: returnBounds, cursor: continued?.cursor };
  return { kind: 'raw', request, wanted };
}

function askedAtTime(path: string, { reqTimes, useSimpleBounds }: ReadAtTimeDetails): AskedHistory | UaStatusCode {
  const times = reqTimes ?? [];
  if (times.length === 0) return StatusCodes.BadNothingToDo;
  if (times.length > maxHistoryRows) return StatusCodes.BadTooManyOperations;
  const timesMs = times.map((time) => time?.getTime() ?? NaN);
  if (timesMs.some((ms) => !Number.isFinite(ms))) return StatusCodes.BadInvalidTimestamp;
  return { kind: 'at-time', request: { path, timesMs, simpleBounds: useSimpleBounds } };
}

function askedProcessed(
  path: string,
  { startTime, endTime, processingInterval, aggregateType, aggregateConfiguration }: ReadProcessedDetails,
  { index, limit, continued }: AskedPage,
): AskedHistory | UaStatusCode {
  const [fromMs, toMs] = [msOf(startTime), msOf(endTime)];
  if (fromMs === undefined || toMs === undefined || fromMs === toMs) return StatusCodes.BadInvalidArgument;
  if (!(processingInterval >= 0) || !Number.isFinite(processingInterval)) return StatusCodes.BadInvalidArgument;
  const nodeId = aggregateType?.[index];
  const aggregate = nodeId && aggregateOf(nodeId);
  if (!aggregate) return StatusCodes.BadAggregateNotSupported;
  const configuration = configurationOf(aggregateConfiguration);
  if (configuration === 'invalid') return StatusCodes.BadAggregateInvalidInputs;
  const request = { path, fromMs, toMs, aggregate, intervalMs: processingInterval, configuration, limit };
  return { kind: 'processed', request: { ...request, cursor: continued?.cursor } };
}

/** 10000-13, 4.2.1.2: PercentDataGood ≥ 100 − PercentDataBad, both at most 100. */
function configurationOf(
  configuration: AggregateConfiguration | null | undefined,
): ProcessedHistoryRequest['configuration'] | 'invalid' {
  if (!configuration || configuration.useServerCapabilitiesDefaults) return undefined;
  const { treatUncertainAsBad, percentDataGood, percentDataBad, useSlopedExtrapolation } = configuration;
  if (percentDataGood > 100 || percentDataBad > 100 || percentDataGood < 100 - percentDataBad) return 'invalid';
  return { treatUncertainAsBad, percentDataGood, percentDataBad, useSlopedExtrapolation };
}

function msOf(time: Date | null | undefined): number | undefined {
  const ms = time?.getTime();
  return ms === undefined || Number.isNaN(ms) || ms < earliestMs ? undefined : ms;
}
