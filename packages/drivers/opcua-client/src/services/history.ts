import { isBad, isGatewayError, statusCodes, statusName, type StatusCode } from '@fieldwarden/core';
import type {
  Aggregate,
  HistoricalValue,
  HistoryPage,
  Point,
  ProcessedHistoryQuery,
  RawHistoryQuery,
} from '@fieldwarden/driver';
import type { NodeId } from 'node-opcua-client';
import type { AddressBook } from '../address/namespaces.js';
import type { NodeAddress } from '../address/node-address.js';
import { bare, rejected } from '../line/errors.js';
import type { Link } from '../line/link.js';
import { partOfValue } from '../values/part-of-value.js';
import { tagValue, Unfit } from '../values/tag-value.js';
import type { UaDataValue } from '../values/ua-value.js';
import { sourceMs } from '../values/value-row.js';
import { requestTerms, type CallTerms } from './terms.js';

/** OPC 10000-13, 5: by their numbers in namespace 0. */
const aggregateNodes: Readonly<Record<Aggregate, number>> = {
  interpolative: 2_341,
  average: 2_342,
  timeAverage: 2_343,
  minimum: 2_346,
  maximum: 2_347,
  count: 2_352,
};

/** One server says so by a fault, another by a status, a third answers Good with nothing. */
const noHistory: ReadonlySet<StatusCode> = new Set([
  statusCodes.BadHistoryOperationUnsupported,
  statusCodes.BadHistoryOperationInvalid,
  statusCodes.BadNotSupported,
  statusCodes.BadServiceUnsupported,
  statusCodes.BadNotReadable,
  statusCodes.BadUserAccessDenied,
]);

export interface HistoryTerms extends CallTerms {
  readonly addresses: AddressBook;
}

interface HistoryAnswer {
  readonly values: readonly UaDataValue[];
  readonly continuationPoint: Buffer | undefined;
}

/** What the server itself recorded for a point, page by page. */
export async function readRaw(
  link: Link,
  point: Point,
  query: RawHistoryQuery,
  terms: HistoryTerms,
): Promise<HistoryPage> {
  const { ReadRawModifiedDetails } = await import('node-opcua-service-history');
  const details = new ReadRawModifiedDetails({
    isReadModified: false,
    startTime: new Date(query.fromMs),
    endTime: new Date(query.toMs),
    numValuesPerNode: query.limit,
    returnBounds: query.bounds,
  });
  const at = terms.addresses.resolve(link, point.address);
  const answer = await ask(link, at.nodeId, details, { ...terms, continuation: pointOf(query.continuation) });
  return {
    values: answer.values
      .map((value) => historical(value, at.address, point))
      .filter(({ status }) => bare(status) !== statusCodes.BadBoundNotFound),
    continuation: answer.continuationPoint?.toString('base64'),
  };
}

/** The same, aggregated by the server. Pages are parts of the range. */
export async function readProcessed(
  link: Link,
  point: Point,
  query: ProcessedHistoryQuery,
  terms: HistoryTerms,
): Promise<HistoryPage> {
  const { ReadProcessedDetails } = await import('node-opcua-service-history');
  const { toMs, intervalMs, limit, continuation } = query;
  const sign = toMs < query.fromMs ? -1 : 1;
  const fromMs = continuation === undefined ? query.fromMs : startOf(continuation, query);
  const pageEndMs = fromMs + sign * intervalMs * limit;
  const isLast = sign * (toMs - pageEndMs) <= 0;
  const details = new ReadProcessedDetails({
    startTime: new Date(fromMs),
    endTime: new Date(isLast ? toMs : pageEndMs),
    processingInterval: intervalMs,
    aggregateType: [link.library.makeNodeId(aggregateNodes[query.aggregate])],
    aggregateConfiguration: { useServerCapabilitiesDefaults: true },
  });
  const at = terms.addresses.resolve(link, point.address);
  const values: UaDataValue[] = [];
  let next: Buffer | undefined;
  do {
    const answer = await ask(link, at.nodeId, details, { ...terms, continuation: next });
    values.push(...answer.values);
    next = answer.continuationPoint;
  } while (next && values.length < limit);
  const rows = values.slice(0, limit).map((value) => historical(value, at.address, point));
  return {
    // A Date has whole milliseconds; intervals need not.
    values: rows.map((row, i) =>
      Math.abs(row.sourceAtMs - (fromMs + sign * intervalMs * i)) < 1
        ? { ...row, sourceAtMs: fromMs + sign * intervalMs * i }
        : row,
    ),
    continuation: isLast ? undefined : String(pageEndMs),
  };
}

