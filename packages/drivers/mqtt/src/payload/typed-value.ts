import {
  bigIntegerRanges,
  fitsFloat,
  integerRanges,
  type DataType,
  type ScalarType,
  type ScalarValue,
  type TagValue,
} from '@fieldwarden/core';
import { bigintOfText, numberOfText } from './number-text.js';
import { timeMsOf, type TimeFormat } from './payload-time.js';
import { outOfRange, Unfit, undecodable, nothingThere, wrongType } from './unfit.js';

export interface ConversionOptions {
  readonly decimalComma: boolean;
  /** Of values that are times. */
  readonly timeFormat: TimeFormat | undefined;
}

/** What stands in JSON, or a text, as a value of the tag's type. */
export function typedValue(json: unknown, type: DataType, options: ConversionOptions): TagValue | Unfit {
  if (json === undefined || json === null) return nothingThere;
  if (type.arrayLength === undefined) return scalarValue(json, type.scalar, options);
  if (!Array.isArray(json) || json.length !== type.arrayLength) return wrongType;
  const elements: ScalarValue[] = [];
  for (const element of json as readonly unknown[]) {
    const value = element === null ? nothingThere : scalarValue(element, type.scalar, options);
    if (value instanceof Unfit) return value;
    elements.push(value);
  }
  return elements;
}

function scalarValue(json: unknown, scalar: ScalarType, options: ConversionOptions): ScalarValue | Unfit {
  switch (scalar) {
    case 'bool':
      return booleanValue(json);
    case 'string':
      return textValue(json);
    case 'bytes':
      return bytesValue(json);
    case 'datetime':
      return typeof json === 'bigint' ? wrongType : (timeMsOf(json, options.timeFormat) ?? misfit(json));
    case 'int64':
    case 'uint64':
      return bigintValue(json, scalar);
    default:
      return numberValue(json, scalar, options);
  }
}

const truths: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true], [1, true], ['true', true], ['1', true], ['on', true],
  [false, false], [0, false], ['false', false], ['0', false], ['off', false],
]); // prettier-ignore

function booleanValue(json: unknown): boolean | Unfit {
  const key = typeof json === 'string' ? json.trim().toLowerCase() : json;
  return truths.get(key) ?? misfit(json);
}

/** Groups and lists as their JSON. */
function textValue(json: unknown): string {
  if (typeof json === 'string') return json;
  return typeof json === 'number' || typeof json === 'bigint' || typeof json === 'boolean'
    ? String(json)
    : JSON.stringify(json, withDigits);
}

function withDigits(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function bytesValue(json: unknown): Uint8Array | Unfit {
  if (json instanceof Uint8Array) return json;
  if (typeof json !== 'string') return wrongType;
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(json)) return undecodable;
  return new Uint8Array(Buffer.from(json, 'base64'));
}

function bigintValue(json: unknown, scalar: ScalarType): bigint | Unfit {
  const value = typeof json === 'number' ? wholeOf(json) : typeof json === 'string' ? bigintOfText(json) : json;
  if (typeof value !== 'bigint') return misfit(json);
  const [min, max] = bigIntegerRanges[scalar]!;
  return value < min || value > max ? outOfRange : value;
}

/** Beyond 2^53 the digits are lost: exact ones come as bigint. */
function wholeOf(json: number): bigint | undefined {
  return Number.isSafeInteger(json) ? BigInt(json) : undefined;
}

function numberValue(json: unknown, scalar: ScalarType, { decimalComma }: ConversionOptions): number | Unfit {
  const value =
    typeof json === 'string' ? numberOfText(json, decimalComma) : typeof json === 'bigint' ? Number(json) : json;
  if (typeof value !== 'number') return misfit(json);
  if (scalar === 'float32' || scalar === 'float64') return fitsFloat(value, scalar) ? value : outOfRange;
  if (!Number.isInteger(value)) return misfit(json);
  const [min, max] = integerRanges[scalar]!;
  return value < min || value > max ? outOfRange : value;
}

/** A text that is none of the type was not understood; anything else is of another type. */
function misfit(json: unknown): Unfit {
  return typeof json === 'string' ? undecodable : wrongType;
}
