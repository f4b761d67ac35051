import {
  formatDataType,
  isBad,
  isGood,
  isGatewayError,
  newCorrelationId,
  statusCodes,
  toGatewayError,
  type StatusCode,
  type WriteOutcome,
} from '@fieldwarden/core';
import { AttributeIds, StatusCodes, type StatusCode as UaStatusCode, type WriteValue } from 'node-opcua';
import { requestScope } from './request-scope.js';
import type { SpaceNode } from '../space/space-node.js';
import { TagNode } from '../space/tag-node.js';
import {
  mayDo,
  notAllowed,
  type HandleWrite,
  type Origin,
  type Principal,
  type WriteReply,
} from '@fieldwarden/gateway-contract';
import type { TagWriter } from '@fieldwarden/service';
import { uaStatus } from '../values/ua-status.js';
import { fromVariant } from '../values/ua-types.js';

/** What the tag's status says when the writer's own does not fit the outcome: never Good before the device answered. */
const fallbacks: Readonly<Record<Exclude<WriteOutcome, 'done'>, StatusCode>> = {
  rejected: statusCodes.BadDeviceFailure,
  'not-sent': statusCodes.BadNoCommunication,
  unknown: statusCodes.BadTimeout,
};

/** One id for all the values of one Write request. */
export function originOf(principal: Principal): Origin {
  const correlationId = requestScope.getStore()?.correlationId ?? newCorrelationId();
  return { via: 'opcua', principal, correlationId };
}

/** One value of a Write request, and the node that it names. */
export interface NodeWrite {
  readonly node: SpaceNode | undefined;
  readonly request: WriteValue;
  /** Is told why the answer is not Good. */
  readonly because: (reason: string) => void;
  /** Is told what was refused here; what the gateway refuses is told there. */
  readonly refused: (status: UaStatusCode, why: string) => void;
}

/**
 * All values of one request together, so that those of one device reach it in few exchanges. One status per value: the device's own,
 * once it has answered. Never rejects.
 */
export async function writeNodes(
  writes: readonly NodeWrite[],
  writer: TagWriter,
  origin: Origin,
): Promise<UaStatusCode[]> {
  const checked = writes.map(({ node, request }) => check(node, request, origin.principal));
  const replies = await repliesTo(
    checked.filter((one) => 'handle' in one),
    writer,
    origin,
  );
  let next = 0;
  return checked.map((one, i) => {
    if ('refused' in one) return refused(one, writes[i]);
    return answered(replies[next++], writes[i].because);
  });
}

function refused({ refused: status, why }: Refused, { because, refused: tell }: NodeWrite): UaStatusCode {
  because(why);
  tell(status, why);
  return status;
}

async function repliesTo(
  writes: readonly HandleWrite[],
  writer: TagWriter,
  origin: Origin,
): Promise<readonly WriteReply[]> {
  if (writes.length === 0) return [];
  try {
    return await writer.writeMany(writes, origin);
  } catch (thrown) {
    const error = toGatewayError(thrown);
    return writes.map(() => error);
  }
}

function answered(reply: WriteReply, because: NodeWrite['because']): UaStatusCode {
  if (reply.message !== undefined) because(reply.message);
  if (!isGatewayError(reply)) return uaStatus(statusOf(reply.outcome, reply.status));
  const { writeOutcome, status } = reply;
  return uaStatus(statusOf(writeOutcome === 'done' ? 'unknown' : writeOutcome, status));
}

function statusOf(outcome: WriteOutcome, status: StatusCode): StatusCode {
  if (outcome === 'done') return isBad(status) ? statusCodes.Good : status;
  // Uncertain: a broadcast, which nobody was to answer
  return isGood(status) ? fallbacks[outcome] : status;
}

interface Refused {
  readonly refused: UaStatusCode;
  /** For people. */
  readonly why: string;
}

type Checked = HandleWrite | Refused;

/**
 * All that can be told without the device (OPC 10000-4, 5.11.4.4). Whether this one may write the tag is decided by the gateway, which keeps
 * account of it; who may not is told nothing else.
 */
function check(node: SpaceNode | undefined, request: WriteValue, principal: Principal): Checked {
  if (!node) return { refused: StatusCodes.BadNodeIdUnknown, why: 'there is no such node' };
  const { attributeId } = request;
  if ((attributeId as AttributeIds) !== AttributeIds.Value) {
    return {
      refused: notWritable(node, attributeId, principal),
      why: `attribute ${attributeId} can't be written, only the value`,
    };
  }
  if (!(node instanceof TagNode) || !node.writable || node.handle === undefined) {
    return { refused: notWritable(node, attributeId, principal), why: 'it is read-only' };
  }
  const checked = checkValue(node, node.handle, request);
  if (!('refused' in checked) || mayDo(principal, 'write', node.tagPath)) return checked;
  return { refused: StatusCodes.BadUserAccessDenied, why: notAllowed(principal, 'write', node.tagPath).message };
}

function checkValue(node: TagNode, handle: number, { indexRange, value: written }: WriteValue): Checked {
  if (!indexRange.isValid()) return { refused: StatusCodes.BadIndexRangeInvalid, why: 'the index range is none' };
  if (!indexRange.isEmpty()) {
    return { refused: StatusCodes.BadWriteNotSupported, why: "a part of an array can't be written, only all of it" };
  }
  if (written.statusCode.isNotGood()) {
    return { refused: StatusCodes.BadWriteNotSupported, why: "a status can't be written" };
  }
  const value = fromVariant(written.value, node.definition.type);
  if (value !== undefined) return { handle, value };
  return { refused: StatusCodes.BadTypeMismatch, why: `its type is ${formatDataType(node.definition.type)}` };
}

function notWritable(node: SpaceNode, attributeId: AttributeIds, principal: Principal): UaStatusCode {
  if (!mayDo(principal, 'view')) return StatusCodes.BadUserAccessDenied;
  const known = !node.read({ attributeId }, principal).statusCode.equals(StatusCodes.BadAttributeIdInvalid);
  return known ? StatusCodes.BadNotWritable : StatusCodes.BadAttributeIdInvalid;
}
