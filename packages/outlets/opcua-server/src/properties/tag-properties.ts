import { coerceLocalizedText, DataType, makeEUInformation, Range, Variant, VariantArrayType } from 'node-opcua';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { isNumeric } from '../values/ua-types.js';
import { unitCode, unitId } from './units.js';

type EUInformation = ReturnType<typeof makeEUInformation>;

/** Properties of a tag's variable. Their node ids are `<path>#<name>`: `#` never occurs in a path. */
export type TagProperty = 'EngineeringUnits' | 'EURange' | 'TrueState' | 'FalseState' | 'EnumStrings';

interface PropertyKind {
  /** Number of the DataType's node. */
  readonly dataType: number;
  readonly isArray: boolean;
  readonly value: (definition: TagDefinition) => Variant;
}

const localizedTextId = 21;

const propertyKinds: Readonly<Record<TagProperty, PropertyKind>> = {
  EngineeringUnits: { dataType: 887, isArray: false, value: ({ unit }) => structure(engineeringUnits(unit ?? '')) },
  EURange: { dataType: 884, isArray: false, value: (definition) => structure(new Range(rangeOf(definition))) },
  TrueState: { dataType: localizedTextId, isArray: false, value: ({ trueState }) => text(trueState ?? 'true') },
  FalseState: { dataType: localizedTextId, isArray: false, value: ({ falseState }) => text(falseState ?? 'false') },
  EnumStrings: { dataType: localizedTextId, isArray: true, value: ({ enumStrings }) => texts(enumStrings ?? []) },
};

/** DataType and rank of a property; `arrayLength`: of this tag's. */
export function propertyShape(
  { enumStrings }: TagDefinition,
  property: TagProperty,
): { readonly dataType: number; readonly arrayLength: number | undefined } {
  const { dataType, isArray } = propertyKinds[property];
  return { dataType, arrayLength: isArray ? enumStrings?.length : undefined };
}

/** TwoStateDiscreteType has both names or none: the other one is then the value itself. */
export function propertiesOf(definition: TagDefinition): TagProperty[] {
  const { unit, trueState, falseState, enumStrings } = definition;
  if (trueState !== undefined || falseState !== undefined) return ['TrueState', 'FalseState'];
  if (!isNumeric(definition.type)) return [];
  if (enumStrings !== undefined) return ['EnumStrings'];
  const properties: TagProperty[] = [];
  if (unit !== undefined) properties.push('EngineeringUnits');
  if (rangeOf(definition)) properties.push('EURange');
  return properties;
}

export function propertyValue(definition: TagDefinition, property: TagProperty): Variant {
  return propertyKinds[property].value(definition);
}

const structure = (value: unknown): Variant => new Variant({ dataType: DataType.ExtensionObject, value });

const text = (said: string): Variant =>
  new Variant({ dataType: DataType.LocalizedText, value: coerceLocalizedText(said) });

const texts = (said: readonly string[]): Variant =>
  new Variant({
    dataType: DataType.LocalizedText,
    arrayType: VariantArrayType.Array,
    value: said.map((one) => coerceLocalizedText(one)),
  });

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
