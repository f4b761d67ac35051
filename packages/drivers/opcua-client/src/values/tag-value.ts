import {
  bigIntegerRanges,
  fitsFloat,
  integerRanges,
  statusCodes,
  type DataType,
  type ScalarType,
  type ScalarValue,
  type StatusCode,
  type TagValue,
} from '@fieldwarden/core';
import { builtIn } from './built-in-types.js';
import { isInt64, isPair, jsonOf, textOf } from './plain-json.js';
import { bigintOf, isStructure, shape, type UaVariant } from './ua-value.js';

/** Why a value of the server is none of the tag. */
export class Unfit {
  readonly status: StatusCode;

  constructor(status: StatusCode) {
    this.status = status;
  }
}

const wrongType = new Unfit(statusCodes.BadTypeMismatch);
const outOfRange = new Unfit(statusCodes.BadOutOfRange);
const noData = new Unfit(statusCodes.BadNoData);

/** What the server sent, as the tag's type has it. Numbers of another type are taken as long as none is changed by it. */
export function tagValue(variant: UaVariant, type: DataType): TagValue | Unfit {
  const { value, arrayType, dataType } = variant;
  if (value === null || value === undefined) return emptyOf(dataType, type);
  if (type.arrayLength === undefined) {
    if (arrayType === shape.scalar) return scalarValue(value, dataType, type.scalar);
    // OPC 10000-4, 5.11.4: an array of Byte is as good as a ByteString.
    if (type.scalar === 'bytes' && dataType === builtIn.Byte) return Uint8Array.from(value as ArrayLike<number>);
    return type.scalar === 'string' ? jsonOf(value, dataType) : wrongType;
  }
  if (arrayType === shape.scalar && !(dataType === builtIn.ByteString && type.scalar === 'uint8')) return wrongType;
  const elements = value as ArrayLike<unknown>;
  if (elements.length !== type.arrayLength) return wrongType;
  const values: ScalarValue[] = [];
  for (let i = 0; i < elements.length; i += 1) {
    const element = scalarValue(
      elements[i],
      dataType === builtIn.ByteString && arrayType === shape.scalar ? builtIn.Byte : dataType,
      type.scalar,
    );
    if (element instanceof Unfit) return element;
    values.push(element);
  }
  return values;
}

/** OPC 10000-6, 5.2.2: a null String or ByteString means the same as an empty one. */
function emptyOf(dataType: number, { scalar, arrayLength }: DataType): TagValue | Unfit {
  if (arrayLength !== undefined) return noData;
  if (scalar === 'string' && dataType !== builtIn.Null) return '';
  return scalar === 'bytes' && dataType === builtIn.ByteString ? new Uint8Array(0) : noData;
}

function scalarValue(value: unknown, dataType: number, scalar: ScalarType): ScalarValue | Unfit {
  switch (scalar) {
    case 'bool':
      return booleanValue(value);
    case 'string':
      return textValue(value, dataType);
    case 'bytes':
      return value instanceof Uint8Array
        ? new Uint8Array(value)
        : (value ?? undefined) === undefined
          ? new Uint8Array(0)
          : wrongType;
    case 'datetime':
      return value instanceof Date ? value.getTime() : wrongType;
    case 'int64':
    case 'uint64':
      return bigValue(value, dataType, scalar);
    default:
      return numberValue(value, dataType, scalar);
  }
}

function booleanValue(value: unknown): boolean | Unfit {
  if (typeof value === 'boolean') return value;
  return value === 0 || value === 1 ? value === 1 : wrongType;
}

function textValue(value: unknown, dataType: number): string | Unfit {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (isInt64(dataType) && isPair(value)) return bigintOf(value, dataType === builtIn.Int64).toString();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return wrongType;
  if (dataType !== builtIn.ExtensionObject) return textOf(value);
  return isStructure(value) ? jsonOf(value, dataType) : wrongType;
}

function bigValue(value: unknown, dataType: number, scalar: 'int64' | 'uint64'): bigint | Unfit {
  const exact = wholeOf(value, dataType);
  if (exact === undefined) return wrongType;
  const [min, max] = bigIntegerRanges[scalar]!;
  return exact < min || exact > max ? outOfRange : exact;
}

function numberValue(value: unknown, dataType: number, scalar: ScalarType): number | Unfit {
  const range = integerRanges[scalar];
  if (range) {
    const exact = wholeOf(value, dataType);
    if (exact === undefined) return wrongType;
    return exact < range[0] || exact > range[1] ? outOfRange : Number(exact);
  }
  const number =
    isInt64(dataType) && isPair(value)
      ? Number(bigintOf(value, dataType === builtIn.Int64))
      : plainNumber(value, dataType);
  if (number === undefined) return wrongType;
  if (!fitsFloat(number, scalar)) return outOfRange;
  return scalar === 'float32' ? Math.fround(number) : number;
}

function wholeOf(value: unknown, dataType: number): bigint | undefined {
  if (isInt64(dataType) && isPair(value)) return bigintOf(value, dataType === builtIn.Int64);
  const number = plainNumber(value, dataType);
  return number !== undefined && Number.isInteger(number) ? BigInt(number) : undefined;
}

function plainNumber(value: unknown, dataType: number): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return dataType === builtIn.StatusCode ? (value as { readonly value: number }).value : undefined;
}
