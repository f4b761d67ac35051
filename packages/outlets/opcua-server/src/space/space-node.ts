import {
  AttributeIds,
  DataType,
  HistoryReadResult,
  QualifiedName,
  StatusCodes,
  type DataValue,
  type ISessionContext,
  type NodeClass,
  type NodeId,
  type NumericRange,
  type QualifiedNameLike,
  type RelativePathElement,
} from 'node-opcua';
import { lastSegment } from './folder-tree.js';
import {
  badValue,
  localizedText,
  otherAttribute,
  scalar,
  type AttributeRequest,
  type Attributes,
} from './node-attributes.js';
import type { TypeDefinition } from './type-definitions.js';
import { mayDo, type Principal } from '@fieldwarden/gateway-contract';
import type { EventListeners } from '../alarms/event-listeners.js';
import { nobody, type AnonymousAccess } from '../users/anonymous.js';
import { maySeeRolePermissions, rolePermissions, userRolePermissions } from '../users/ua-roles.js';

export type ValueListener = (value: DataValue) => void;

/** The namespace that a node belongs to, as far as the node asks it. */
export interface NodeSpace {
  readonly namespaceIndex: number;
  /** Time of values that never change. */
  readonly startedAt: Date;
  nodeId(id: string): NodeId;
  /** Whether clients without a name are let in. */
  readonly anonymous: AnonymousAccess;
  /** Who asks. */
  principalOf(context: ISessionContext | null): Principal;
  /** Who hears of alarms; undefined where none are shown. */
  readonly eventListeners: EventListeners | undefined;
  /** Where one forward step of a browse path leads. */
  step(id: string, element: RelativePathElement): NodeId[];
}

/**
 * A node of the gateway's namespace, made when somebody asks for it and forgotten afterwards, so that the address space of
 * 100,000 tags costs nothing but its folders. Has those members of the library's BaseNode that its server calls on a node.
 */
export abstract class SpaceNode {
  abstract readonly nodeClass: NodeClass;
  abstract readonly typeDefinition: TypeDefinition;
  readonly space: NodeSpace;
  /** The string of the node id. */
  readonly id: string;

  constructor(space: NodeSpace, id: string) {
    this.space = space;
    this.id = id;
  }

  get nodeId(): NodeId {
    return this.space.nodeId(this.id);
  }

  get name(): string {
    return lastSegment(this.id);
  }

  get browseName(): QualifiedName {
    return new QualifiedName({ name: this.name, namespaceIndex: this.space.namespaceIndex });
  }

  /** Compared by monitored items; what a tag means never changes while its node lives. */
  get semantic_version(): number {
    return 0;
  }

  /** As this one may see it. */
  read(request: AttributeRequest, principal: Principal): DataValue {
    if (!mayDo(principal, 'view')) return badValue(StatusCodes.BadUserAccessDenied);
    if (request.attributeId === AttributeIds.RolePermissions && !maySeeRolePermissions(principal)) {
      return badValue(StatusCodes.BadUserAccessDenied);
    }
    return this.readAllowed(request, principal);
  }

  /** Whether a node of this kind has the attribute. */
  hasAttribute(attributeId: AttributeIds): boolean {
    return (
      attributeId === AttributeIds.RolePermissions ||
      attributeId === AttributeIds.UserRolePermissions ||
      attributeId in this.attributes(nobody)
    );
  }

  protected readAllowed(request: AttributeRequest, principal: Principal): DataValue {
    return otherAttribute({ ...this.attributes(principal), ...this.#permissions(request, principal) }, request);
  }

  /** Path of the tag, where the node is a tag's variable. */
  get tagPath(): string | undefined {
    return undefined;
  }

  get writable(): boolean {
    return false;
  }

  #permissions({ attributeId }: AttributeRequest, principal: Principal): Attributes {
    if (attributeId === AttributeIds.RolePermissions) {
      return { [attributeId]: rolePermissions(this, this.space.anonymous) };
    }
    return attributeId === AttributeIds.UserRolePermissions
      ? { [attributeId]: userRolePermissions(principal, this) }
      : {};
  }

  readAttribute(
    context: ISessionContext | null,
    attributeId: AttributeIds,
    indexRange?: NumericRange,
    dataEncoding?: QualifiedNameLike | null,
  ): DataValue {
    return this.read({ attributeId, indexRange, dataEncoding }, this.space.principalOf(context));
  }

  /** One step of TranslateBrowsePathsToNodeIds. */
  browseNodeByTargetName(element: RelativePathElement): NodeId[] {
    return this.space.step(this.id, element);
  }

  getChildByName(_name: string): unknown {
    return null;
  }

  historyRead(): Promise<HistoryReadResult> {
    return Promise.resolve(new HistoryReadResult({ statusCode: StatusCodes.BadHistoryOperationUnsupported }));
  }

  on(_event: string, _listener: ValueListener): this {
    return this;
  }

  removeListener(_event: string, _listener: ValueListener): this {
    return this;
  }

  protected attributes(_principal: Principal): Attributes {
    return {
      [AttributeIds.NodeId]: scalar(DataType.NodeId, this.nodeId),
      [AttributeIds.NodeClass]: scalar(DataType.Int32, this.nodeClass),
      [AttributeIds.BrowseName]: scalar(DataType.QualifiedName, this.browseName),
      [AttributeIds.DisplayName]: localizedText(this.name),
      [AttributeIds.Description]: localizedText(''),
      [AttributeIds.WriteMask]: scalar(DataType.UInt32, 0),
      [AttributeIds.UserWriteMask]: scalar(DataType.UInt32, 0),
    };
  }
}
