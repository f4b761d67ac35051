import { toGatewayError, type GatewayError, type Logger } from '@fieldwarden/core';
import { maxHistoryRows, type HistoryDesk, type HistoryPage, type HistoryRows } from '@fieldwarden/service';
import {
  HistoryData,
  HistoryReadResult,
  isValidDataEncoding,
  ReadProcessedDetails,
  StatusCodes,
  TimestampsToReturn,
  type HistoryReadRequest,
  type HistoryReadValueId,
  type StatusCode as UaStatusCode,
} from 'node-opcua';
import { Slices } from '../server/work-scope.js';
import { Continuations } from './continuations.js';
import { askedHistory, type AskedHistory, type HistoryDetails } from './history-request.js';
import { historyValues } from './history-values.js';

export interface HistoryReaderDependencies {
  readonly desk: HistoryDesk;
  /** Path of the tag behind a node of this gateway; a status for a node without history. */
  readonly pathOf: (node: HistoryReadValueId) => string | UaStatusCode;
  readonly logger: Logger;
}

/**
 * HistoryRead of the gateway's own nodes (OPC 10000-11): raw, at-time and processed values out of the gateway's history. One request has
 * at most `maxHistoryRows` rows; what is more goes on by a continuation point, which holds no values. Nodes are read one after the other,
 * and answers made in slices, so that nobody waits for the history of somebody else.
 */
export class HistoryReader<Session extends object> {
  readonly #deps: HistoryReaderDependencies;
  readonly #continuations = new Continuations<Session>();

  constructor(deps: HistoryReaderDependencies) {
    this.#deps = deps;
  }

  /** One result per node; never rejects. */
  async read(session: Session, request: HistoryReadRequest): Promise<HistoryReadResult[]> {
    const nodes = request.nodesToRead ?? [];
    const details = request.historyReadDetails as unknown as HistoryDetails;
    if (request.releaseContinuationPoints) return nodes.map((node) => this.#release(session, node));
    const refused = refusedAsAWhole(request, details);
    if (refused) return nodes.map(() => failed(refused));
    const budget = { rows: maxHistoryRows };
    const results: HistoryReadResult[] = [];
    for (const [index, node] of nodes.entries()) {
      results.push(await this.#readNode(session, { node, index, details, request }, budget));
    }
    return results;
  }

  #release(session: Session, { continuationPoint }: HistoryReadValueId): HistoryReadResult {
    const released = continuationPoint && this.#continuations.take(session, continuationPoint);
    return failed(released ? StatusCodes.Good : StatusCodes.BadContinuationPointInvalid);
  }

  async #readNode(
    session: Session,
    { node, index, details, request }: AskedNode,
    budget: { rows: number },
  ): Promise<HistoryReadResult> {
    const path = this.#deps.pathOf(node);
    if (typeof path !== 'string') return failed(path);
    if (!isValidDataEncoding(node.dataEncoding)) return failed(StatusCodes.BadDataEncodingInvalid);
    const signature = signatureOf(details, index);
    const continued = this.#continued(session, node, path, signature);
    if (continued === 'invalid') return failed(StatusCodes.BadContinuationPointInvalid);
    const asked = askedHistory(path, details, { index, limit: Math.max(1, budget.rows), continued });
    if (!('kind' in asked)) return failed(asked);
    try {
      const page = await this.#ask(asked);
      const count = page.timesMs.length;
      budget.rows -= count;
      const { next, remaining } = continuationOf(asked, page, count);
      const token =
        next === null ? null : this.#continuations.keep(session, { path, request: signature, cursor: next, remaining });
      return await result(page, token, { node, timestamps: request.timestampsToReturn });
    } catch (error) {
      return failed(this.#statusOf(toGatewayError(error), path));
    }
  }

  #continued(session: Session, { continuationPoint }: HistoryReadValueId, path: string, request: string) {
    if (!continuationPoint || continuationPoint.length === 0) return undefined;
    const found = this.#continuations.take(session, continuationPoint);
    return found?.path === path && found.request === request ? found : 'invalid';
  }

