import type { ScalarType } from '@fieldwarden/core';

/** Built-in types by number (OPC 10000-6, Table 1): the number is also the `i=` of the DataType's node. */
export const builtIn = {
  Null: 0, Boolean: 1, SByte: 2, Byte: 3, Int16: 4, UInt16: 5, Int32: 6, UInt32: 7, Int64: 8, UInt64: 9, Float: 10, Double: 11,
  String: 12, DateTime: 13, Guid: 14, ByteString: 15, XmlElement: 16, NodeId: 17, ExpandedNodeId: 18, StatusCode: 19,
  QualifiedName: 20, LocalizedText: 21, ExtensionObject: 22, DataValue: 23, Variant: 24, DiagnosticInfo: 25,
} as const; // prettier-ignore

export type BuiltIn = (typeof builtIn)[keyof typeof builtIn];

/** Of the OPC UA types that are no built-in ones but stand for one: Enumeration, and the abstract numbers. */
export const standsFor: ReadonlyMap<number, BuiltIn> = new Map([
  [29, builtIn.Int32], // Enumeration
  [290, builtIn.Double], // Duration
  [294, builtIn.DateTime], // UtcTime
  [295, builtIn.String], // LocaleId
]);

/** The tag's type for a value of this type; undefined where there is none: structures, and whatever else has no like among tags. */
export const scalarOfBuiltIn: Readonly<Record<number, ScalarType | undefined>> = {
  [builtIn.Boolean]: 'bool', [builtIn.SByte]: 'int8', [builtIn.Byte]: 'uint8', [builtIn.Int16]: 'int16', [builtIn.UInt16]: 'uint16',
  [builtIn.Int32]: 'int32', [builtIn.UInt32]: 'uint32', [builtIn.Int64]: 'int64', [builtIn.UInt64]: 'uint64',
  [builtIn.Float]: 'float32', [builtIn.Double]: 'float64', [builtIn.String]: 'string', [builtIn.DateTime]: 'datetime',
  [builtIn.Guid]: 'string', [builtIn.ByteString]: 'bytes', [builtIn.XmlElement]: 'string', [builtIn.NodeId]: 'string',
  [builtIn.ExpandedNodeId]: 'string', [builtIn.StatusCode]: 'uint32', [builtIn.QualifiedName]: 'string', [builtIn.LocalizedText]: 'string',
}; // prettier-ignore

/** The number of a built-in type by its name; undefined for a structure or an enumeration. */
export function builtInNamed(name: string): BuiltIn | undefined {
  return name in builtIn ? builtIn[name as keyof typeof builtIn] : undefined;
}
