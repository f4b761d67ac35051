import { statusCodes, toGatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { TagSource } from '@fieldwarden/service';
import { FollowedTags } from '@fieldwarden/tags/followed-tags';
import type { Principal, TagDefinition } from '@fieldwarden/gateway-contract';
import { NodeId, NodeIdType, type DataValue, type ISessionContext, type RelativePathElement } from 'node-opcua';
import { FolderNode } from './folder-node.js';
import { FolderTree, parentPath, type Folder } from './folder-tree.js';
import { PropertyNode } from './property-node.js';
import { objectsFolder } from './objects-folder.js';
import { Deliveries } from '../items/deliveries.js';
import { matchesType } from './references.js';
import type { SpaceNode } from './space-node.js';
import { TagNode } from './tag-node.js';
import { propertiesOf, type TagProperty } from '../properties/tag-properties.js';
import { TagValues } from '../values/tag-values.js';
import type { EventListeners } from '../alarms/event-listeners.js';
import type { AnonymousAccess } from '../users/anonymous.js';
import type { SessionUsers } from '../users/session-users.js';

export interface TagSpaceDependencies {
  readonly users: Pick<SessionUsers, 'anonymous' | 'principalOf'>;
  readonly store: TagSource;
  readonly historyPresence: { readonly isKept: boolean };
  readonly logger: Logger;
  readonly clock: Clock;
  /** Undefined where no alarms are shown. */
  readonly eventListeners?: EventListeners | undefined;
}

/**
 * The gateway's namespace: a view of the tag store. Nodes are made on demand; only tags with monitored items are remembered,
 * and only their changes cost anything.
 */
export class TagSpace implements Disposable {
  readonly namespaceIndex: number;
  /** Time of values that never change. */
  readonly startedAt: Date;
  readonly eventListeners: EventListeners | undefined;
  readonly #store: TagSource;
  readonly #users: TagSpaceDependencies['users'];
  readonly #historyPresence: TagSpaceDependencies['historyPresence'];
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #values: TagValues;
  readonly #tree = new FolderTree();
  readonly #deliveries = new Deliveries<TagNode>((node, error) => this.#undelivered(node, error));
  readonly #listening = new DisposableStack();
  /** Tags with monitored items: a monitored item survives that its tag goes and comes back. */
  readonly #held: FollowedTags<TagNode>;

  constructor(
    namespaceIndex: number,
    { store, users, logger, clock, historyPresence, eventListeners }: TagSpaceDependencies,
  ) {
    this.#users = users;
    this.#historyPresence = historyPresence;
    this.eventListeners = eventListeners;
    this.namespaceIndex = namespaceIndex;
    this.startedAt = new Date(clock.wallMs());
    this.#store = store;
    this.#logger = logger;
    this.#clock = clock;
    this.#values = new TagValues(store);
    this.#addToTree(Array.from(store.entries(), ([, handle]) => handle));
    this.#listening.use(
      store.onDefinition({
        defined: (handles) => this.#addToTree(handles),
        removed: (handles) => this.#tree.remove(handles, (handle) => this.#store.definition(handle)?.path),
      }),
    );
    this.#held = this.#listening.use(
      new FollowedTags<TagNode>(store, {
        changed: (_, node) => this.#deliver(node),
        came: (handle, node) => this.#came(handle, node),
        gone: (_, node) => this.#gone(node),
        redefined: (handle, node) => (node.definition = this.#store.definition(handle) ?? node.definition),
      }),
    );
  }

  get keepsHistory(): boolean {
    return this.#historyPresence.isKept;
  }

  get monitoredTags(): number {
    return this.#held.size;
  }

  [Symbol.dispose](): void {
    this.#listening.dispose();
  }

  /** What lives as long as the space. */
  endWith(part: Disposable): void {
    this.#listening.use(part);
  }

  get anonymous(): AnonymousAccess {
    return this.#users.anonymous;
  }

  principalOf(context: ISessionContext | null): Principal {
    return this.#users.principalOf(context);
  }

  nodeId(id: string): NodeId {
    return new NodeId(NodeIdType.STRING, id, this.namespaceIndex);
  }

  owns(nodeId: NodeId): boolean {
    return nodeId.namespace === this.namespaceIndex;
  }

  /** The node of this id, if there is one now. */
  find(nodeId: NodeId): SpaceNode | undefined {
    if (nodeId.identifierType !== NodeIdType.STRING || !this.owns(nodeId)) return undefined;
    return this.findById(nodeId.value as string);
  }

  findById(id: string): SpaceNode | undefined {
    const handle = this.#store.handleOf(id);
    if (handle !== undefined) return this.#tag(handle);
    if (id !== '' && this.#tree.get(id)) return new FolderNode(this, id);
    const [path, property] = id.split('#', 2);
    return property === undefined ? undefined : this.#propertyById(path, property);
  }

  property(definition: TagDefinition, property: TagProperty): PropertyNode {
    return new PropertyNode(this, definition, property);
  }

  /** Folders and tags below an id; the empty id is the Objects folder. A path that is both is one node, the tag. */
  *childrenOf(id: string): Generator<SpaceNode> {
    const folder = this.#tree.get(id);
    if (!folder) return;
    for (const child of folder.folders) if (!this.#isTag(child)) yield new FolderNode(this, child.path);
    for (const handle of folder.tags) {
      const tag = this.#tag(handle);
      if (tag) yield tag;
    }
  }

  parentOf(node: SpaceNode): SpaceNode | undefined {
    const path = parentPath(node.id);
    return path === '' ? undefined : this.findById(path);
  }

  /** Where one step of a browse path leads. */
  step(id: string, element: RelativePathElement): NodeId[] {
    const { referenceTypeId, includeSubtypes, isInverse, targetName } = element;
    if (targetName.name === null) return [];
    if (isInverse) return this.#stepBack(id, element);
    const property = targetName.namespaceIndex === 0;
    if (!matchesType(property ? 'has-property' : 'organizes', referenceTypeId, includeSubtypes)) return [];
    if (!property && targetName.namespaceIndex !== this.namespaceIndex) return [];
    const below = id === '' ? targetName.name : `${id}/${targetName.name}`;
    const target = this.findById(property ? `${id}#${targetName.name}` : below);
    return target ? [target.nodeId] : [];
  }

  /** To the folder that organizes a node, or the tag that has a property. */
  #stepBack(id: string, { referenceTypeId, includeSubtypes, targetName }: RelativePathElement): NodeId[] {
    const isProperty = id.includes('#');
    const kind = isProperty ? 'has-property' : 'organizes';
    if (id === '' || !matchesType(kind, referenceTypeId, includeSubtypes)) return [];
    const above = isProperty ? id.slice(0, id.indexOf('#')) : parentPath(id);
    const target = above === '' ? objectsFolder : this.findById(above);
    const isNamed =
      target?.browseName.name === targetName.name && target?.browseName.namespaceIndex === targetName.namespaceIndex;
    return target && isNamed ? [target.nodeId] : [];
  }

  /** What a Read of this tag's Value answers now. */
  present(node: TagNode): DataValue {
    if (node.handle !== undefined) return this.#values.read(node.handle);
    const nowMs = this.#clock.wallMs();
    return this.#values.bare(statusCodes.BadNodeIdUnknown, nowMs, nowMs);
  }

  /** Called when the first monitored item takes a tag's node. */
  hold(node: TagNode): void {
    node.handle = this.#held.follow(node.id, node);
  }

  /** Called when the last monitored item let go of a tag's node. */
  release(node: TagNode): void {
    this.#held.unfollow(node.id);
  }

  #tag(handle: number): TagNode | undefined {
    const held = this.#held.followerOf(handle);
    if (held) return held;
    const definition = this.#store.definition(handle);
    return definition && new TagNode(this, handle, definition);
  }

  #isTag(folder: Folder): boolean {
    return this.#store.handleOf(folder.path) !== undefined;
  }

  #propertyById(path: string, property: string): PropertyNode | undefined {
    const definition = this.#store.definition(this.#store.handleOf(path) ?? -1);
    const known = definition && propertiesOf(definition).find((one) => one === property);
    return known && this.property(definition, known);
  }

  #came(handle: number, node: TagNode): void {
    node.handle = handle;
    node.definition = this.#store.definition(handle) ?? node.definition;
    this.#deliver(node);
  }

  #gone(node: TagNode): void {
    node.handle = undefined;
    this.#deliver(node);
  }

  #deliver(node: TagNode): void {
    this.#deliveries.add(node, this.present(node));
  }

  /** One item that the library can't serve must not keep the others from their values. */
  #undelivered(node: TagNode, error: unknown): void {
    const message = `a change of ${node.id} did not reach an OPC UA client: ${toGatewayError(error).message}`;
    this.#logger.error(message, { error });
  }

  #addToTree(handles: Iterable<number>): void {
    this.#tree.add(handles, (handle) => this.#store.definition(handle)?.path);
  }
}