async function ask(
  link: Link,
  nodeId: NodeId,
  historyReadDetails: unknown,
  terms: CallTerms & { readonly continuation: Buffer | undefined },
): Promise<HistoryAnswer> {
  const { HistoryReadRequest } = await import('node-opcua-service-history');
  const request = new HistoryReadRequest({
    historyReadDetails: historyReadDetails as never,
    timestampsToReturn: link.library.TimestampsToReturn.Both,
    releaseContinuationPoints: false,
    nodesToRead: [{ nodeId, ...(terms.continuation && { continuationPoint: terms.continuation }) }],
  });
  const { results } = await link
    .request<{
      results:
        | {
            statusCode: { value: number };
            historyData: { dataValues?: UaDataValue[] | null } | null;
            continuationPoint: Buffer | null;
          }[]
        | null;
    }>(request, requestTerms(terms))
    .catch((error: unknown) => {
      throw isGatewayError(error) && noHistory.has(bare(error.status)) ? unsupported(error.status) : error;
    });
  const [result] = results ?? [];
  const status = result?.statusCode.value ?? statusCodes.BadUnexpectedError;
  if (bare(status) === statusCodes.GoodNoData || bare(status) === statusCodes.BadNoData)
    return { values: [], continuationPoint: undefined };
  if (noHistory.has(bare(status))) throw unsupported(status);
  if (isBad(status)) throw rejected(status, `the server says ${statusName(status)}`);
  const next = result.continuationPoint;
  return {
    values: result.historyData?.dataValues ?? [],
    continuationPoint: next && next.length > 0 ? next : undefined,
  };
}

function unsupported(status: StatusCode) {
  return rejected(
    statusCodes.BadHistoryOperationUnsupported,
    `the server has no history of this node (${statusName(status)})`,
  );
}

function historical(dataValue: UaDataValue, { steps }: NodeAddress, { type }: Point): HistoricalValue {
  const status = dataValue.statusCode.value;
  const sourceAtMs = sourceMs(dataValue) ?? 0;
  const part = isBad(status) || !dataValue.value ? undefined : partOfValue(dataValue.value, steps);
  const value = part ? tagValue(part, type) : undefined;
  if (value === undefined) return { value: null, status: isBad(status) ? status : statusCodes.BadNoData, sourceAtMs };
  return value instanceof Unfit ? { value: null, status: value.status, sourceAtMs } : { value, status, sourceAtMs };
}

function pointOf(continuation: string | undefined): Buffer | undefined {
  if (continuation === undefined) return undefined;
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(continuation)) return Buffer.from(continuation, 'base64');
  throw rejected(statusCodes.BadContinuationPointInvalid, 'this is no continuation of a history');
}

function startOf(continuation: string, { fromMs, toMs, intervalMs }: ProcessedHistoryQuery): number {
  const startMs = /^\d{1,16}(\.\d{1,9})?$/.test(continuation) ? Number(continuation) : Number.NaN;
  const intervals = Math.abs(startMs - fromMs) / intervalMs;
  const isWithin = startMs >= Math.min(fromMs, toMs) && startMs <= Math.max(fromMs, toMs);
  if (isWithin && Math.abs(intervals - Math.round(intervals)) < 1e-6) return startMs;
  throw rejected(statusCodes.BadContinuationPointInvalid, 'this is no continuation of a history');
}
