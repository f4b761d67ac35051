import { paddingCharacter, type TextPadding } from '@fieldwarden/codec';
import {
  bigIntegerRanges,
  integerRanges,
  statusCodes,
  type ScalarType,
  type ScalarValue,
  type StatusCode,
  type TagValue,
} from '@fieldwarden/core';
import type { S7Address } from '../address/address.js';
import type { Encoding } from '../address/element-types.js';
import { writeBcd3, writeDate, writeDateAndTime, writeDtl, writeLdt, writeS5Time } from './siemens-time.js';

/** What goes to the CPU for one value: a run of bytes, or a single bit that leaves its neighbours alone. */
export interface WirePart {
  /** Byte within the area. */
  readonly start: number;
  /** Undefined for a run of bytes. */
  readonly bit?: number;
  /** Of a bit: one byte, 0 or 1. */
  readonly data: Buffer;
}

/** Why a value is not sent. */
export class RefusedValue extends Error {
  readonly status: StatusCode;

  constructor(status: StatusCode, message: string) {
    super(message);
    this.status = status;
  }
}

/** Value → parts to write, in order. Checks type and range itself: what does not fit never reaches the wire. */
export function encodeValue(address: S7Address, value: TagValue): readonly WirePart[] | RefusedValue {
  try {
    if (address.area === 'T' || address.area === 'C') throw notWritable();
    if (address.count === undefined) return encodeElement(address, value as ScalarValue, 0);
    if (!Array.isArray(value) || value.length !== address.count) {
      throw mismatch(value, `an array of ${address.count} elements`);
    }
    return joined((value as readonly ScalarValue[]).flatMap((element, i) => encodeElement(address, element, i)));
  } catch (error) {
    if (error instanceof RefusedValue) return error;
    if (error instanceof RangeError) return new RefusedValue(statusCodes.BadOutOfRange, error.message);
    throw error;
  }
}

function encodeElement(address: S7Address, value: ScalarValue, index: number): WirePart[] {
  if (address.encoding === 'bit') {
    const bit = address.bit + index;
    return [{ start: address.start + (bit >> 3), bit: bit & 7, data: Buffer.from([encodeBit(value)]) }];
  }
  const data = encoders[address.encoding](value, address.length, address.padding);
  // the maximum length of a string belongs to the PLC program and is never written
  const header = address.encoding === 'string' ? 1 : address.encoding === 'wstring' ? 2 : 0;
  return [{ start: address.start + index * address.elementBytes + header, data }];
}

/** Elements that touch become one part. */
function joined(parts: readonly WirePart[]): readonly WirePart[] {
  const runs: WirePart[][] = [];
  for (const part of parts) {
    const last = runs.at(-1)?.at(-1);
    if (last && last.bit === undefined && last.start + last.data.length === part.start) runs.at(-1)!.push(part);
    else runs.push([part]);
  }
  return runs.map((run) => (run.length === 1 ? run[0] : { start: run[0].start, data: Buffer.concat(run.map(({ data }) => data)) })); // prettier-ignore
}

type Encoder = (value: ScalarValue, length: number, padding?: TextPadding) => Buffer;

const encoders: Readonly<Record<Exclude<Encoding, 'bit'>, Encoder>> = {
  int8: integer('int8', 1),
  uint8: integer('uint8', 1),
  int16: integer('int16', 2),
  uint16: integer('uint16', 2),
  int32: integer('int32', 4),
  uint32: integer('uint32', 4),
  int64: bigInteger('int64'),
  uint64: bigInteger('uint64'),
  float32: encodeFloat32,
  float64: (value) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(numberOf(value));
    return bytes;
  },
  bytes: encodeBytes,
  chars: (value, length, padding = 'nul') => latin1(paddedText(value, length, paddingCharacter(padding)), length),
  wchars: (value, length, padding = 'nul') =>
    utf16(paddedText(value, length, paddingCharacter(padding, 'wide')), length),
  string: (value, length) => {
    const text = latin1(value, length);
    return Buffer.concat([Buffer.from([text.length]), text]);
  },
  wstring: (value, length) => {
    const text = utf16(value, length);
    return Buffer.concat([Buffer.from([text.length >> 9, (text.length >> 1) & 0xff]), text]);
  },
  dtl: (value) => writeDtl(numberOf(value)),
  dateAndTime: (value) => writeDateAndTime(numberOf(value)),
  ldt: (value) => writeLdt(numberOf(value)),
  date: (value) => writeDate(numberOf(value)),
  s5time: (value) => writeS5Time(wholeNumber(value, 'uint32')),
  bcd3: (value) => writeBcd3(wholeNumber(value, 'uint16')),
};

