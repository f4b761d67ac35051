import { isBad, isGatewayError, isGood, statusCodes, type StatusCode, type TagValue } from '@fieldwarden/core';
import { ProtobufWriter } from '../protobuf/writer.js';
import { sparkplugTypes, type SparkplugType } from './data-types.js';
import { writeBigInt, writeTime, writeValue } from './encode-value.js';

/** Section 6.4.15: the three values of the property `Quality`. Uncertain values are stale: they are not what the device has now. */
export const qualities = { bad: 0, good: 192, stale: 500 } as const;

export function qualityOf(status: StatusCode): number {
  return isGood(status) ? qualities.good : isBad(status) ? qualities.bad : qualities.stale;
}

const firstValueField = 10;
const timestampTag = 0x18;
const isHistoricalTag = 0x28;
const isNullTag = 0x38;
const metricsTag = 0x12;

/** What is the same each time a metric is sent, encoded once. */
export class MetricHead {
  readonly name: string;
  readonly type: SparkplugType;
  /** Name, alias and datatype: births. */
  readonly ofBirth: Uint8Array;
  /** The alias, or the name where there is none: data. */
  readonly ofData: Uint8Array;

  constructor(name: string, alias: number | bigint | undefined, type: SparkplugType) {
    this.name = name;
    this.type = type;
    const named = encoded((writer) => writeName(writer, name));
    const aliased = alias === undefined ? new Uint8Array() : encoded((writer) => writeAlias(writer, alias));
    const typed = encoded((writer) => writeDatatype(writer, type));
    this.ofBirth = new Uint8Array([...named, ...aliased, ...typed]);
    this.ofData = alias === undefined ? named : aliased;
  }

  /** As data, with the datatype: commands, whose receiver may not remember it. */
  get ofCommand(): Uint8Array {
    return new Uint8Array([...this.ofData, ...encoded((writer) => writeDatatype(writer, this.type))]);
  }
}

/**
 * Writes one metric of a payload: `head`, time, value. A value that is Bad or null travels as null. `withQuality` adds the property
 * `Quality`; where a message leaves it out it stays what it was. Returns false for a value that does not fit the type: it was told as null
 * and Bad.
 */
export function writeMetric(
  writer: ProtobufWriter,
  head: Uint8Array,
  type: SparkplugType,
  value: TagValue | null,
  status: StatusCode,
  sourceAtMs: number,
  isHistorical: boolean,
  withQuality: boolean,
): boolean {
  const before = writer.length;
  writer.byte(metricsTag);
  const start = writer.begin();
  writer.raw(head);
  writer.byte(timestampTag);
  writeTime(writer, sourceAtMs);
  if (isHistorical) {
    writer.byte(isHistoricalTag);
    writer.byte(1);
  }
  const isNull = value === null || isBad(status);
  if (isNull) {
    writer.byte(isNullTag);
    writer.byte(1);
  }
  if (withQuality) writer.raw(qualityProperties[qualityOf(status)]);
  if (!isNull && !wroteValue(writer, value, type)) {
    writer.rewind(before);
    writeMetric(writer, head, type, null, statusCodes.BadEncodingError, sourceAtMs, isHistorical, true);
    return false;
  }
  writer.end(start);
  return true;
}

function wroteValue(writer: ProtobufWriter, value: TagValue, type: SparkplugType): boolean {
  try {
    writeValue(writer, value, type, firstValueField);
    return true;
  } catch (error) {
    if (isGatewayError(error)) return false;
    throw error;
  }
}

/** Properties with the one key `Quality` of type Int32, for each of its values. */
const qualityProperties: Readonly<Record<number, Uint8Array>> = Object.fromEntries(
  Object.values(qualities).map((quality) => [quality, encoded((writer) => writeQuality(writer, quality))]),
);

function writeQuality(writer: ProtobufWriter, quality: number): void {
  writer.byte(0x4a);
  const set = writer.begin();
  writer.byte(0x0a);
  writer.text('Quality');
  writer.byte(0x12);
  const value = writer.begin();
  writer.byte(0x08);
  writer.varint(sparkplugTypes.Int32);
  writer.byte(0x18);
  writer.varint(quality);
  writer.end(value);
  writer.end(set);
}

function writeName(writer: ProtobufWriter, name: string): void {
  writer.byte(0x0a);
  writer.text(name);
}

function writeAlias(writer: ProtobufWriter, alias: number | bigint): void {
  writer.byte(0x10);
  if (typeof alias === 'number') writer.varint(alias);
  else writeBigInt(writer, alias);
}

function writeDatatype(writer: ProtobufWriter, type: SparkplugType): void {
  writer.byte(0x20);
  writer.varint(type);
}

function encoded(write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  write(writer);
  return writer.toBytes();
}
