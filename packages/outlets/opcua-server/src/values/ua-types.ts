import type { DataType, ScalarType, ScalarValue, TagValue } from '@fieldwarden/core';
import { DataType as UaDataType, Variant, VariantArrayType } from 'node-opcua';

/** Built-in DataType of each element type; its number is also the `i=` of the DataType node (OPC 10000-6, Table 1). */
export const uaDataTypes: Readonly<Record<ScalarType, UaDataType>> = {
  bool: UaDataType.Boolean,
  int8: UaDataType.SByte,
  int16: UaDataType.Int16,
  int32: UaDataType.Int32,
  int64: UaDataType.Int64,
  uint8: UaDataType.Byte,
  uint16: UaDataType.UInt16,
  uint32: UaDataType.UInt32,
  uint64: UaDataType.UInt64,
  float32: UaDataType.Float,
  float64: UaDataType.Double,
  string: UaDataType.String,
  bytes: UaDataType.ByteString,
  datetime: UaDataType.DateTime,
};

const notNumeric: ReadonlySet<ScalarType> = new Set(['bool', 'string', 'bytes', 'datetime']);

/** True for the types that a deadband, a unit and a range make sense for. */
export const isNumeric = ({ scalar }: DataType): boolean => !notNumeric.has(scalar);

/** Always makes fresh arrays and buffers: a monitored item keeps the Variant it was given. */
export function toVariant(value: TagValue | null, { scalar }: DataType): Variant {
  if (value === null) return new Variant(null);
  const dataType = uaDataTypes[scalar];
  if (!isArray(value))
    return new Variant({ dataType, arrayType: VariantArrayType.Scalar, value: toUaValue(value, scalar) });
  const elements = value.map((element) => toUaValue(element, scalar));
  return new Variant({ dataType, arrayType: VariantArrayType.Array, value: elements });
}

/** What a client wrote, as a tag's value; undefined when the Variant is not of the tag's type and length. */
export function fromVariant(variant: Variant, type: DataType): TagValue | undefined {
  const same = sameBytes(variant, type);
  if (same !== undefined) return same;
  if (variant.dataType !== uaDataTypes[type.scalar]) return undefined;
  if (type.arrayLength === undefined) {
    return variant.arrayType === VariantArrayType.Scalar ? fromUaValue(variant.value, type.scalar) : undefined;
  }
  if (variant.arrayType !== VariantArrayType.Array) return undefined;
  return elementsOf(variant.value as ArrayLike<unknown> | null, type.scalar, type.arrayLength);
}

/** OPC 10000-4, 5.11.4: a ByteString is accepted for an array of Byte, and the other way round. */
function sameBytes({ dataType, arrayType, value }: Variant, type: DataType): TagValue | undefined {
  const scalar = arrayType === VariantArrayType.Scalar;
  if (scalar && dataType === UaDataType.ByteString && type.scalar === 'uint8' && value instanceof Uint8Array) {
    return value.length === type.arrayLength ? [...value] : undefined;
  }
  if (!scalar && dataType === UaDataType.Byte && type.scalar === 'bytes' && type.arrayLength === undefined) {
    return Uint8Array.from(value as ArrayLike<number>);
  }
  return undefined;
}

function elementsOf(elements: ArrayLike<unknown> | null, scalar: ScalarType, length: number): TagValue | undefined {
  if (elements?.length !== length) return undefined;
  const values: ScalarValue[] = [];
  for (let i = 0; i < length; i += 1) {
    const value = fromUaValue(elements[i], scalar);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function toUaValue(value: ScalarValue, scalar: ScalarType): unknown {
  if (typeof value === 'bigint') return [Number((value >> 32n) & 0xffff_ffffn), Number(value & 0xffff_ffffn)];
  if (value instanceof Uint8Array) return Buffer.from(value);
  return scalar === 'datetime' ? new Date(value as number) : value;
}

/** node-opcua holds 64-bit integers as [high, low] words. */
function fromUaValue(value: unknown, scalar: ScalarType): ScalarValue | undefined {
  if (Array.isArray(value)) return bigintOf(value as [number, number], scalar);
  if (value instanceof Date) return value.getTime();
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value === null || value === undefined) return emptyOf(scalar);
  return value as ScalarValue;
}

function bigintOf([high, low]: [number, number], scalar: ScalarType): bigint {
  const bits = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  return scalar === 'int64' ? BigInt.asIntN(64, bits) : bits;
}

/** A null String or ByteString means the same as an empty one (OPC 10000-6, 5.1.2); nothing else may be null. */
function emptyOf(scalar: ScalarType): ScalarValue | undefined {
  if (scalar === 'string') return '';
  return scalar === 'bytes' ? new Uint8Array(0) : undefined;
}

function isArray(value: TagValue): value is readonly ScalarValue[] {
  return Array.isArray(value);
}