function encodeBit(value: ScalarValue): number {
  if (value === true || value === 1) return 1;
  if (value === false || value === 0) return 0;
  throw mismatch(value, 'true or false');
}

function integer(scalar: ScalarType, byteLength: number): Encoder {
  return (value) => {
    const bytes = Buffer.alloc(byteLength);
    const whole = wholeNumber(value, scalar);
    if (scalar.startsWith('u')) bytes.writeUIntBE(whole, 0, byteLength);
    else bytes.writeIntBE(whole, 0, byteLength);
    return bytes;
  };
}

function wholeNumber(value: ScalarValue, scalar: ScalarType): number {
  const number = numberOf(value);
  if (!Number.isInteger(number)) throw mismatch(value, `a whole number (${scalar})`);
  const [min, max] = integerRanges[scalar]!;
  if (number < min || number > max) throw outOfRange(value, scalar);
  return number;
}

function bigInteger(scalar: 'int64' | 'uint64'): Encoder {
  return (value) => {
    const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
    if (!isWhole) throw mismatch(value, `a whole number (${scalar})`);
    const whole = BigInt(value);
    const [min, max] = bigIntegerRanges[scalar]!;
    if (whole < min || whole > max) throw outOfRange(value, scalar);
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt.asUintN(64, whole));
    return bytes;
  };
}

function encodeFloat32(value: ScalarValue): Buffer {
  const number = numberOf(value);
  if (Number.isFinite(number) && !Number.isFinite(Math.fround(number))) throw outOfRange(value, 'float32');
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(number);
  return bytes;
}

function encodeBytes(value: ScalarValue, length: number): Buffer {
  if (!(value instanceof Uint8Array)) throw mismatch(value, 'bytes');
  if (value.length !== length) throw new RangeError(`${value.length} bytes do not fill the ${length} of the variable`);
  return Buffer.from(value);
}

function latin1(value: ScalarValue, length: number): Buffer {
  const text = textOf(value, length);
  const stray = [...text].find((character) => character.codePointAt(0)! > 0xff);
  if (stray) throw new RangeError(`${JSON.stringify(stray)} is not in ISO 8859-1, which STRING and CHAR hold`);
  return Buffer.from(text, 'latin1');
}

function utf16(value: ScalarValue, length: number): Buffer {
  return Buffer.from(textOf(value, length), 'utf16le').swap16();
}

function textOf(value: ScalarValue, length: number): string {
  if (typeof value !== 'string') throw mismatch(value, 'a string');
  if (value.length > length) throw new RangeError(`${value.length} characters do not fit into ${length}`);
  return value;
}

function paddedText(value: ScalarValue, length: number, character: string): string {
  const text = textOf(value, length);
  if (character !== '\0' && text.endsWith(character))
    throw new RangeError(`${JSON.stringify(text)} ends with what pads texts in this CPU, and would not come back`);
  return text.padEnd(length, character);
}

function numberOf(value: ScalarValue): number {
  if (typeof value === 'number') return value;
  throw mismatch(value, 'a number');
}

function mismatch(value: unknown, wanted: string): RefusedValue {
  const shown = typeof value === 'bigint' ? `${value}` : (JSON.stringify(value) ?? String(value));
  return new RefusedValue(statusCodes.BadTypeMismatch, `${shown} is not ${wanted}`);
}

function outOfRange(value: ScalarValue, scalar: ScalarType): RefusedValue {
  return new RefusedValue(statusCodes.BadOutOfRange, `${String(value)} does not fit ${scalar}`);
}

function notWritable(): RefusedValue {
  return new RefusedValue(statusCodes.BadNotWritable, 'timers and counters can only be read');
}
