import { DataType, makeEUInformation, Range, Variant } from 'node-opcua';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { isNumeric } from '../values/ua-types.js';
import { unitCode, unitId } from './units.js';

type EUInformation = ReturnType<typeof makeEUInformation>;

/** Properties of a tag's variable. Their node ids are `<path>#<name>`: `#` never occurs in a path. */
export type TagProperty = 'EngineeringUnits' | 'EURange';

/** DataTypes of the properties: EUInformation i=887, Range i=884. */
export const propertyDataTypes: Readonly<Record<TagProperty, number>> = { EngineeringUnits: 887, EURange: 884 };

export function propertiesOf(definition: TagDefinition): TagProperty[] {
  if (!isNumeric(definition.type)) return [];
  const properties: TagProperty[] = [];
  if (definition.unit !== undefined) properties.push('EngineeringUnits');
  if (rangeOf(definition)) properties.push('EURange');
  return properties;
}

export function propertyValue(definition: TagDefinition, property: TagProperty): Variant {
  const value = property === 'EURange' ? new Range(rangeOf(definition)) : engineeringUnits(definition.unit ?? '');
  return new Variant({ dataType: DataType.ExtensionObject, value });
}

/** The instrument's range; else what may be written, when both ends are given. */
function rangeOf({ range, limits }: TagDefinition): { readonly low: number; readonly high: number } | undefined {
  if (range) return range;
  return limits?.min !== undefined && limits.max !== undefined ? { low: limits.min, high: limits.max } : undefined;
}

/** `unitId` -1: a unit that UNECE has no code for, or none that we know (OPC 10000-8, 5.6.3). It is shown as the plant writes it. */
function engineeringUnits(unit: string): EUInformation {
  const code = unitCode(unit);
  const made = makeEUInformation(code ?? '', unit, unit);
  made.namespaceUri = code === undefined ? 'urn:fieldwarden:units' : 'http://www.opcfoundation.org/UA/units/un/cefact';
  made.unitId = code === undefined ? -1 : unitId(code);
  return made;
}
