import {
  GatewayError,
  isBad,
  isGatewayError,
  messageOf,
  statusCodes,
  statusName,
  toGatewayError,
  type StatusCode,
  type TagValue,
} from '@fieldwarden/core';
import type { MethodCall, MethodResult } from '@fieldwarden/driver';
import type { NodeId } from 'node-opcua-client';
import { NamespaceBook } from '../address/namespaces.js';
import { nodeIdOf } from '../address/node-id.js';
import { parseNodeAddress, type NodeAddress } from '../address/node-address.js';
import { bare, rejected } from '../line/errors.js';
import type { Link } from '../line/link.js';
import { scalarOfBuiltIn } from '../values/built-in-types.js';
import { tagValue, Unfit } from '../values/tag-value.js';
import type { UaVariant } from '../values/ua-value.js';
import { writtenValue } from '../values/written-value.js';
import type { NodeTypes } from './node-types.js';
import { requestTerms, type CallTerms } from './terms.js';

interface Argument {
  readonly name: string | null;
  readonly dataType: NodeId;
  readonly valueRank: number;
  readonly arrayDimensions: ArrayLike<number> | null;
}

export interface MethodTerms extends CallTerms {
  readonly types: NodeTypes;
}

const unknownOutcome: ReadonlySet<StatusCode> = new Set([statusCodes.BadTimeout, statusCodes.BadRequestTimeout]);

/** Has the server execute a method, its inputs in the types that it declares. Sent once. */
export async function callMethod(link: Link, method: MethodCall, terms: MethodTerms): Promise<MethodResult> {
  let prepared: Prepared;
  try {
    prepared = await prepare(link, method, terms);
  } catch (error) {
    if (!isGatewayError(error) || error.kind !== 'rejected') throw notSent(error);
    return { outcome: 'rejected', status: error.status, outputs: [], message: error.message };
  }
  const { library } = link;
  const request = new library.CallRequest({
    methodsToCall: [
      { ...prepared, inputArguments: prepared.inputArguments.map((one) => new library.Variant(one as never)) },
    ],
  });
  const { results } = await link.request<{
    results: { statusCode: { value: number }; outputArguments: UaVariant[] | null }[] | null;
  }>(request, requestTerms(terms));
  const status = results?.[0]?.statusCode.value ?? statusCodes.BadUnexpectedError;
  if (!isBad(status))
    return { outcome: 'done', status: statusCodes.Good, outputs: (results?.[0]?.outputArguments ?? []).map(outputOf) };
  const outcome = unknownOutcome.has(bare(status)) ? 'unknown' : 'rejected';
  return { outcome, status, outputs: [], message: `the server says ${statusName(status)}` };
}

interface Prepared {
  readonly objectId: NodeId;
  readonly methodId: NodeId;
  readonly inputArguments: readonly UaVariant[];
}

async function prepare(link: Link, { object, method, inputs }: MethodCall, terms: MethodTerms): Promise<Prepared> {
  const objectId = nodeOf(link, object);
  const methodId = nodeOf(link, method);
  const declared = await argumentsOf(link, methodId, terms);
  if (inputs.length < declared.length)
    throw rejected(statusCodes.BadArgumentsMissing, `the method wants ${listed(declared)}`);
  if (inputs.length > declared.length)
    throw rejected(statusCodes.BadTooManyArguments, `the method wants ${listed(declared)}`);
  const inputArguments: UaVariant[] = [];
  for (const [i, argument] of declared.entries()) inputArguments.push(await inputOf(inputs[i], argument, terms.types));
  return { objectId, methodId, inputArguments };
}

/** Whatever failed, the method itself was not called yet. */
function notSent(error: unknown): GatewayError {
  const { code, kind, message, status } = toGatewayError(error);
  return new GatewayError({ code, kind, message, status, cause: error, writeOutcome: 'not-sent' });
}

function nodeOf(link: Link, text: string): NodeId {
  const address = parsed(text);
  const namespace = new NamespaceBook().indexOf(address, link.namespaces);
  if (namespace === undefined)
    throw rejected(statusCodes.BadNodeIdUnknown, `the server has no namespace ${address.namespace}`);
  return nodeIdOf(link.library, address, namespace);
}

/** Whoever calls by a name that is no node id asks for a method that is not there. */
function parsed(text: string): NodeAddress {
  try {
    return parseNodeAddress(text);
  } catch (error) {
    throw rejected(statusCodes.BadMethodInvalid, messageOf(error));
  }
}

const hasProperty = 46;

/** The method's InputArguments property (OPC 10000-3, 5.7); a method without one takes nothing. */
async function argumentsOf(link: Link, methodId: NodeId, terms: CallTerms): Promise<readonly Argument[]> {
  const { library } = link;
  const browse = new library.BrowseRequest({
    nodesToBrowse: [
      {
        nodeId: methodId,
        browseDirection: library.BrowseDirection.Forward,
        referenceTypeId: library.makeNodeId(hasProperty),
        includeSubtypes: true,
        resultMask: 63,
      },
    ],
  });
  const { results } = await link.request<{
    results: {
      statusCode: { value: number };
      references: { nodeId: NodeId; browseName: { name: string | null } }[] | null;
    }[];
  }>(browse, requestTerms(terms));
  if (isBad(results[0].statusCode.value))
    throw rejected(statusCodes.BadMethodInvalid, 'the server does not have this method');
  const property = results[0].references?.find(({ browseName }) => browseName.name === 'InputArguments');
  if (!property) return [];
  const read = new library.ReadRequest({
    maxAge: 0,
    nodesToRead: [{ nodeId: property.nodeId, attributeId: library.AttributeIds.Value }],
  });
  const answer = await link.request<{ results: { value: { value: Argument[] | null } | null }[] }>(
    read,
    requestTerms(terms),
  );
  return answer.results[0]?.value?.value ?? [];
}

async function inputOf(
  value: TagValue,
  { dataType, valueRank, arrayDimensions }: Argument,
  types: NodeTypes,
): Promise<UaVariant> {
  const dimensions = arrayDimensions ? [...Array.from(arrayDimensions)] : undefined;
  return writtenValue(value, {
    dataType: await types.builtInOf(dataType),
    isArray: valueRank >= 0,
    dimensions: dimensions?.includes(0) ? undefined : dimensions,
  });
}

function outputOf(variant: UaVariant): TagValue {
  const scalar = scalarOfBuiltIn[variant.dataType] ?? 'string';
  const length = variant.arrayType === 0 ? undefined : ((variant.value as ArrayLike<unknown> | null)?.length ?? 0);
  const value = tagValue(variant, length === undefined ? { scalar } : { scalar, arrayLength: length });
  return value instanceof Unfit ? '' : value;
}

function listed(declared: readonly Argument[]): string {
  if (declared.length === 0) return 'no inputs';
  return `${declared.length} inputs: ${declared.map(({ name }) => name ?? '?').join(', ')}`;
}
