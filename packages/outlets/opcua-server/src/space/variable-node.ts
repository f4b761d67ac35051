import {
  AccessLevelFlag,
  AttributeIds,
  DataType,
  makeNodeId,
  NodeClass,
  Variant,
  type DataValue,
  type ISessionContext,
  type NodeId,
} from 'node-opcua';
import { scalar, uint32Array, valueAttribute, type AttributeRequest, type Attributes } from './node-attributes.js';
import { SpaceNode } from './space-node.js';
import { mayDo, type Principal } from '@fieldwarden/gateway-contract';

/** Bit WriteFullArrayOnly of AccessLevelExType (OPC 10000-3, 8.58): a part of a value is not written. */
const writeFullArrayOnly = 0x400;

/** What tags and their properties have in common. */
export abstract class VariableNode extends SpaceNode {
  readonly nodeClass = NodeClass.Variable;

  abstract readValue(): DataValue;
  protected abstract get dataTypeId(): number;
  protected abstract get arrayLength(): number | undefined;
  protected abstract get accessLevel(): AccessLevelFlag;

  get dataType(): NodeId {
    return makeNodeId(this.dataTypeId);
  }

  /** Its values are kept, and can be read. */
  get isHistorized(): boolean {
    return false;
  }

  /** 0 = values are delivered when they change, nothing is sampled (OPC 10000-3, 5.6.2). */
  get minimumSamplingInterval(): number {
    return 0;
  }

  protected override readAllowed(request: AttributeRequest, principal: Principal): DataValue {
    return request.attributeId === AttributeIds.Value
      ? valueAttribute(this.readValue(), request)
      : super.readAllowed(request, principal);
  }

  readValueAsync(context: ISessionContext | null, callback: (error: Error | null, value: DataValue) => void): void {
    callback(null, this.read({ attributeId: AttributeIds.Value }, this.space.principalOf(context)));
  }

  /** Of what the node allows, what this one may do. */
  #userAccessLevel(principal: Principal): number {
    const { accessLevel, tagPath } = this;
    const mayRead = mayDo(principal, 'view') ? AccessLevelFlag.CurrentRead | AccessLevelFlag.HistoryRead : 0;
    const mayWrite = mayDo(principal, 'write', tagPath) ? AccessLevelFlag.CurrentWrite : 0;
    return accessLevel & (mayRead | mayWrite);
  }

  override hasAttribute(attributeId: AttributeIds): boolean {
    return attributeId === AttributeIds.Value || super.hasAttribute(attributeId);
  }

  protected override attributes(principal: Principal): Attributes {
    const { arrayLength, accessLevel } = this;
    return {
      ...super.attributes(principal),
      [AttributeIds.DataType]: scalar(DataType.NodeId, this.dataType),
      [AttributeIds.ValueRank]: scalar(DataType.Int32, arrayLength === undefined ? -1 : 1),
      [AttributeIds.ArrayDimensions]: arrayLength === undefined ? new Variant(null) : uint32Array([arrayLength]),
      [AttributeIds.AccessLevel]: scalar(DataType.Byte, accessLevel),
      [AttributeIds.UserAccessLevel]: scalar(DataType.Byte, this.#userAccessLevel(principal)),
      [AttributeIds.AccessLevelEx]: scalar(DataType.UInt32, accessLevel | writeFullArrayOnly),
      [AttributeIds.MinimumSamplingInterval]: scalar(DataType.Double, this.minimumSamplingInterval),
      [AttributeIds.Historizing]: scalar(DataType.Boolean, this.isHistorized),
    };
  }
}
