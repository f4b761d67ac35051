import { crc32, zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib';
import { isNumericColumn, scalarTypes, toGatewayError, type DataType } from '@fieldwarden/core';
import { ByteReader } from '../bytes/byte-reader.js';
import { ByteWriter } from '../bytes/byte-writer.js';
import { decodeNumbers, encodeNumbers } from '../values/number-codec.js';
import { decodeObjects, encodeObjects } from '../values/object-codec.js';
import { decodeStatuses, encodeStatuses } from '../values/status-codec.js';
import { decodeTimes, encodeTimes } from '../values/time-codec.js';
import { blockDamaged } from './block-damaged.js';
import { readSummary, summaryOf, writeSummary, type BlockSummary } from './block-summary.js';
import type { HistoryColumn, HistoryValues } from './history-column.js';

const version = 1;
const packed = 1;

/** Values of one block at most: what a damaged count can make a reader allocate is bounded. */
export const maxBlockValues = 65_536;

/** Unpacked bytes of one block at most. */
const maxBodyBytes = 64 * 1024 * 1024;

const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * A column as bytes: CRC-32, version, flags, type, summary, then times, statuses and values, packed by zstd where that makes them smaller.
 * Exact: what `decodeBlock` gives back is the same bit by bit. Throws a RangeError for more than `maxBlockValues`.
 */
export function encodeBlock(column: HistoryColumn): Uint8Array {
  const { type, timesMs, statuses, values } = column;
  if (timesMs.length > maxBlockValues) throw new RangeError(`a block has at most ${maxBlockValues} values`);
  const body = new ByteWriter();
  body.section(encodeTimes(timesMs));
  body.section(encodeStatuses(statuses));
  body.bytes(encodeValues(values, type));
  const plain = body.finish();
  const small = zstdCompressSync(plain, compression);
  const isSmaller = small.length < plain.length;
  const bytes = new ByteWriter();
  bytes.uint32(0);
  bytes.byte(version);
  bytes.byte(isSmaller ? packed : 0);
  bytes.byte(scalarTypes.indexOf(type.scalar));
  bytes.varint(type.arrayLength ?? 0);
  writeSummary(summaryOf(column), bytes);
  bytes.bytes(isSmaller ? small : plain);
  const block = bytes.finish();
  new DataView(block.buffer).setUint32(0, crc32(block.subarray(4)), true);
  return block;
}

/** What stands in the head of a block, and where its body begins. */
export interface BlockHead {
  readonly type: DataType;
  readonly summary: BlockSummary;
}

/** Without unpacking. Throws `HISTORY_BLOCK_DAMAGED`. */
export function readBlockHead(block: Uint8Array): BlockHead {
  return open(block).head;
}

/** Throws `HISTORY_BLOCK_DAMAGED` for bytes of which one is not as it was written. */
export function decodeBlock(block: Uint8Array): HistoryColumn {
  const { head, body, isPacked } = open(block);
  try {
    const plain = isPacked ? zstdDecompressSync(body, { maxOutputLength: maxBodyBytes }) : body;
    const { count } = head.summary;
    const reader = new ByteReader(plain);
    const timesMs = decodeTimes(reader.section(), count);
    const statuses = decodeStatuses(reader.section(), count);
    return { type: head.type, timesMs, statuses, values: decodeValues(reader.rest(), count, head.type) };
  } catch (error) {
    if (toGatewayError(error).code === 'HISTORY_BLOCK_DAMAGED') throw error;
    throw blockDamaged(toGatewayError(error).message);
  }
}

interface OpenBlock {
  readonly head: BlockHead;
  readonly body: Uint8Array;
  readonly isPacked: boolean;
}

function open(block: Uint8Array): OpenBlock {
  const reader = new ByteReader(block);
  if (reader.uint32() !== crc32(block.subarray(4))) throw blockDamaged('its checksum is another');
  const found = reader.byte();
  if (found !== version) throw blockDamaged(`it has version ${found}; this program reads ${version}`);
  const isPacked = (reader.byte() & packed) !== 0;
  const scalar = scalarTypes[reader.byte()];
  if (scalar === undefined) throw blockDamaged('its data type is unknown');
  const arrayLength = reader.varint();
  const summary = readSummary(reader);
  if (summary.count > maxBlockValues) throw blockDamaged('it has too many values');
  return {
    head: { type: arrayLength === 0 ? { scalar } : { scalar, arrayLength }, summary },
    body: reader.rest(),
    isPacked,
  };
}

function encodeValues(values: HistoryValues, type: DataType): Uint8Array {
  if (values.kind === 'objects') return encodeObjects(values.objects, type);
  const bytes = new ByteWriter();
  const { numbers, absent } = values;
  const gaps = absent?.includes(1) ? encodeNumbers(Float64Array.from(absent)) : new Uint8Array();
  bytes.section(gaps);
  bytes.bytes(encodeNumbers(numbers));
  return bytes.finish();
}

function decodeValues(bytes: Uint8Array, count: number, type: DataType): HistoryValues {
  if (!isNumericColumn(type)) return { kind: 'objects', objects: decodeObjects(bytes, count, type) };
  const reader = new ByteReader(bytes);
  const gaps = reader.section();
  const absent = gaps.length > 0 ? Uint8Array.from(decodeNumbers(gaps, count)) : undefined;
  return { kind: 'numbers', numbers: decodeNumbers(reader.rest(), count), absent };
}
