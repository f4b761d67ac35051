import {
  bigIntegerRanges,
  fitsFloat,
  integerRanges,
  type ScalarType,
  type ScalarValue,
  type TagValue,
} from '@fieldwarden/core';
import { scalarOfSparkplugType, sparkplugTypes, type SparkplugType } from './data-types.js';
import { undecodable, unfit } from './value-errors.js';

/*
 * Arrays travel as bytes, little-endian (section 6.4.16). A BooleanArray begins with the number of its values as 4 bytes, then
 * eight values a byte, the first in the highest bit. A StringArray is texts each ended by NUL.
 */

interface ElementLayout {
  readonly byteLength: number;
  readonly get: (view: DataView, at: number) => ScalarValue;
  readonly put: (view: DataView, at: number, value: never) => void;
}

const elementLayouts: Readonly<Partial<Record<ScalarType, ElementLayout>>> = {
  int8: { byteLength: 1, get: (v, at) => v.getInt8(at), put: (v, at, value: number) => v.setInt8(at, value) },
  int16: { byteLength: 2, get: (v, at) => v.getInt16(at, true), put: (v, at, x: number) => v.setInt16(at, x, true) },
  int32: { byteLength: 4, get: (v, at) => v.getInt32(at, true), put: (v, at, x: number) => v.setInt32(at, x, true) },
  int64: { byteLength: 8, get: (v, at) => v.getBigInt64(at, true), put: (v, at, x: bigint) => v.setBigInt64(at, x, true) },
  uint8: { byteLength: 1, get: (v, at) => v.getUint8(at), put: (v, at, x: number) => v.setUint8(at, x) },
  uint16: { byteLength: 2, get: (v, at) => v.getUint16(at, true), put: (v, at, x: number) => v.setUint16(at, x, true) },
  uint32: { byteLength: 4, get: (v, at) => v.getUint32(at, true), put: (v, at, x: number) => v.setUint32(at, x, true) },
  uint64: { byteLength: 8, get: (v, at) => v.getBigUint64(at, true), put: (v, at, x: bigint) => v.setBigUint64(at, x, true) },
  float32: { byteLength: 4, get: (v, at) => v.getFloat32(at, true), put: (v, at, x: number) => v.setFloat32(at, x, true) },
  float64: { byteLength: 8, get: (v, at) => v.getFloat64(at, true), put: (v, at, x: number) => v.setFloat64(at, x, true) },
  datetime: {
    byteLength: 8,
    get: (v, at) => Number(v.getBigInt64(at, true)),
    put: (v, at, x: number) => v.setBigInt64(at, BigInt(Math.trunc(x)), true),
  },
}; // prettier-ignore

/** Throws `SPARKPLUG_VALUE_UNFIT`. */
export function encodeArray(value: TagValue, type: SparkplugType): Uint8Array {
  if (!Array.isArray(value)) throw unfit(value, type);
  const elements = value as readonly ScalarValue[];
  if (type === sparkplugTypes.BooleanArray) return encodeBooleans(elements, type);
  if (type === sparkplugTypes.StringArray) return encodeTexts(elements, type);
  const scalar = scalarOfSparkplugType(type)!;
  const { byteLength, put } = elementLayouts[scalar]!;
  const bytes = new Uint8Array(elements.length * byteLength);
  const view = new DataView(bytes.buffer);
  for (const [i, element] of elements.entries()) {
    if (!isOfScalar(element, scalar)) throw unfit(element, type);
    put(view, i * byteLength, element as never);
  }
  return bytes;
}

/** Throws `SPARKPLUG_VALUE` for bytes that are no array of the type. */
export function decodeArray(bytes: Uint8Array, type: SparkplugType): readonly ScalarValue[] {
  if (type === sparkplugTypes.BooleanArray) return decodeBooleans(bytes, type);
  if (type === sparkplugTypes.StringArray) return decodeTexts(bytes, type);
  const { byteLength, get } = elementLayouts[scalarOfSparkplugType(type)!]!;
  if (bytes.length % byteLength !== 0) throw undecodable(`${bytes.length} bytes are no whole number of elements`, type);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / byteLength }, (_, i) => get(view, i * byteLength));
}

/** Whether a value is one of the element type, within its range. */
export function isOfScalar(value: unknown, scalar: ScalarType): value is ScalarValue {
  const range = integerRanges[scalar];
  if (range) return Number.isInteger(value) && (value as number) >= range[0] && (value as number) <= range[1];
  const bigRange = bigIntegerRanges[scalar];
  if (bigRange) return typeof value === 'bigint' && value >= bigRange[0] && value <= bigRange[1];
  switch (scalar) {
    case 'bool':
      return typeof value === 'boolean';
    case 'string':
      return typeof value === 'string';
    case 'bytes':
      return value instanceof Uint8Array;
    case 'datetime':
      return typeof value === 'number' && Math.abs(value) <= latestTimeMs;
    default:
      return typeof value === 'number' && fitsFloat(value, scalar);
  }
}

/** ECMA-262, 21.4.1.1: times lie within ±100,000,000 days of 1970. */
export const latestTimeMs = 8.64e15;

function encodeBooleans(elements: readonly ScalarValue[], type: SparkplugType): Uint8Array {
  const bytes = new Uint8Array(4 + Math.ceil(elements.length / 8));
  new DataView(bytes.buffer).setUint32(0, elements.length, true);
  for (const [i, element] of elements.entries()) {
    if (typeof element !== 'boolean') throw unfit(element, type);
    if (element) bytes[4 + (i >>> 3)] |= 0x80 >>> (i & 7);
  }
  return bytes;
}

function decodeBooleans(bytes: Uint8Array, type: SparkplugType): readonly boolean[] {
  if (bytes.length < 4) throw undecodable(`${bytes.length} bytes have no room for the number of values`, type);
  const count = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0, true);
  if (count > (bytes.length - 4) * 8) throw undecodable(`${count} values do not stand in ${bytes.length} bytes`, type);
  return Array.from({ length: count }, (_, i) => (bytes[4 + (i >>> 3)] & (0x80 >>> (i & 7))) !== 0);
}

/** Bytes, which have no array type of their own, come as base64. A text with NUL would come out as two. */
function encodeTexts(elements: readonly ScalarValue[], type: SparkplugType): Uint8Array {
  const texts = elements.map((element) =>
    element instanceof Uint8Array ? Buffer.from(element).toString('base64') : element,
  );
  const wrong = texts.find((text) => typeof text !== 'string' || text.includes('\0'));
  if (wrong !== undefined) throw unfit(wrong, type);
  return new Uint8Array(Buffer.from(texts.map((text) => `${text as string}\0`).join('')));
}

function decodeTexts(bytes: Uint8Array, type: SparkplugType): readonly string[] {
  if (bytes.length === 0) return [];
  if (bytes.at(-1) !== 0) throw undecodable('its last text is not ended by NUL', type);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length - 1)
    .toString()
    .split('\0');
}
