import { bigIntegerRanges, integerRanges, type DataType, type ScalarType } from './data-type.js';
import { GatewayError } from './errors.js';
import type { StatusCode } from './status.js';

/** One element: bool → boolean · integers, floats, datetime (ms since 1970 UTC) → number · int64, uint64 → bigint · string · bytes → Uint8Array. */
export type ScalarValue = boolean | number | bigint | string | Uint8Array;

/** What a tag holds: one element, or an array of elements of one type. */
export type TagValue = ScalarValue | readonly ScalarValue[];

/** A value with its quality and times, as everything beyond the tag store sees it. */
export interface DataValue {
  /** Null when there has been no value yet. A Bad status may come with the last value. */
  readonly value: TagValue | null;
  readonly status: StatusCode;
  /** When the device had this value, or when the failure was seen; ms since 1970 UTC. */
  readonly sourceAtMs: number;
  /** When the gateway stored it; ms since 1970 UTC. */
  readonly serverAtMs: number;
}

/** JSON form: datetime → ISO-8601 · bytes → base64 · int64/uint64 → number when exact, else decimal string · NaN and infinities → string. */
export function toJsonValue(value: TagValue | null, scalar: ScalarType): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((element) => toJsonValue(element as ScalarValue, scalar));
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'number' && scalar === 'datetime') return isoOrNull(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value;
}

/**
 * The same forms backwards, for values that people or programs write: NaN and infinities only as their texts, 64-bit integers beyond 2^53
 * only as decimal texts. What a person typed may come as the text that it is, whatever the type: `12.5`, `true`, `[1, 2]`. Throws kind `config`, code `VALUE_TYPE_MISMATCH` or `VALUE_OUT_OF_RANGE`.
 */
export function fromJsonValue(json: unknown, type: DataType): TagValue {
  if (type.arrayLength === undefined) return scalarFromJson(json, type.scalar);
  const elements = typeof json === 'string' ? elementsOfText(json) : json;
  if (!Array.isArray(elements) || elements.length !== type.arrayLength) {
    throw mismatch(json, `an array of ${type.arrayLength} ${type.scalar}`);
  }
  return elements.map((element) => scalarFromJson(element, type.scalar));
}

function scalarFromJson(json: unknown, scalar: ScalarType): ScalarValue {
  switch (scalar) {
    case 'bool':
      return booleanFromJson(json);
    case 'string':
      if (typeof json === 'string') return json;
      throw mismatch(json, 'a string');
    case 'bytes':
      return bytesFromJson(json);
    case 'datetime':
      return datetimeFromJson(json);
    case 'int64':
    case 'uint64':
      return bigintFromJson(json, scalar);
    case 'float32':
    case 'float64':
      return numberFromJson(json, scalar);
    default:
      return integerFromJson(json, scalar);
  }
}

/** `[1, 2.5]`, as people type it; whole numbers keep all their digits. */
function elementsOfText(text: string): unknown {
  try {
    return JSON.parse(text, exactInteger) as unknown;
  } catch {
    return undefined;
  }
}

/** Proposal "JSON.parse source text access" (ES2026): the digits as they were written. */
function exactInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isRounded && context?.source !== undefined ? context.source : value;
}

function booleanFromJson(json: unknown): boolean {
  if (json === true || json === 1 || json === 'true' || json === '1') return true;
  if (json === false || json === 0 || json === 'false' || json === '0') return false;
  throw mismatch(json, 'true or false');
}

function bytesFromJson(json: unknown): Uint8Array {
  if (json instanceof Uint8Array) return json;
  if (typeof json === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(json))
    return new Uint8Array(Buffer.from(json, 'base64'));
  throw mismatch(json, 'bytes in base64');
}

/** ECMA-262, 21.4.1.1: times lie within ±100,000,000 days of 1970. */
const latestTimeMs = 8.64e15;
/** `Date.parse` takes `5` for May 2001. */
const isoTime = /^(?:\d{4}|[+-]\d{6})-\d{2}/;

function datetimeFromJson(json: unknown): number {
  const ms =
    typeof json === 'number' ? json : typeof json === 'string' && isoTime.test(json) ? Date.parse(json) : Number.NaN;
  if (Math.abs(ms) > latestTimeMs) throw outOfRange(String(json), 'datetime');
  if (Number.isFinite(ms)) return ms;
  throw mismatch(json, 'an ISO-8601 time');
}

function bigintFromJson(json: unknown, scalar: ScalarType): bigint {
  if (typeof json === 'number' && Number.isInteger(json) && !Number.isSafeInteger(json)) throw rounded(json, scalar);
  const text = typeof json === 'bigint' ? json.toString() : String(json);
  if (!/^[+-]?\d+$/.test(text)) throw mismatch(json, `a whole number (${scalar})`);
  const value = BigInt(text);
  const [min, max] = bigIntegerRanges[scalar]!;
  if (value < min || value > max) throw outOfRange(text, scalar);
  return value;
}

function numberFromJson(json: unknown, scalar: ScalarType): number {
  if (typeof json === 'string' && json in nonFinite) return nonFinite[json];
  const value =
    typeof json === 'number' ? json : typeof json === 'string' && json.trim() !== '' ? Number(json) : Number.NaN;
  if (Number.isNaN(value)) throw mismatch(json, `a number (${scalar})`);
  // JSON.parse makes Infinity of 1e309: nobody meant that.
  if (!Number.isFinite(value) || !fitsFloat(value, scalar)) throw outOfRange(String(json), scalar);
  return value;
}

const nonFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** A finite number that becomes infinite in 32 bits does not fit them. */
export function fitsFloat(value: number, scalar: ScalarType): boolean {
  return scalar !== 'float32' || !Number.isFinite(value) || Number.isFinite(Math.fround(value));
}

function integerFromJson(json: unknown, scalar: ScalarType): number {
  const value = numberFromJson(json, scalar);
  if (!Number.isInteger(value)) throw mismatch(json, `a whole number (${scalar})`);
  const [min, max] = integerRanges[scalar]!;
  if (value < min || value > max) throw outOfRange(String(value), scalar);
  return value;
}

function isoOrNull(ms: number): string | null {
  return Number.isFinite(ms) && Math.abs(ms) <= latestTimeMs ? new Date(ms).toISOString() : null;
}

function mismatch(json: unknown, wanted: string): GatewayError {
  return new GatewayError({
    code: 'VALUE_TYPE_MISMATCH',
    kind: 'config',
    message: `${JSON.stringify(json) ?? String(json)} is not ${wanted}`,
  });
}

/** A JSON number has no more digits than a double: which integer was meant is lost before the gateway sees it. */
function rounded(json: number, scalar: ScalarType): GatewayError {
  return new GatewayError({
    code: 'VALUE_OUT_OF_RANGE',
    kind: 'config',
    message: `${json} as a JSON number is rounded beyond ±9007199254740991 (2^53 − 1); write the ${scalar} as a text, in quotes`,
  });
}

function outOfRange(text: string, scalar: ScalarType): GatewayError {
  return new GatewayError({ code: 'VALUE_OUT_OF_RANGE', kind: 'config', message: `${text} does not fit ${scalar}` });
}
