/** How the library's Variant looks; OPC 10000-6, 5.2.2.16. */
export interface UaVariant {
  readonly dataType: number;
  /** 0 scalar, 1 array, 2 matrix (flat, row by row, with `dimensions`). */
  readonly arrayType: number;
  readonly value: unknown;
  readonly dimensions?: readonly number[] | null;
}

export const shape = { scalar: 0, array: 1, matrix: 2 } as const;

/** How the library's DataValue looks; OPC 10000-4, 7.11. */
export interface UaDataValue {
  readonly value: UaVariant | null;
  readonly statusCode: { readonly value: number };
  readonly sourceTimestamp: Date | null;
  /** What the Date has no room for: up to 999,999,999 ps, in steps of 100 ns. */
  readonly sourcePicoseconds: number;
  readonly serverTimestamp: Date | null;
  readonly serverPicoseconds: number;
}

/** A field of a structure as the library's decoder declares it; `name` begins with a small letter, `originalName` as the server has it. */
export interface UaField {
  readonly name: string;
  readonly originalName?: string;
  readonly fieldType: string;
  readonly isArray?: boolean;
}

/** A decoded structure. */
export type UaStructure = Readonly<Record<string, unknown>> & {
  readonly schema: UaSchema;
};

interface UaSchema {
  readonly fields: readonly UaField[];
  getBaseSchema?(): UaSchema | null;
}

export function isStructure(value: unknown): value is UaStructure {
  const schema = (value as { schema?: { fields?: unknown } } | null)?.schema;
  return typeof value === 'object' && value !== null && Array.isArray(schema?.fields);
}

/** Inherited ones first. */
export function fieldsOf({ schema }: Pick<UaStructure, 'schema'>): readonly UaField[] {
  const base = schema.getBaseSchema?.();
  return [...(base ? fieldsOf({ schema: base }) : []), ...schema.fields];
}

export function fieldNamed(structure: UaStructure, name: string): UaField | undefined {
  const fields = fieldsOf(structure);
  return (
    fields.find((field) => (field.originalName ?? field.name) === name) ??
    fields.find((field) => field.name.toLowerCase() === name.toLowerCase())
  );
}

/** ms since 1970 UTC, with the fraction that steps of 100 ns make. */
export function preciseMs(time: Date, picoseconds: number): number {
  return time.getTime() + picoseconds / 1e9;
}

/** The library holds 64-bit integers as [high, low], each unsigned. */
export function bigintOf([high, low]: readonly [number, number], isSigned: boolean): bigint {
  const bits = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  return isSigned ? BigInt.asIntN(64, bits) : bits;
}

export function pairOf(value: bigint): [number, number] {
  return [Number((value >> 32n) & 0xffff_ffffn), Number(value & 0xffff_ffffn)];
}
