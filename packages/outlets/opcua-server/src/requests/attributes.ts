import { AttributeIds, EventFilter, NodeClass, StatusCodes, type StatusCode as UaStatusCode } from 'node-opcua';
import { SpaceNode } from '../space/space-node.js';

/** A node of the gateway or of the library, as far as a monitored item asks. */
interface ItemNode {
  readonly nodeClass: NodeClass;
  readonly eventNotifier?: number;
}

/** Attributes that every node has, or may have (OPC 10000-3, 5.2). */
const ofEveryNode = [1, 2, 3, 4, 5, 6, 7, 24, 25, 26];

const attributesOf: Readonly<Partial<Record<NodeClass, ReadonlySet<number>>>> = {
  [NodeClass.Object]: new Set([...ofEveryNode, AttributeIds.EventNotifier]),
  [NodeClass.Variable]: new Set([
    ...ofEveryNode,
    AttributeIds.Value,
    AttributeIds.DataType,
    AttributeIds.ValueRank,
    AttributeIds.ArrayDimensions,
    AttributeIds.AccessLevel,
    AttributeIds.UserAccessLevel,
    AttributeIds.MinimumSamplingInterval,
    AttributeIds.Historizing,
    AttributeIds.AccessLevelEx,
  ]),
  [NodeClass.Method]: new Set([...ofEveryNode, AttributeIds.Executable, AttributeIds.UserExecutable]),
};

/** Bit SubscribeToEvents of EventNotifier (OPC 10000-3, 5.5.1). */
const subscribeToEvents = 1;

/** Why this attribute of this node can't be monitored; the library finds that out with the first value, or never. */
export function refusedAttribute(node: unknown, attributeId: number, filter: unknown): UaStatusCode | undefined {
  const { nodeClass, eventNotifier } = node as ItemNode;
  if (attributesOf[nodeClass]?.has(attributeId) === false) return StatusCodes.BadAttributeIdInvalid;
  const isMissing = node instanceof SpaceNode && !node.hasAttribute(attributeId);
  if (isMissing) return StatusCodes.BadAttributeIdInvalid;
  if (attributeId !== (AttributeIds.EventNotifier as number)) return undefined;
  if (((eventNotifier ?? 0) & subscribeToEvents) === 0) return StatusCodes.BadNotSupported;
  return filter instanceof EventFilter ? undefined : StatusCodes.BadEventFilterInvalid;
}
