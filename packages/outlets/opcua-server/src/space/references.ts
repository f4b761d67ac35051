import {
  BrowseDirection,
  coerceLocalizedText,
  ExpandedNodeId,
  makeNodeId,
  NodeClass,
  NodeId,
  type QualifiedName,
  ReferenceDescription,
  ResultMask,
  type BrowseDescriptionOptions,
} from 'node-opcua';
import type { TypeDefinition } from './type-definitions.js';

/** What a reference description says about its target. */
export interface ReferenceTarget {
  readonly nodeId: NodeId;
  readonly browseName: QualifiedName;
  readonly name: string;
  readonly nodeClass: NodeClass;
  /** Undefined for targets that are types themselves. */
  readonly typeDefinition?: TypeDefinition;
}

export type ReferenceKind = 'organizes' | 'has-property' | 'has-type-definition';

export interface Reference {
  readonly kind: ReferenceKind;
  readonly isForward: boolean;
  readonly target: ReferenceTarget;
}

/** Numeric ids of each reference type and of all its supertypes (OPC 10000-5, 11). */
const lineages: Readonly<Record<ReferenceKind, readonly number[]>> = {
  organizes: [35, 33, 31],
  'has-property': [46, 44, 34, 33, 31],
  'has-type-definition': [40, 32, 31],
};

/** True if a request that names this reference type (none = all) means references of this kind. */
export function matchesType(kind: ReferenceKind, type: NodeId | null | undefined, includeSubtypes: boolean): boolean {
  if (!type || type.isEmpty()) return true;
  if (type.namespace !== 0) return false;
  const lineage = lineages[kind];
  return includeSubtypes ? lineage.includes(Number(type.value)) : type.value === lineage[0];
}

/** Every bit of ResultMask (OPC 10000-4, 5.9.2). */
const allResults = 0x3f;

/** Which references a Browse asks for, and what of each. */
export class ReferenceFilter {
  readonly #request: BrowseDescriptionOptions;
  readonly #typeId: NodeId | null;
  readonly #nodeClasses: number;
  readonly #results: number;

  constructor(request: BrowseDescriptionOptions) {
    this.#request = request;
    this.#typeId = request.referenceTypeId instanceof NodeId ? request.referenceTypeId : null;
    this.#nodeClasses = request.nodeClassMask ?? 0;
    this.#results = request.resultMask ?? allResults;
  }

  wants(kind: ReferenceKind, isForward: boolean): boolean {
    const { browseDirection = BrowseDirection.Forward, includeSubtypes = false } = this.#request;
    const direction = isForward ? BrowseDirection.Forward : BrowseDirection.Inverse;
    if (browseDirection !== BrowseDirection.Both && browseDirection !== direction) return false;
    return matchesType(kind, this.#typeId, includeSubtypes);
  }

  wantsClass(nodeClass: NodeClass): boolean {
    return this.#nodeClasses === 0 || (this.#nodeClasses & nodeClass) !== 0;
  }

  describe({ kind, isForward, target }: Reference): ReferenceDescription {
    const has = (bit: ResultMask): boolean => (this.#results & bit) !== 0;
    return new ReferenceDescription({
      nodeId: expanded(target.nodeId),
      referenceTypeId: has(ResultMask.ReferenceType) ? makeNodeId(lineages[kind][0]) : undefined,
      isForward: has(ResultMask.IsForward) ? isForward : false,
      nodeClass: has(ResultMask.NodeClass) ? target.nodeClass : NodeClass.Unspecified,
      browseName: has(ResultMask.BrowseName) ? target.browseName : undefined,
      displayName: has(ResultMask.DisplayName) ? coerceLocalizedText(target.name) : undefined,
      typeDefinition:
        has(ResultMask.TypeDefinition) && target.typeDefinition ? expanded(target.typeDefinition.nodeId) : undefined,
    });
  }
}

function expanded(nodeId: NodeId): ExpandedNodeId {
  return new ExpandedNodeId(nodeId.identifierType, nodeId.value, nodeId.namespace);
}
