import {
  isBad,
  newCorrelationId,
  statusCodes,
  toGatewayError,
  type StatusCode,
  type TagValue,
  type WriteOutcome,
} from '@fieldwarden/core';
import {
  AttributeIds,
  StatusCodes,
  type ISessionContext,
  type StatusCode as UaStatusCode,
  type WriteValue,
} from 'node-opcua';
import { requestScope } from './request-scope.js';
import type { SpaceNode } from './space-node.js';
import { TagNode } from './tag-node.js';
import type { TagWriter, WriteOrigin } from './tag-writer.js';
import { uaStatus } from './ua-status.js';
import { fromVariant } from './ua-types.js';

/** What the tag's status says when the writer's own does not fit the outcome: never Good before the device answered. */
const fallbacks: Readonly<Record<Exclude<WriteOutcome, 'done'>, StatusCode>> = {
  rejected: statusCodes.BadDeviceFailure,
  'not-sent': statusCodes.BadNoCommunication,
  unknown: statusCodes.BadTimeout,
};

/** One id for all the values of one Write request. */
export function originOf(context: ISessionContext): WriteOrigin {
  const correlationId = requestScope.getStore()?.correlationId ?? newCorrelationId();
  return { via: 'opcua', user: userOf(context), correlationId };
}

/** Answers when the device has answered, with the device's own outcome; `because` is told why it is not Good. Never rejects. */
export async function writeNode(
  node: SpaceNode | undefined,
  request: WriteValue,
  writer: TagWriter,
  origin: WriteOrigin,
  because: (reason: string) => void,
): Promise<UaStatusCode> {
  const checked = check(node, request);
  if ('refused' in checked) return checked.refused;
  try {
    const { outcome, status, message } = await writer.write(checked.handle, checked.value, origin);
    if (message !== undefined) because(message);
    return uaStatus(statusOf(outcome, status));
  } catch (error) {
    const { writeOutcome, status, message } = toGatewayError(error);
    because(message);
    return uaStatus(statusOf(writeOutcome === 'done' ? 'unknown' : writeOutcome, status));
  }
}

function statusOf(outcome: WriteOutcome, status: StatusCode): StatusCode {
  if (outcome === 'done') return isBad(status) ? statusCodes.Good : status;
  return isBad(status) ? status : fallbacks[outcome];
}

type Checked = { readonly handle: number; readonly value: TagValue } | { readonly refused: UaStatusCode };

/** All that can be told without the device (OPC 10000-4, 5.11.4.4). */
function check(node: SpaceNode | undefined, { attributeId, indexRange, value: written }: WriteValue): Checked {
  if (!node) return { refused: StatusCodes.BadNodeIdUnknown };
  if ((attributeId as AttributeIds) !== AttributeIds.Value) return { refused: notWritable(node, attributeId) };
  if (!(node instanceof TagNode) || !node.writable || node.handle === undefined) {
    return { refused: notWritable(node, attributeId) };
  }
  if (!indexRange.isValid()) return { refused: StatusCodes.BadIndexRangeInvalid };
  if (!indexRange.isEmpty()) return { refused: StatusCodes.BadWriteNotSupported };
  if (written.statusCode.isNotGood()) return { refused: StatusCodes.BadWriteNotSupported };
  const value = fromVariant(written.value, node.definition.type);
  return value === undefined ? { refused: StatusCodes.BadTypeMismatch } : { handle: node.handle, value };
}

function notWritable(node: SpaceNode, attributeId: AttributeIds): UaStatusCode {
  const known = !node.read({ attributeId }).statusCode.equals(StatusCodes.BadAttributeIdInvalid);
  return known ? StatusCodes.BadNotWritable : StatusCodes.BadAttributeIdInvalid;
}

function userOf(context: ISessionContext): string {
  try {
    return context.getUserName() || 'anonymous';
  } catch {
    return 'anonymous';
  }
}
