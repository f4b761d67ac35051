import type { TagValue } from '@fieldwarden/core';
import type { ProtobufWriter } from '../protobuf/writer.js';
import { encodeArray, isOfScalar } from './array-values.js';
import { isArrayType, scalarOfSparkplugType, sparkplugTypes, type SparkplugType } from './data-types.js';
import { unfit } from './value-errors.js';

/**
 * Writes a value in the field that its type travels in, `firstField` being the number of `int_value` in the message. Metrics only: properties
 * have neither bytes nor arrays. Throws `SPARKPLUG_VALUE_UNFIT`, and has then written nothing.
 */
export function writeValue(writer: ProtobufWriter, value: TagValue, type: SparkplugType, firstField: number): void {
  switch (type) {
    case sparkplugTypes.Double:
      if (typeof value !== 'number') throw unfit(value, type);
      writer.byte(((firstField + 3) << 3) | 1);
      writer.double(value);
      return;
    case sparkplugTypes.Float:
      if (!isOfScalar(value, 'float32')) throw unfit(value, type);
      writer.byte(((firstField + 2) << 3) | 5);
      writer.float(value as number);
      return;
    case sparkplugTypes.Boolean:
      if (typeof value !== 'boolean') throw unfit(value, type);
      writer.byte((firstField + 4) << 3);
      writer.byte(value ? 1 : 0);
      return;
    case sparkplugTypes.Int8:
    case sparkplugTypes.Int16:
    case sparkplugTypes.Int32:
    case sparkplugTypes.UInt8:
    case sparkplugTypes.UInt16:
      // Section 6.4.16: signed types in two's complement, in the field of 32 bits.
      if (!isOfScalar(value, scalarOfSparkplugType(type)!)) throw unfit(value, type);
      writer.byte(firstField << 3);
      writer.varint((value as number) >>> 0);
      return;
    case sparkplugTypes.UInt32:
      // By tradition, and for the compatibility kit, in the field of 64 bits.
      if (!isOfScalar(value, 'uint32')) throw unfit(value, type);
      writer.byte((firstField + 1) << 3);
      writer.varint(value as number);
      return;
    case sparkplugTypes.Int64:
    case sparkplugTypes.UInt64:
      if (!isOfScalar(value, scalarOfSparkplugType(type)!)) throw unfit(value, type);
      writer.byte((firstField + 1) << 3);
      writeBigInt(writer, value as bigint);
      return;
    case sparkplugTypes.DateTime:
      if (!isOfScalar(value, 'datetime')) throw unfit(value, type);
      writer.byte((firstField + 1) << 3);
      writeTime(writer, value as number);
      return;
    case sparkplugTypes.String:
    case sparkplugTypes.Text:
    case sparkplugTypes.UUID:
      if (typeof value !== 'string') throw unfit(value, type);
      writer.byte(((firstField + 5) << 3) | 2);
      writer.text(value);
      return;
    default:
      writeBytes(writer, value, type, firstField);
  }
}

function writeBytes(writer: ProtobufWriter, value: TagValue, type: SparkplugType, firstField: number): void {
  const isPlain = type === sparkplugTypes.Bytes || type === sparkplugTypes.File;
  if (!isPlain && !isArrayType(type)) throw unfit(value, type);
  if (isPlain && !(value instanceof Uint8Array)) throw unfit(value, type);
  const bytes = isPlain ? (value as Uint8Array) : encodeArray(value, type);
  writer.varint(((firstField + 6) << 3) | 2);
  writer.bytes(bytes);
}

const low32 = 0xffff_ffffn;

/** 64 bits; negative numbers in two's complement. */
export function writeBigInt(writer: ProtobufWriter, value: bigint): void {
  const bits = BigInt.asUintN(64, value);
  writer.varint64(Number(bits & low32), Number(bits >> 32n));
}

/** Milliseconds since 1970 UTC; earlier ones in two's complement. What is no time travels as 0. */
export function writeTime(writer: ProtobufWriter, ms: number): void {
  const whole = Number.isFinite(ms) ? Math.trunc(ms) : 0;
  if (whole >= 0) writer.varint(whole);
  else writeBigInt(writer, BigInt(whole));
}
