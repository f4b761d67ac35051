import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { makeNodeId, NodeClass, type NodeId } from 'node-opcua';
import { propertiesOf } from '../properties/tag-properties.js';

/** A type of the standard namespace that the gateway's nodes are instances of. */
export interface TypeDefinition {
  readonly nodeId: NodeId;
  readonly name: string;
  readonly nodeClass: NodeClass;
}

const variableType = (id: number, name: string): TypeDefinition => ({
  nodeId: makeNodeId(id),
  name,
  nodeClass: NodeClass.VariableType,
});

export const folderType: TypeDefinition = {
  nodeId: makeNodeId(61),
  name: 'FolderType',
  nodeClass: NodeClass.ObjectType,
};
export const propertyType = variableType(68, 'PropertyType');
const baseDataVariableType = variableType(63, 'BaseDataVariableType');
const analogItemType = variableType(2368, 'AnalogItemType');
const twoStateDiscreteType = variableType(2373, 'TwoStateDiscreteType');
const multiStateDiscreteType = variableType(2376, 'MultiStateDiscreteType');
const analogUnitType = variableType(17497, 'AnalogUnitType');
const analogUnitRangeType = variableType(17570, 'AnalogUnitRangeType');

/** OPC 10000-8, 5.3.2: which analog type fits depends on which of the two properties are there. */
export function typeOfTag(definition: TagDefinition): TypeDefinition {
  const properties = propertiesOf(definition);
  if (properties.includes('TrueState')) return twoStateDiscreteType;
  if (properties.includes('EnumStrings')) return multiStateDiscreteType;
  if (properties.length === 2) return analogUnitRangeType;
  if (properties.includes('EngineeringUnits')) return analogUnitType;
  return properties.includes('EURange') ? analogItemType : baseDataVariableType;
}
