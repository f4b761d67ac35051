import { statusCodes } from '@fieldwarden/core';
import type { NodeId } from 'node-opcua-client';
import { bare, isServiceRefused } from '../line/errors.js';
import type { Link } from '../line/link.js';
import type { UaDataValue } from '../values/ua-value.js';
import { understandStructures, unknownStructures } from './structures.js';

export interface ReadTerms {
  readonly timeoutMs: number;
  readonly signals?: readonly AbortSignal[];
  /** Default: Value. */
  readonly attributeId?: number;
}

const tooMany: ReadonlySet<number> = new Set([
  statusCodes.BadTooManyOperations,
  statusCodes.BadEncodingLimitsExceeded,
  statusCodes.BadRequestTooLarge,
  statusCodes.BadResponseTooLarge,
  statusCodes.BadTcpMessageTooLarge,
]);

/** Reads an attribute of nodes, in as many requests as the server needs, one after the other. `told` gets each answer. Rejects with the first request that fails. */
export async function readNodes(
  link: Link,
  nodeIds: readonly NodeId[],
  { timeoutMs, signals, attributeId }: ReadTerms,
  told: (index: number, value: UaDataValue) => void,
): Promise<void> {
  const { library } = link;
  const terms = { timeoutMs, ...(signals && { signals }) };
  let batch = link.limits.nodesPerRead;
  for (let from = 0; from < nodeIds.length;) {
    const nodes = nodeIds.slice(from, from + batch);
    const request = new library.ReadRequest({
      maxAge: 0,
      timestampsToReturn: library.TimestampsToReturn.Both,
      nodesToRead: nodes.map((nodeId) => ({ nodeId, attributeId: attributeId ?? library.AttributeIds.Value })),
    });
    let results: readonly UaDataValue[];
    try {
      results = (await link.request<{ results: UaDataValue[] | null }>(request, terms)).results ?? [];
    } catch (error) {
      if (!isServiceRefused(error) || !tooMany.has(bare(error.status)) || nodes.length === 1) throw error;
      batch = Math.ceil(nodes.length / 2);
      continue;
    }
    const unknown = unknownStructures(results);
    if (unknown.length > 0) await understandStructures(link, unknown);
    for (let i = 0; i < nodes.length; i += 1) told(from + i, results[i] ?? unanswered);
    from += nodes.length;
  }
}

/** A server that answers for fewer nodes than it was asked. */
const unanswered: UaDataValue = {
  value: null,
  statusCode: { value: statusCodes.BadUnexpectedError },
  sourceTimestamp: null,
  sourcePicoseconds: 0,
  serverTimestamp: null,
  serverPicoseconds: 0,
};
