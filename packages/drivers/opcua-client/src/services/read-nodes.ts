import { messageOf, statusCodes } from '@fieldwarden/core';
import type { NodeId } from 'node-opcua-client';
import { bare, isServiceRefused } from '../line/errors.js';
import type { Link } from '../line/link.js';
import { builtIn } from '../values/built-in-types.js';
import type { UaDataValue } from '../values/ua-value.js';

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
  for (let from = 0; from < nodeIds.length; ) {
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
    await understandStructures(link, results);
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

/** Structures whose definition the library has to read from the server first. */
export async function understandStructures(link: Link, values: readonly UaDataValue[]): Promise<void> {
  const structures = values.filter(({ value }) => value?.dataType === builtIn.ExtensionObject);
  if (structures.length === 0) return;
  await link.library.promoteOpaqueStructure(link.session, structures as never).catch((error: unknown) => void messageOf(error));
}
