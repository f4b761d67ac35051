import { isDeepStrictEqual } from 'node:util';
import { formatDataType, isNumericColumn, type DataType } from '@fieldwarden/core';
import type { PlantTag, Scaling } from './plant-tag.js';

/** Fields that a tag of the gateway's own need not name. */
type OptionalFields =
  | 'scaling'
  | 'notAvailable'
  | 'unit'
  | 'deadband'
  | 'description'
  | 'limits'
  | 'range'
  | 'writeNonFinite'
  | 'publish'
  | 'history'
  | 'options';

type PlantFields = Omit<PlantTag, 'type' | OptionalFields> & Partial<Pick<PlantTag, OptionalFields>>;

/** Everything the gateway knows about one tag besides its value: all that the plant says of it, and where it belongs. */
export interface TagDefinition extends PlantFields {
  /** Of the value as everyone beyond the store sees it: float64 for a scaled tag. */
  readonly type: DataType;
  /** Of the value in the device. */
  readonly rawType: DataType;
  /** Null for tags that the gateway itself feeds (`_system/...`). */
  readonly driverId: string | null;
  readonly deviceId: string | null;
}

/** A tag of a device, as the store keeps it: all fields of the plant's, whichever they are. */
export function definitionOf(driverId: string, deviceId: string, tag: PlantTag): TagDefinition {
  return { ...tag, driverId, deviceId, rawType: tag.type, type: clientType(tag) };
}

/** The way back: what stands in the store, as it was configured. */
export function plantTagOf({ driverId: _, deviceId: __, rawType, ...tag }: TagDefinition): PlantTag {
  return { ...tag, type: rawType } as PlantTag;
}

/** What is scaled is a float64 to clients, whatever the device has. */
export function clientType({ scaling, type }: Pick<PlantTag, 'scaling' | 'type'>): DataType {
  return scaling && isNumericColumn(type) ? scaledType : type;
}

const scaledType: DataType = { scalar: 'float64' };

/** A value read under one definition is a value under the other: same device, address, options, raw type, scaling and values for "none". */
export function isSameSource(a: TagDefinition, b: TagDefinition): boolean {
  return (
    a.address === b.address &&
    a.deviceId === b.deviceId &&
    a.driverId === b.driverId &&
    isSameType(a.rawType, b.rawType) &&
    (a.options === b.options || isDeepStrictEqual(a.options, b.options)) &&
    isSameScaling(a.scaling, b.scaling) &&
    isSameList(a.notAvailable, b.notAvailable)
  );
}

export function isSameType(a: DataType, b: DataType): boolean {
  return a === b || formatDataType(a) === formatDataType(b);
}

function isSameList(a: readonly unknown[] | undefined, b: readonly unknown[] | undefined): boolean {
  return a === b || (a?.length === b?.length && a?.every((value, i) => value === b?.[i]) === true);
}

function isSameScaling(a: Scaling | undefined, b: Scaling | undefined): boolean {
  if (a === b) return true;
  return (
    a?.gain === b?.gain &&
    a?.offset === b?.offset &&
    a?.clamp?.low === b?.clamp?.low &&
    a?.clamp?.high === b?.clamp?.high
  );
}
