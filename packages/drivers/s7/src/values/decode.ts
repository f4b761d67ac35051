import { paddingCharacter, withoutPadding, type TextPadding } from '@fieldwarden/codec';
import { isNumericColumn, statusCodes, type ScalarValue, type ValueColumns } from '@fieldwarden/core';
import type { Point } from '@fieldwarden/driver';
import type { S7Address } from '../address/address.js';
import type { Encoding } from '../address/element-types.js';
import { readBcd3, readDate, readDateAndTime, readDtl, readLdt, readS5Time } from './siemens-time.js';

/**
 * Bytes → one row. `at` is where the address begins in `bytes`. Bytes that are no value of the type (a date of 31 February, a
 * string longer than its variable) make the row Bad with `BadDecodingError`.
 */
export function decodeInto(
  into: ValueColumns,
  row: number,
  address: S7Address,
  type: Point['type'],
  bytes: Buffer,
  at: number,
  atMs: number,
): void {
  const value = address.count === undefined ? decodeElement(address, bytes, at, 0) : decodeArray(address, bytes, at);
  if (value === undefined) into.setBad(row, statusCodes.BadDecodingError, atMs);
  else if (isNumericColumn(type)) into.setNumber(row, Number(value), atMs);
  else into.setObject(row, value, atMs);
}

function decodeArray(address: S7Address, bytes: Buffer, at: number): readonly ScalarValue[] | undefined {
  const values: ScalarValue[] = [];
  for (let i = 0; i < address.count!; i++) {
    const value = decodeElement(address, bytes, at, i);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function decodeElement(address: S7Address, bytes: Buffer, at: number, index: number): ScalarValue | undefined {
  if (address.encoding === 'bit') {
    const bit = address.bit + index;
    return ((bytes[at + (bit >> 3)] >> (bit & 7)) & 1) === 1;
  }
  return decoders[address.encoding](bytes, at + index * address.elementBytes, address.length, address.padding);
}

type Decoder = (bytes: Buffer, at: number, length: number, padding?: TextPadding) => ScalarValue | undefined;

const decoders: Readonly<Record<Exclude<Encoding, 'bit'>, Decoder>> = {
  int8: (bytes, at) => bytes.readInt8(at),
  uint8: (bytes, at) => bytes[at],
  int16: (bytes, at) => bytes.readInt16BE(at),
  uint16: (bytes, at) => bytes.readUInt16BE(at),
  int32: (bytes, at) => bytes.readInt32BE(at),
  uint32: (bytes, at) => bytes.readUInt32BE(at),
  int64: (bytes, at) => bytes.readBigInt64BE(at),
  uint64: (bytes, at) => bytes.readBigUInt64BE(at),
  float32: (bytes, at) => bytes.readFloatBE(at),
  float64: (bytes, at) => bytes.readDoubleBE(at),
  bytes: (bytes, at, length) => new Uint8Array(bytes.subarray(at, at + length)),
  chars: (bytes, at, length, padding = 'nul') =>
    withoutPadding(bytes.toString('latin1', at, at + length), paddingCharacter(padding)),
  wchars: (bytes, at, length, padding = 'nul') =>
    withoutPadding(utf16(bytes, at, length), paddingCharacter(padding, 'wide')),
  string: (bytes, at, length) => {
    const used = bytes[at + 1];
    return used <= length ? bytes.toString('latin1', at + 2, at + 2 + used) : undefined;
  },
  wstring: (bytes, at, length) => {
    const used = bytes.readUInt16BE(at + 2);
    return used <= length ? utf16(bytes, at + 4, used) : undefined;
  },
  dtl: readDtl,
  dateAndTime: readDateAndTime,
  ldt: readLdt,
  date: readDate,
  s5time: readS5Time,
  bcd3: (bytes, at) => readBcd3(bytes, at),
};

/** The CPU stores UTF-16 with the high byte first; Node knows it the other way round only. */
function utf16(bytes: Buffer, at: number, characters: number): string {
  return Buffer.from(bytes.subarray(at, at + characters * 2))
    .swap16()
    .toString('utf16le');
}
