/** The element types of SPEC §8.1. A tag holds one of these or a fixed-length array of one. */
export const scalarTypes = [
  'bool', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64',
  'float32', 'float64', 'string', 'bytes', 'datetime',
] as const; // prettier-ignore

export type ScalarType = (typeof scalarTypes)[number];

export interface DataType {
  readonly scalar: ScalarType;
  /** Elements of the array; undefined for a scalar. */
  readonly arrayLength?: number;
}

const dataTypePattern = /^([a-z0-9]+)(?:\[(\d{1,5})\])?$/;

/** One object per type: a plant has many tags and few types. */
const dataTypes = new Map<string, DataType>();

/** `float32` or `float32[10]` → DataType; undefined if the text is neither. */
export function parseDataType(text: string): DataType | undefined {
  const known = dataTypes.get(text);
  if (known) return known;
  const match = dataTypePattern.exec(text);
  if (!match || !(scalarTypes as readonly string[]).includes(match[1])) return undefined;
  const scalar = match[1] as ScalarType;
  const arrayLength = match[2] === undefined ? undefined : Number(match[2]);
  if (arrayLength === 0) return undefined;
  const type = Object.freeze(arrayLength === undefined ? { scalar } : { scalar, arrayLength });
  dataTypes.set(text, type);
  return type;
}

export function formatDataType({ scalar, arrayLength }: DataType): string {
  return arrayLength === undefined ? scalar : `${scalar}[${arrayLength}]`;
}

/** Whole-number limits of the integer types that a float64 represents exactly; 64-bit types travel as bigint. */
export const integerRanges: Readonly<Partial<Record<ScalarType, readonly [min: number, max: number]>>> = {
  int8: [-0x80, 0x7f],
  int16: [-0x8000, 0x7fff],
  int32: [-0x8000_0000, 0x7fff_ffff],
  uint8: [0, 0xff],
  uint16: [0, 0xffff],
  uint32: [0, 0xffff_ffff],
};

export const bigIntegerRanges: Readonly<Partial<Record<ScalarType, readonly [min: bigint, max: bigint]>>> = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

/**
 * True when a value of this type lives in the number column (bool as 0/1, datetime as milliseconds since 1970 UTC);
 * all others live in the object column.
 */
export function isNumericColumn({ scalar, arrayLength }: DataType): boolean {
  return (
    arrayLength === undefined && scalar !== 'string' && scalar !== 'bytes' && scalar !== 'int64' && scalar !== 'uint64'
  );
}
