import {
  BrowsePathResult,
  ExpandedNodeId,
  NodeClass,
  NodeIdType,
  sameNodeId,
  StatusCodes,
  type BrowsePath,
  type IAddressSpace,
  type NodeId,
  type Variant,
} from 'node-opcua';
import { fieldOf, type ConditionNews } from './condition-fields.js';

/** Members of the library's address space by which it evaluates filters. */
interface FilteredSpace {
  findNode(nodeId: NodeId): unknown;
  browsePath(path: BrowsePath): BrowsePathResult;
  /** Whose refresh goes on at present. */
  readonly _condition_refresh_scope: unknown;
}

/** What the library takes for the instance that tells the event. There is none. */
interface EventSource {
  readonly nodeId: NodeId;
  readonly nodeClass: NodeClass;
  readonly typeDefinition: NodeId;
  readonly namespace: unknown;
  readonly addressSpace: FilteredSpace;
}

/** Of nodes that stand for the fields of an event. */
const fieldPrefix = '#field/';

const noMatch = (): BrowsePathResult => new BrowsePathResult({ statusCode: StatusCodes.BadNoMatch, targets: [] });

/**
 * An event of a condition that is no node: it has those members of the library's EventData that its monitored items call, and answers from
 * the news itself. So a quiet alarm costs nothing, where an instance would cost 135 kB.
 */
export class ConditionEvent {
  readonly #news: ConditionNews;
  readonly #source: EventSource;

  constructor(news: ConditionNews, addressSpace: IAddressSpace) {
    this.#news = news;
    const { conditionId, type } = news;
    const real = addressSpace as unknown as FilteredSpace;
    const source: EventSource = {
      nodeId: conditionId,
      nodeClass: NodeClass.Object,
      typeDefinition: type.nodeId,
      namespace: addressSpace.getNamespace(0),
      addressSpace: {
        findNode: (nodeId) => {
          if (nodeId.namespace !== conditionId.namespace) return real.findNode(nodeId);
          if (sameNodeId(nodeId, conditionId)) return source;
          return isField(nodeId) ? { nodeClass: NodeClass.Variable } : null;
        },
        browsePath: noMatch,
        get _condition_refresh_scope() {
          return real._condition_refresh_scope;
        },
      },
    };
    this.#source = source;
  }

  getEventDataSource(): EventSource {
    return this.#source;
  }

  /** Fields are of the standard namespace. */
  _browse({ relativePath }: BrowsePath): BrowsePathResult {
    const names = (relativePath.elements ?? []).map(({ targetName }) => targetName);
    if (names.some(({ namespaceIndex }) => namespaceIndex !== 0)) return noMatch();
    const path = names.map(({ name }) => name).join('.');
    if (!fieldOf(this.#news, path)) return noMatch();
    const { namespace } = this.#source.nodeId;
    const targetId = new ExpandedNodeId(NodeIdType.STRING, `${fieldPrefix}${path}`, namespace);
    return new BrowsePathResult({
      statusCode: StatusCodes.Good,
      targets: [{ targetId, remainingPathIndex: 0xffffffff }],
    });
  }

  _readValue(nodeId: NodeId): Variant | null {
    const path = isField(nodeId) ? String(nodeId.value).slice(fieldPrefix.length) : '';
    return fieldOf(this.#news, path) ?? null;
  }
}

function isField({ identifierType, value }: NodeId): boolean {
  return identifierType === NodeIdType.STRING && String(value).startsWith(fieldPrefix);
}
