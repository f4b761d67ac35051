import { isBad, statusCodes, type DataType } from '@fieldwarden/core';
import type { DiscoveredNode, DiscoveredPage, DiscoverQuery } from '@fieldwarden/driver';
import type { BrowseResult, NodeId, ReferenceDescription } from 'node-opcua-client';
import { NamespaceBook } from '../address/namespaces.js';
import { addressOf, nodeIdOf } from '../address/node-id.js';
import { formatNodeAddress, parseNodeAddress } from '../address/node-address.js';
import { rejected } from '../line/errors.js';
import type { Link } from '../line/link.js';
import { scalarOfBuiltIn } from '../values/built-in-types.js';
import type { UaDataValue } from '../values/ua-value.js';
import type { NodeTypes } from './node-types.js';
import { readNodes } from './read-nodes.js';
import { requestTerms, type CallTerms } from './terms.js';

const objectsFolder = 85;
const hierarchicalReferences = 33;
/** Bits of a NodeClass mask (OPC 10000-3, 5.2.3). */
const nodeClass = { object: 1, variable: 2, method: 4 } as const;
const attributes = { value: 13, dataType: 14, valueRank: 15, userAccessLevel: 18 } as const;
const writeBit = 2;

/** Nodes that one walk remembers, and walks that are remembered, for who asks for further pages. */
const maxSeen = 200_000;
const maxWalks = 8;
/** Nodes whose children are asked for in one request. */
const maxAtOnce = 200;
/** A page is answered for so much before its deadline, whatever was found by then. */
const searchReserveMs = 700;

interface Walk {
  readonly text: string | undefined;
  /** Where to look next; empty at the end. */
  readonly queue: NodeId[];
  readonly seen: Set<string>;
  readonly found: ReferenceDescription[];
}

/** Walks the nodes of a server for people: the children of a node, or a search below it. */
export class Browser {
  readonly #link: Link;
  readonly #types: NodeTypes;
  readonly #walks = new Map<number, Walk>();
  #walkCount = 0;

  constructor(link: Link, types: NodeTypes) {
    this.#link = link;
    this.#types = types;
  }

  forget(): void {
    this.#walks.clear();
  }

  async page(query: DiscoverQuery, terms: CallTerms): Promise<DiscoveredPage> {
    const { id, walk, from } = query.cursor === undefined ? this.#begin(query) : this.#continued(query.cursor);
    const wanted = from + query.limit;
    const endsAtMs = terms.call.deadlineMs - searchReserveMs;
    while (walk.queue.length > 0 && walk.found.length < wanted) {
      await this.#step(walk, terms);
      if (terms.clock.monotonicMs() > endsAtMs) break;
    }
    const nodes = await this.#described(walk.found.slice(from, wanted), terms);
    const isOver = walk.queue.length === 0 && walk.found.length <= wanted;
    return { nodes, nextCursor: isOver ? undefined : `${id}:${Math.min(wanted, walk.found.length)}` };
  }

  #begin({ parent, text }: DiscoverQuery): { id: number; walk: Walk; from: number } {
    const top = parent === undefined ? this.#link.library.makeNodeId(objectsFolder) : this.#nodeIdOf(parent);
    const walk = { text: text?.toLowerCase(), queue: [top], seen: new Set<string>(), found: [] };
    const id = ++this.#walkCount;
    this.#walks.set(id, walk);
    const [oldest] = this.#walks.keys();
    if (this.#walks.size > maxWalks) this.#walks.delete(oldest);
    return { id, walk, from: 0 };
  }

