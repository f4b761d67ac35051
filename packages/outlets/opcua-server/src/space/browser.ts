import {
  BrowseResult,
  QualifiedName,
  StatusCodes,
  type BrowseDescriptionOptions,
  type ReferenceDescription,
} from 'node-opcua';
import { objectsFolder } from './objects-folder.js';
import { ReferenceFilter, type Reference, type ReferenceTarget } from './references.js';
import type { SpaceNode } from './space-node.js';
import { TagNode } from './tag-node.js';
import { propertiesOf } from '../properties/tag-properties.js';
import type { TagSpace } from './tag-space.js';
import { Slices } from '../server/work-scope.js';
import type { TypeDefinition } from './type-definitions.js';

/** References of one of the gateway's nodes from an offset on. */
export async function browseNode(
  space: TagSpace,
  node: SpaceNode,
  request: BrowseDescriptionOptions,
  { offset, limit }: PageOptions,
): Promise<BrowsePage> {
  const found = referencesOf(space, node, new ReferenceFilter(request));
  const { references, hasMore } = await describe(found, request, { offset, limit });
  return { result: new BrowseResult({ statusCode: StatusCodes.Good, references }), hasMore };
}

/** The top folders, which the Objects folder organizes besides what the standard namespace has there. */
export async function topReferences(
  space: TagSpace,
  request: BrowseDescriptionOptions,
): Promise<ReferenceDescription[]> {
  const everything = { offset: 0, limit: Number.POSITIVE_INFINITY };
  return (await describe(children(space, '', new ReferenceFilter(request)), request, everything)).references;
}

export interface PageOptions {
  readonly offset: number;
  readonly limit: number;
}

/** What a Browse answers for one node, and whether there is more than fits. */
export interface BrowsePage {
  readonly result: BrowseResult;
  readonly hasMore: boolean;
}

async function describe(
  references: Iterable<Reference>,
  request: BrowseDescriptionOptions,
  { offset, limit }: PageOptions,
): Promise<{ references: ReferenceDescription[]; hasMore: boolean }> {
  const slices = new Slices();
  const filter = new ReferenceFilter(request);
  const descriptions: ReferenceDescription[] = [];
  let seen = 0;
  for (const reference of references) {
    if (!filter.wantsClass(reference.target.nodeClass)) continue;
    if ((seen += 1) <= offset) continue;
    if (descriptions.length >= limit) return { references: descriptions, hasMore: true };
    descriptions.push(filter.describe(reference));
    if (seen % 100 === 0) await slices.breathe();
  }
  return { references: descriptions, hasMore: false };
}

function* referencesOf(space: TagSpace, node: SpaceNode, filter: ReferenceFilter): Generator<Reference> {
  if (filter.wants('has-type-definition', true)) {
    yield { kind: 'has-type-definition', isForward: true, target: typeTarget(node.typeDefinition) };
  }
  if (node.id.includes('#')) {
    if (filter.wants('has-property', false)) yield* owner(space, node);
    return;
  }
  if (filter.wants('organizes', false)) {
    yield { kind: 'organizes', isForward: false, target: space.parentOf(node) ?? objectsFolder };
  }
  if (node instanceof TagNode && filter.wants('has-property', true)) yield* properties(space, node);
  yield* children(space, node.id, filter);
}

function* children(space: TagSpace, id: string, filter: ReferenceFilter): Generator<Reference> {
  if (!filter.wants('organizes', true)) return;
  for (const target of space.childrenOf(id)) yield { kind: 'organizes', isForward: true, target };
}

function* properties(space: TagSpace, node: TagNode): Generator<Reference> {
  for (const property of propertiesOf(node.definition)) {
    yield { kind: 'has-property', isForward: true, target: space.property(node.definition, property) };
  }
}

function* owner(space: TagSpace, property: SpaceNode): Generator<Reference> {
  const target = space.findById(property.id.slice(0, property.id.indexOf('#')));
  if (target) yield { kind: 'has-property', isForward: false, target };
}

function typeTarget({ nodeId, name, nodeClass }: TypeDefinition): ReferenceTarget {
  return { nodeId, name, nodeClass, browseName: new QualifiedName({ name, namespaceIndex: 0 }) };
}
