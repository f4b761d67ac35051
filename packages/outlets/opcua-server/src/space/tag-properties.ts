import { DataType, makeEUInformation, Range, standardUnits, Variant } from 'node-opcua';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { isNumeric } from '../values/ua-types.js';

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

/** UNECE Recommendation 20 codes by the symbol that engineers write; `unitId` -1 = not in that list (OPC 10000-8, 5.6.3). */
function engineeringUnits(unit: string): EUInformation {
  const found = unitsBySymbol().get(unit);
  if (found) return found;
  const made = makeEUInformation('', unit, unit);
  made.namespaceUri = 'urn:fieldwarden:units';
  made.unitId = -1;
  return made;
}

let bySymbol: Map<string, EUInformation> | undefined;

function unitsBySymbol(): Map<string, EUInformation> {
  bySymbol ??= new Map(
    Object.values(standardUnits as unknown as Record<string, EUInformation>).map((unit) => [
      unit.displayName.text ?? '',
      unit,
    ]),
  );
  return bySymbol;
}
