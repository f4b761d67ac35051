import type { DataType, ScalarType } from '@fieldwarden/core';

/** Data types of Sparkplug B 3.0.0, section 6.4.16, by their codes on the wire. */
export const sparkplugTypes = {
  Unknown: 0,
  Int8: 1,
  Int16: 2,
  Int32: 3,
  Int64: 4,
  UInt8: 5,
  UInt16: 6,
  UInt32: 7,
  UInt64: 8,
  Float: 9,
  Double: 10,
  Boolean: 11,
  String: 12,
  DateTime: 13,
  Text: 14,
  UUID: 15,
  DataSet: 16,
  Bytes: 17,
  File: 18,
  Template: 19,
  PropertySet: 20,
  PropertySetList: 21,
  Int8Array: 22,
  Int16Array: 23,
  Int32Array: 24,
  Int64Array: 25,
  UInt8Array: 26,
  UInt16Array: 27,
  UInt32Array: 28,
  UInt64Array: 29,
  FloatArray: 30,
  DoubleArray: 31,
  BooleanArray: 32,
  StringArray: 33,
  DateTimeArray: 34,
} as const;

export type SparkplugTypeName = keyof typeof sparkplugTypes;
/** A code as it came: a sender may use one that no specification knows. */
export type SparkplugType = number;

const nameByCode = new Map<number, SparkplugTypeName>(
  (Object.entries(sparkplugTypes) as [SparkplugTypeName, number][]).map(([name, code]) => [code, name]),
);

/** `Int16`, or `type 99` for a code that the specification does not list. */
export function sparkplugTypeName(code: SparkplugType): string {
  return nameByCode.get(code) ?? `type ${code}`;
}

const t = sparkplugTypes;

/** Each element type of a tag: its Sparkplug type, and that of an array of it. */
const typesOfScalar: Readonly<Record<ScalarType, readonly [scalar: SparkplugType, array: SparkplugType]>> = {
  bool: [t.Boolean, t.BooleanArray],
  int8: [t.Int8, t.Int8Array],
  int16: [t.Int16, t.Int16Array],
  int32: [t.Int32, t.Int32Array],
  int64: [t.Int64, t.Int64Array],
  uint8: [t.UInt8, t.UInt8Array],
  uint16: [t.UInt16, t.UInt16Array],
  uint32: [t.UInt32, t.UInt32Array],
  uint64: [t.UInt64, t.UInt64Array],
  float32: [t.Float, t.FloatArray],
  float64: [t.Double, t.DoubleArray],
  string: [t.String, t.StringArray],
  // Sparkplug has no array of bytes: one comes as an array of base64 texts.
  bytes: [t.Bytes, t.StringArray],
  datetime: [t.DateTime, t.DateTimeArray],
};

export function sparkplugTypeOf({ scalar, arrayLength }: DataType): SparkplugType {
  return typesOfScalar[scalar][arrayLength === undefined ? 0 : 1];
}

/** The element type whose values a Sparkplug type has: `Int16Array` → int16, `Text` → string; undefined for data sets, templates and the like. */
export function scalarOfSparkplugType(code: SparkplugType): ScalarType | undefined {
  return scalarByCode.get(code);
}

export function isArrayType(code: SparkplugType): boolean {
  return code >= t.Int8Array && code <= t.DateTimeArray;
}

const scalarByCode = new Map<SparkplugType, ScalarType>([
  ...(Object.entries(typesOfScalar) as [ScalarType, readonly [number, number]][])
    .filter(([scalar]) => scalar !== 'bytes')
    .flatMap(([scalar, [single, array]]): [number, ScalarType][] => [
      [single, scalar],
      [array, scalar],
    ]),
  [t.Bytes, 'bytes'],
  [t.File, 'bytes'],
  [t.Text, 'string'],
  [t.UUID, 'string'],
]);