  #continued(cursor: string): { id: number; walk: Walk; from: number } {
    const [, id, from] = /^(\d{1,9}):(\d{1,9})$/.exec(cursor) ?? [];
    const walk = this.#walks.get(Number(id));
    if (walk && Number(from) <= walk.found.length) return { id: Number(id), walk, from: Number(from) };
    throw rejected(
      statusCodes.BadContinuationPointInvalid,
      `${cursor} is not where a page of this server ends, or it was too long ago`,
    );
  }

  #nodeIdOf(text: string): NodeId {
    const address = parseNodeAddress(text);
    const namespace = new NamespaceBook().indexOf(address, this.#link.namespaces);
    if (namespace === undefined)
      throw rejected(statusCodes.BadNodeIdUnknown, `the server has no namespace ${address.namespace}`);
    return nodeIdOf(this.#link.library, address, namespace);
  }

  async #step(walk: Walk, terms: CallTerms): Promise<void> {
    const parents = walk.queue.splice(0, Math.min(maxAtOnce, this.#link.limits.nodesPerBrowse));
    const isFirst = walk.seen.size === 0;
    for (const parent of parents) walk.seen.add(parent.toString());
    const results = await this.#browse(parents, 0, terms);
    if (isFirst && isBad(results[0].statusCode.value))
      throw rejected(results[0].statusCode.value, 'the server does not have this node');
    for (const result of results) for (const reference of await this.#whole(result, terms)) this.#see(walk, reference);
  }

  #see(walk: Walk, reference: ReferenceDescription): void {
    const key = reference.nodeId.toString();
    if (walk.seen.has(key) || walk.seen.size >= maxSeen) return;
    walk.seen.add(key);
    if (
      walk.text === undefined ||
      nameOf(reference).toLowerCase().includes(walk.text) ||
      this.#addressOf(reference).toLowerCase().includes(walk.text)
    )
      walk.found.push(reference);
    if (walk.text !== undefined) walk.queue.push(reference.nodeId);
  }

  async #browse(nodes: readonly NodeId[], atMost: number, terms: CallTerms): Promise<readonly BrowseResult[]> {
    const { library } = this.#link;
    const request = new library.BrowseRequest({
      requestedMaxReferencesPerNode: atMost,
      nodesToBrowse: nodes.map((nodeId) => ({
        nodeId,
        browseDirection: library.BrowseDirection.Forward,
        referenceTypeId: library.makeNodeId(hierarchicalReferences),
        includeSubtypes: true,
        nodeClassMask: nodeClass.object | nodeClass.variable | nodeClass.method,
        resultMask: 63,
      })),
    });
    const { results } = await this.#link.request<{ results: BrowseResult[] | null }>(request, requestTerms(terms));
    return results ?? [];
  }

  async #whole(
    { references, continuationPoint }: BrowseResult,
    terms: CallTerms,
  ): Promise<readonly ReferenceDescription[]> {
    const all = [...(references ?? [])];
    let point = continuationPoint as Buffer | null;
    while (point && point.length > 0 && all.length < maxSeen) {
      const request = new this.#link.library.BrowseNextRequest({
        releaseContinuationPoints: false,
        continuationPoints: [point],
      });
      const { results } = await this.#link.request<{ results: BrowseResult[] | null }>(request, requestTerms(terms));
      all.push(...(results?.[0]?.references ?? []));
      point = (results?.[0]?.continuationPoint as Buffer | null | undefined) ?? null;
    }
    return all;
  }

  async #described(references: readonly ReferenceDescription[], terms: CallTerms): Promise<readonly DiscoveredNode[]> {
    const variables = references.filter((one) => isVariable(one)).map(({ nodeId }) => nodeId);
    const types = new Map<string, DataType>();
    const writable = new Set<string>();
    const read = (attributeId: number, told: (nodeId: NodeId, value: UaDataValue) => void): Promise<void> =>
      readNodes(this.#link, variables, { ...requestTerms(terms), attributeId }, (i, value) =>
        told(variables[i], value),
      );
    const dataTypes = new Map<string, NodeId>();
    const arrays = new Set<string>();
    await read(
      attributes.dataType,
      (nodeId, { value }) => value?.value && dataTypes.set(nodeId.toString(), value.value as NodeId),
    );
    await read(
      attributes.valueRank,
      (nodeId, { value }) => Number(value?.value ?? -1) >= 0 && arrays.add(nodeId.toString()),
    );
    await read(
      attributes.userAccessLevel,
      (nodeId, { value }) => (Number(value?.value ?? 0) & writeBit) !== 0 && writable.add(nodeId.toString()),
    );
    for (const [key, dataType] of dataTypes) {
      const scalar = scalarOfBuiltIn[await this.#types.builtInOf(dataType).catch(() => -1)];
      if (scalar && !arrays.has(key)) types.set(key, { scalar });
    }
    await this.#measure(
      variables.filter((nodeId) => arrays.has(nodeId.toString())),
      types,
      terms,
    );
    const parents = await this.#parentsAmong(references, terms);
    return references.map((reference) => {
      const key = reference.nodeId.toString();
      const type = types.get(key);
      return {
        address: this.#addressOf(reference),
        name: nameOf(reference),
        hasChildren: parents.has(key),
        ...(type && { type }),
        ...(isVariable(reference) && { writable: writable.has(key) }),
      };
    });
  }

  /** A tag's array has a length: that of the value that is there now. */
  async #measure(nodes: readonly NodeId[], types: Map<string, DataType>, terms: CallTerms): Promise<void> {
    await readNodes(this.#link, nodes, requestTerms(terms), (i, { value }) => {
      const scalar = value && scalarOfBuiltIn[value.dataType];
      const length = (value?.value as ArrayLike<unknown> | null | undefined)?.length ?? 0;
      if (scalar && length > 0) types.set(nodes[i].toString(), { scalar, arrayLength: length });
    });
  }

  async #parentsAmong(references: readonly ReferenceDescription[], terms: CallTerms): Promise<ReadonlySet<string>> {
    const parents = new Set<string>();
    const batch = Math.min(maxAtOnce, this.#link.limits.nodesPerBrowse);
    for (let from = 0; from < references.length; from += batch) {
      const some = references.slice(from, from + batch);
      const results = await this.#browse(
        some.map(({ nodeId }) => nodeId),
        1,
        terms,
      );
      const points = results.flatMap(({ continuationPoint }) =>
        (continuationPoint as Buffer | null)?.length ? [continuationPoint] : [],
      );
      if (points.length > 0)
        await this.#link.request(
          new this.#link.library.BrowseNextRequest({ releaseContinuationPoints: true, continuationPoints: points }),
          requestTerms(terms),
        );
      for (const [i, { nodeId }] of some.entries())
        if ((results[i]?.references?.length ?? 0) > 0) parents.add(nodeId.toString());
    }
    return parents;
  }

  #addressOf({ nodeId }: ReferenceDescription): string {
    return formatNodeAddress(addressOf(this.#link.library, nodeId, this.#link.namespaces));
  }
}

function nameOf({ displayName, browseName }: ReferenceDescription): string {
  return displayName.text || browseName.name || '';
}

function isVariable({ nodeClass: bits }: { readonly nodeClass: number }): boolean {
  return bits === nodeClass.variable;
}