  async #ask(asked: AskedHistory): Promise<HistoryPage> {
    const { desk } = this.#deps;
    switch (asked.kind) {
      case 'raw':
        return await desk.raw(asked.request);
      case 'at-time':
        return { ...(await desk.atTime(asked.request)), next: null };
      case 'processed':
        return await desk.processed(asked.request);
    }
  }

  #statusOf(error: GatewayError, path: string): UaStatusCode {
    const status = refusals[error.code] ?? byKind[error.kind];
    if (status) return status;
    this.#deps.logger.error(`OPC UA HistoryRead of ${path} failed: ${error.message}`, { error });
    return StatusCodes.BadInternalError;
  }
}

interface AskedNode {
  readonly node: HistoryReadValueId;
  readonly index: number;
  readonly details: HistoryDetails;
  readonly request: HistoryReadRequest;
}

const refusals: Readonly<Record<string, UaStatusCode>> = {
  // nothing was kept of it yet: a range without values
  TAG_UNKNOWN: StatusCodes.GoodNoData,
  HISTORY_NONE: StatusCodes.BadHistoryOperationUnsupported,
  HISTORY_CURSOR: StatusCodes.BadContinuationPointInvalid,
};

const byKind: Partial<Record<GatewayError['kind'], UaStatusCode>> = {
  overloaded: StatusCodes.BadTooManyOperations,
  unsupported: StatusCodes.BadHistoryOperationUnsupported,
  timeout: StatusCodes.BadTimeout,
  unreachable: StatusCodes.BadResourceUnavailable,
  'host-lost': StatusCodes.BadResourceUnavailable,
  cancelled: StatusCodes.BadShutdown,
};

/** Of the details alone: what is the same for every node. */
function refusedAsAWhole(request: HistoryReadRequest, details: HistoryDetails | null): UaStatusCode | undefined {
  const { timestampsToReturn, nodesToRead } = request;
  // 10000-11, 6.4.2: history without times is none
  if (timestampsToReturn === TimestampsToReturn.Neither) return StatusCodes.BadTimestampsToReturnInvalid;
  if (!details) return StatusCodes.BadHistoryOperationInvalid;
  if (!(details instanceof ReadProcessedDetails)) return undefined;
  const asked = details.aggregateType?.length ?? 0;
  return asked === (nodesToRead?.length ?? 0) ? undefined : StatusCodes.BadAggregateListMismatch;
}

function continuationOf(
  asked: AskedHistory,
  { next }: HistoryPage,
  count: number,
): { readonly next: string | null; readonly remaining: number | undefined } {
  if (asked.kind !== 'raw' || asked.wanted === undefined) return { next, remaining: undefined };
  const remaining = asked.wanted - count;
  return { next: remaining > 0 ? next : null, remaining };
}

/** A continuation point belongs to the request that it came from. */
function signatureOf(details: HistoryDetails, index: number): string {
  const aggregate = details instanceof ReadProcessedDetails ? String(details.aggregateType?.[index]) : '';
  const { startTime, endTime } = details as { startTime?: Date | null; endTime?: Date | null };
  return JSON.stringify([details.schema.name, startTime?.getTime() ?? null, endTime?.getTime() ?? null, aggregate]);
}

interface Wanted {
  readonly node: HistoryReadValueId;
  readonly timestamps: TimestampsToReturn;
}

async function result(
  rows: HistoryRows,
  token: Buffer | null,
  { node, timestamps }: Wanted,
): Promise<HistoryReadResult> {
  const slices = new Slices();
  const indexRange = node.indexRange.isEmpty() ? undefined : node.indexRange;
  const dataValues = await historyValues(rows, { timestamps, indexRange }, () => slices.breathe());
  const isEmpty = dataValues.length === 0 && token === null;
  return new HistoryReadResult({
    statusCode: isEmpty ? StatusCodes.GoodNoData : StatusCodes.Good,
    historyData: new HistoryData({ dataValues }),
    ...(token && { continuationPoint: token }),
  });
}

function failed(statusCode: UaStatusCode): HistoryReadResult {
  return new HistoryReadResult({ statusCode });
}
