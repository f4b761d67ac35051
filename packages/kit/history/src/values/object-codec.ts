import { isNumericColumn, type DataType, type ScalarValue, type TagValue } from '@fieldwarden/core';
import { ByteReader } from '../bytes/byte-reader.js';
import { ByteWriter } from '../bytes/byte-writer.js';
import { blockDamaged } from '../block/block-damaged.js';
import { decodeNumbers, encodeNumbers } from './number-codec.js';

/** Texts, bytes, 64-bit integers and arrays, each as it was; null where there was none. */
export function encodeObjects(objects: readonly (TagValue | null)[], type: DataType): Uint8Array {
  const bytes = new ByteWriter();
  const present = objects.filter((object) => object !== null);
  writePresence(objects, bytes);
  if (type.arrayLength === undefined) bytes.section(encodeScalars(present as readonly ScalarValue[], type.scalar));
  else {
    const arrays = present as readonly (readonly ScalarValue[])[];
    for (const { length } of arrays) bytes.varint(length);
    bytes.section(encodeScalars(arrays.flat(), type.scalar));
  }
  return bytes.finish();
}

export function decodeObjects(bytes: Uint8Array, count: number, type: DataType): (TagValue | null)[] {
  const reader = new ByteReader(bytes);
  const isPresent = readPresence(reader, count);
  const presentCount = isPresent.reduce((sum, one) => sum + one, 0);
  const present =
    type.arrayLength === undefined
      ? decodeScalars(reader.section(), presentCount, type.scalar)
      : readArrays(reader, presentCount, type);
  let next = 0;
  return Array.from(isPresent, (one) => (one === 1 ? present[next++] : null));
}

function readArrays(reader: ByteReader, count: number, { scalar }: DataType): TagValue[] {
  const lengths = Array.from({ length: count }, () => reader.varint());
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total > maxElements) throw blockDamaged('its arrays are too long');
  const elements = decodeScalars(reader.section(), total, scalar);
  let from = 0;
  return lengths.map((length) => elements.slice(from, (from += length)));
}

/** Elements of all arrays of one block. */
const maxElements = 16_777_216;

function writePresence(objects: readonly (TagValue | null)[], bytes: ByteWriter): void {
  const runs: number[] = [0];
  let isPresent = true;
  for (const object of objects) {
    if ((object !== null) !== isPresent) {
      isPresent = !isPresent;
      runs.push(0);
    }
    runs[runs.length - 1] += 1;
  }
  bytes.varint(runs.length);
  for (const run of runs) bytes.varint(run);
}

function readPresence(reader: ByteReader, count: number): Uint8Array {
  const presence = new Uint8Array(count);
  const runs = reader.varint();
  let at = 0;
  for (let i = 0; i < runs; i += 1) {
    const run = reader.varint();
    if (run > count - at) throw blockDamaged('it has more values than it says');
    if (i % 2 === 0) presence.fill(1, at, at + run);
    at += run;
  }
  if (at !== count) throw blockDamaged('it has fewer values than it says');
  return presence;
}

function encodeScalars(values: readonly ScalarValue[], scalar: DataType['scalar']): Uint8Array {
  if (isNumericColumn({ scalar })) return encodeNumbers(Float64Array.from(values as readonly number[], Number));
  const bytes = new ByteWriter();
  if (scalar === 'int64' || scalar === 'uint64') {
    let before = 0n;
    for (const value of values as readonly bigint[]) {
      bytes.bigSigned(value - before);
      before = value;
    }
    return bytes.finish();
  }
  writeDictionary(values as readonly (string | Uint8Array)[], bytes);
  return bytes.finish();
}

function decodeScalars(bytes: Uint8Array, count: number, scalar: DataType['scalar']): ScalarValue[] {
  if (isNumericColumn({ scalar })) {
    return Array.from(decodeNumbers(bytes, count), (value) => (scalar === 'bool' ? value !== 0 : value));
  }
  const reader = new ByteReader(bytes);
  if (scalar === 'int64' || scalar === 'uint64') {
    let value = 0n;
    return Array.from({ length: count }, () => (value += reader.bigSigned()));
  }
  return readDictionary(reader, count, scalar === 'string');
}

/** Each distinct text once, then which one each value is. */
function writeDictionary(values: readonly (string | Uint8Array)[], bytes: ByteWriter): void {
  const indexes = new Map<string, number>();
  const entries: Uint8Array[] = [];
  const references = values.map((value) => {
    const entry = typeof value === 'string' ? Buffer.from(value, 'utf16le') : value;
    const key = Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).toString('latin1');
    let index = indexes.get(key);
    if (index === undefined) {
      index = entries.push(entry) - 1;
      indexes.set(key, index);
    }
    return index;
  });
  bytes.varint(entries.length);
  for (const entry of entries) bytes.section(entry);
  bytes.section(encodeNumbers(Float64Array.from(references)));
}

function readDictionary(reader: ByteReader, count: number, isText: boolean): ScalarValue[] {
  const size = reader.varint();
  if (size > count) throw blockDamaged('it has more texts than values');
  const entries = Array.from({ length: size }, (): ScalarValue => {
    const entry = reader.section();
    return isText ? Buffer.from(entry).toString('utf16le') : Uint8Array.from(entry);
  });
  return Array.from(decodeNumbers(reader.section(), count), (index) => {
    const entry = entries[index];
    if (entry === undefined) throw blockDamaged('a text of it is missing');
    return entry;
  });
}
