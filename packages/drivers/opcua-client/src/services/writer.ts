import {
  isBad,
  isGatewayError,
  statusCodes,
  statusName,
  toGatewayError,
  type StatusCode,
  type TagValue,
} from '@fieldwarden/core';
import type { WriteItem, WriteResult } from '@fieldwarden/driver';
import type { NodeId } from 'node-opcua-client';
import type { AddressBook } from '../address/namespaces.js';
import { formatSteps, type NodeAddress, type ValueStep } from '../address/node-address.js';
import { bare, rejected } from '../line/errors.js';
import type { Link } from '../line/link.js';
import { builtIn } from '../values/built-in-types.js';
import type { UaVariant } from '../values/ua-value.js';
import { writtenValue, type NodeType } from '../values/written-value.js';
import type { EnumTexts } from './enum-texts.js';
import type { NodeTypes } from './node-types.js';
import { requestTerms, type CallTerms } from './terms.js';

/** The server took the value and cannot say what the device did with it. */
const unknownOutcome: ReadonlySet<StatusCode> = new Set([
  statusCodes.BadTimeout,
  statusCodes.BadRequestTimeout,
  statusCodes.GoodCompletesAsynchronously,
]);

interface Prepared {
  readonly nodeId: NodeId;
  readonly indexRange: string | undefined;
  readonly value: UaVariant;
}

export interface WriteTerms extends CallTerms {
  readonly types: NodeTypes;
  readonly texts: EnumTexts;
  readonly addresses: AddressBook;
}

/** Writes items in their order, each in its node's own type. One result an item; nothing is sent twice. */
export async function writeItems(
  link: Link,
  items: readonly WriteItem[],
  terms: WriteTerms,
): Promise<readonly WriteResult[]> {
  const results: WriteResult[] = [];
  const ready: { readonly at: number; readonly prepared: Prepared }[] = [];
  for (const [at, item] of items.entries()) {
    try {
      ready.push({ at, prepared: await prepare(link, item, terms) });
    } catch (error) {
      const { writeOutcome, status, message } = toGatewayError(error);
      // Nothing of this item has been sent: no failure makes its outcome unknown.
      results[at] = { outcome: writeOutcome === 'rejected' ? 'rejected' : 'not-sent', status, message };
    }
  }
  const batch = link.limits.nodesPerWrite;
  for (let from = 0; from < ready.length; from += batch) {
    const some = ready.slice(from, from + batch);
    const told = await send(
      link,
      some.map(({ prepared }) => prepared),
      terms,
    );
    for (const [i, { at }] of some.entries()) results[at] = told[i];
  }
  return results;
}

async function prepare(link: Link, { point, value }: WriteItem, terms: WriteTerms): Promise<Prepared> {
  const { nodeId, address } = terms.addresses.resolve(link, point.address);
  const type = await terms.types.of(nodeId);
  const element = elementIndex(address);
  if (element === undefined)
    return { nodeId, indexRange: undefined, value: writtenValue(await numberOfText(value, type, nodeId, terms), type) };
  return {
    nodeId,
    indexRange: element.join(','),
    value: oneElement(writtenValue(value, { ...type, isArray: false, dimensions: undefined }), element, type),
  };
}

/** A text that an enumeration has is written as its number. */
async function numberOfText(
  value: TagValue,
  { dataType, isArray }: NodeType,
  nodeId: NodeId,
  terms: WriteTerms,
): Promise<TagValue> {
  if (typeof value !== 'string' || dataType !== builtIn.Int32 || isArray) return value;
  const [texts] = await terms.texts.of([nodeId], requestTerms(terms));
  const found = [...(texts ?? [])].find(([, text]) => text === value);
  if (found) return found[0];
  const known = texts ? `: ${[...texts.values()].join(', ')}` : '';
  throw rejected(statusCodes.BadTypeMismatch, `${JSON.stringify(value)} is no value of the enumeration${known}`);
}

/** Of an address that names one element. The server is asked to change that alone, so that its neighbours keep what they have. */
function elementIndex({ steps }: NodeAddress): readonly number[] | undefined {
  if (steps.length === 0) return undefined;
  const [first] = steps as [ValueStep];
  if (steps.length === 1 && 'index' in first) return first.index;
  const message = `${formatSteps(steps)} is a part of a structure: OPC UA writes structures whole, and between reading and writing one somebody else may change it`;
  throw rejected(statusCodes.BadWriteNotSupported, message);
}

/** OPC 10000-4, 7.27: what is written to a range is an array or matrix of its size. */
function oneElement({ dataType, value }: UaVariant, index: readonly number[], { isArray }: NodeType): UaVariant {
  if (!isArray) throw rejected(statusCodes.BadIndexRangeInvalid, 'the node is no array');
  return index.length === 1
    ? { dataType, arrayType: 1, value: [value] }
    : { dataType, arrayType: 2, value: [value], dimensions: index.map(() => 1) };
}

async function send(link: Link, batch: readonly Prepared[], terms: WriteTerms): Promise<readonly WriteResult[]> {
  const { library } = link;
  const { timeoutMs, signals } = requestTerms(terms);
  if (timeoutMs <= 0 || link.lost || signals.some(({ aborted }) => aborted))
    return batch.map(() => ({
      outcome: 'not-sent',
      status: statusCodes.BadTimeout,
      message: 'there was no time left to send it',
    }));
  try {
    const request = new library.WriteRequest({
      nodesToWrite: batch.map(({ nodeId, indexRange, value }) => ({
        nodeId,
        attributeId: library.AttributeIds.Value,
        // The library's class for it is not among its exports; its constructor takes the text.
        ...(indexRange !== undefined && { indexRange: indexRange as never }),
        value: { value: new library.Variant(value as never) },
      })),
    });
    const { results } = await link.request<{ results: { value: number }[] | null }>(request, { timeoutMs, signals });
    return batch.map((_, i) => resultOf(results?.[i]?.value ?? statusCodes.BadUnexpectedError));
  } catch (error) {
    if (!isGatewayError(error)) throw error;
    const { writeOutcome, status, message } = error;
    return batch.map(() => ({ outcome: writeOutcome, status, message }));
  }
}

function resultOf(status: StatusCode): WriteResult {
  if (unknownOutcome.has(bare(status)))
    return {
      outcome: 'unknown',
      status: isBad(status) ? status : statusCodes.UncertainNoCommunicationLastUsableValue,
      message: `the server says ${statusName(status)}`,
    };
  if (isBad(status)) return { outcome: 'rejected', status, message: `the server says ${statusName(status)}` };
  return { outcome: 'done', status: statusCodes.Good };
}
