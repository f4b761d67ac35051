import { VariantArrayType, type DataValue, type Variant } from 'node-opcua';

/** Of a structure of the standard namespace (diagnostics), about. */
const structureBytes = 300;

/** What a value takes on the wire, about, without encoding it. */
export function approximateBytes({ value }: DataValue): number {
  return 32 + bytesOfVariant(value);
}

function bytesOfVariant(variant: Variant | null | undefined): number {
  const value = variant?.value as unknown;
  if (value === null || value === undefined) return 0;
  if (variant?.arrayType === VariantArrayType.Scalar) return bytesOfOne(value);
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (!Array.isArray(value)) return structureBytes;
  return value.reduce<number>((sum, one) => sum + bytesOfOne(one), 0);
}

function bytesOfOne(value: unknown): number {
  if (typeof value === 'string') return 4 + Buffer.byteLength(value);
  if (ArrayBuffer.isView(value)) return 4 + value.byteLength;
  return typeof value === 'object' ? structureBytes : 8;
}
