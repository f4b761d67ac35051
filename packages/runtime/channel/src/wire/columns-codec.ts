import { deserialize, serialize } from 'node:v8';
import type { ScalarValue, TagValue, ValueColumns } from '@fieldwarden/core';
import { messageTooLarge, protocolError } from './channel-error.js';
import { frameHeaderBytes, frameKinds, maxFrameBytes, writeFrameHeader } from './frames.js';

/**
 * Payload of a batch of values; every section starts at a multiple of 8 and is in the byte order of the machine, since both ends
 * run on it:
 *
 * | bytes | what |
 * |---|---|
 * | 32 | id (call or subscription), length, first row, flags: u32 each · object bytes u32 · zero · source time of all rows f64 |
 * | 8 × length | values |
 * | 8 × length | source times, unless the same for all |
 * | 8 × length | server times, for columns that have them |
 * | 4 × length | statuses, unless all Good |
 * | 4 × length | rows, for updates |
 * | object bytes | `[index, value]` pairs of strings, bytes, 64-bit integers and arrays, by the V8 serializer |
 */
const batchHeaderBytes = 32;
const flags = { allGood: 1, sameTime: 2, rows: 4, last: 8, serverTimes: 16 } as const;

/** Of tags: with the time at which the gateway had each value. */
export interface TimedColumns extends ValueColumns {
  /** ms since 1970 UTC. */
  readonly serverTimes: Float64Array;
}

export interface ColumnsHeader {
  /** Call of a read result, subscription of an update. */
  readonly id: number;
  readonly length: number;
  /** Row of the plan that index 0 is; for updates 0, since `rows` tells. */
  readonly firstRow: number;
  readonly last: boolean;
  readonly flags: number;
  readonly objectBytes: number;
  readonly sharedTimeMs: number;
}

interface Batch {
  readonly id: number;
  readonly columns: ValueColumns | TimedColumns;
  /** Half-open range of indexes of `columns`. */
  readonly from: number;
  readonly to: number;
}

/** Frame with rows `from`…`to` of a read. Throws CHANNEL_MESSAGE_TOO_LARGE; the caller then sends two halves. */
export function encodeReadResult(batch: Batch, last: boolean): Uint8Array {
  return encodeBatch(batch, undefined, last ? flags.last : 0);
}

/** Frame with changes: index i of `columns` is point `rows[i]` of the subscription. Throws CHANNEL_MESSAGE_TOO_LARGE. */
export function encodeUpdate(batch: Batch, rows: Uint32Array): Uint8Array {
  return encodeBatch(batch, rows, flags.rows);
}

function encodeBatch(batch: Batch, rows: Uint32Array | undefined, extraFlags: number): Uint8Array {
  const { columns, from, to } = batch;
  const length = to - from;
  const serverTimes = 'serverTimes' in columns ? columns.serverTimes : undefined;
  const shape = extraFlags | commonality(columns, from, to) | (serverTimes ? flags.serverTimes : 0);
  const tail = encodeObjects(columns, from, to);
  const objectBytes = tail?.length ?? 0;
  const payloadBytes = sectionOffsets(length, shape).objects + objectBytes;
  if (payloadBytes > maxFrameBytes) throw messageTooLarge(`a batch of ${length} values`, payloadBytes);

  const frame = Buffer.allocUnsafe(frameHeaderBytes + payloadBytes);
  writeFrameHeader(frame, rows ? frameKinds.update : frameKinds.readResult);
  const payload = frame.subarray(frameHeaderBytes);
  writeBatchHeader(payload, batch, shape, objectBytes);
  const offsets = sectionOffsets(length, shape);
  copyOut(columns.values, from, to, payload, offsets.values);
  if (!(shape & flags.sameTime)) copyOut(columns.sourceTimes, from, to, payload, offsets.times);
  if (serverTimes) copyOut(serverTimes, from, to, payload, offsets.serverTimes);
  if (!(shape & flags.allGood)) copyOut(columns.statuses, from, to, payload, offsets.statuses);
  if (rows) copyOut(rows, from, to, payload, offsets.rows);
  if (tail) payload.set(tail, offsets.objects);
  return frame;
}

/** Most scans are all Good with one time stamp: then two of the three columns need not travel. */
function commonality({ statuses, sourceTimes }: ValueColumns, from: number, to: number): number {
  let statusBits = 0;
  let differing = 0;
  const time = sourceTimes[from];
  for (let row = from; row < to; row += 1) {
    statusBits |= statuses[row];
    differing |= sourceTimes[row] === time ? 0 : 1;
  }
  return (statusBits === 0 ? flags.allGood : 0) | (differing === 0 ? flags.sameTime : 0);
}

function encodeObjects({ objects }: ValueColumns, from: number, to: number): Uint8Array | undefined {
  if (!objects || objects.size === 0) return undefined;
  const pairs: [number, TagValue][] = [];
  for (const [row, value] of objects) if (row >= from && row < to) pairs.push([row - from, value]);
  return pairs.length === 0 ? undefined : serialize(pairs);
}

function writeBatchHeader(payload: Buffer, { id, columns, from, to }: Batch, shape: number, objectBytes: number): void {
  payload.writeUInt32LE(id, 0);
  payload.writeUInt32LE(to - from, 4);
  payload.writeUInt32LE(shape & flags.rows ? 0 : from, 8);
  payload.writeUInt32LE(shape, 12);
  payload.writeUInt32LE(objectBytes, 16);
  payload.writeUInt32LE(0, 20);
  payload.writeDoubleLE(to > from ? columns.sourceTimes[from] : 0, 24);
}

interface SectionOffsets {
  readonly values: number;
  readonly times: number;
  readonly serverTimes: number;
  readonly statuses: number;
  readonly rows: number;
  readonly objects: number;
}

const align8 = (bytes: number): number => (bytes + 7) & ~7;

function sectionOffsets(length: number, shape: number): SectionOffsets {
  const values = batchHeaderBytes;
  const times = values + 8 * length;
  const serverTimes = times + (shape & flags.sameTime ? 0 : 8 * length);
  const statuses = serverTimes + (shape & flags.serverTimes ? 8 * length : 0);
  const rows = statuses + (shape & flags.allGood ? 0 : align8(4 * length));
  const objects = rows + (shape & flags.rows ? align8(4 * length) : 0);
  return { values, times, serverTimes, statuses, rows, objects };
}

type Column = Float64Array | Uint32Array;

/** Bytes, not elements: neither side needs to be aligned then. */
function bytesOf(column: Column, from: number, to: number): Uint8Array {
  const size = column.BYTES_PER_ELEMENT;
  return new Uint8Array(column.buffer, column.byteOffset + from * size, (to - from) * size);
}

function copyOut(column: Column, from: number, to: number, payload: Uint8Array, offset: number): void {
  payload.set(bytesOf(column, from, to), offset);
}

function copyIn(payload: Uint8Array, offset: number, column: Column, from: number, to: number): void {
  const target = bytesOf(column, from, to);
  target.set(payload.subarray(offset, offset + target.length));
}

/** Throws kind `protocol` when the payload is not what its header says. */
export function readColumnsHeader(payload: Uint8Array): ColumnsHeader {
  if (payload.length < batchHeaderBytes) throw protocolError('a batch of values shorter than its header');
  const view = new DataView(payload.buffer, payload.byteOffset, batchHeaderBytes);
  const shape = view.getUint32(12, true);
  const header: ColumnsHeader = {
    id: view.getUint32(0, true),
    length: view.getUint32(4, true),
    firstRow: view.getUint32(8, true),
    flags: shape,
    last: (shape & flags.last) !== 0,
    objectBytes: view.getUint32(16, true),
    sharedTimeMs: view.getFloat64(24, true),
  };
  if (sectionOffsets(header.length, shape).objects + header.objectBytes !== payload.length) {
    throw protocolError('a batch of values whose length does not fit its header');
  }
  return header;
}

/** Fills rows `firstRow`… of `into`. Throws kind `protocol` when they do not fit or an object value is none; `into` may then be partly filled. */
export function copyColumns(header: ColumnsHeader, payload: Uint8Array, into: ValueColumns): void {
  const { firstRow, length, flags: shape } = header;
  const end = firstRow + length;
  if (end > into.length) throw protocolError(`rows up to ${end} for a plan of ${into.length} points`);
  const offsets = sectionOffsets(length, shape);
  copyIn(payload, offsets.values, into.values, firstRow, end);
  if (shape & flags.sameTime) into.sourceTimes.fill(header.sharedTimeMs, firstRow, end);
  else copyIn(payload, offsets.times, into.sourceTimes, firstRow, end);
  if (shape & flags.allGood) into.statuses.fill(0, firstRow, end);
  else copyIn(payload, offsets.statuses, into.statuses, firstRow, end);
  if (header.objectBytes > 0) copyObjects(header, payload.subarray(offsets.objects), into);
}

/** Fills the first `length` elements of `into`. Throws kind `protocol` for a batch without server times. */
export function copyServerTimes(header: ColumnsHeader, payload: Uint8Array, into: Float64Array): void {
  if (!(header.flags & flags.serverTimes)) throw protocolError('values of tags without server times');
  copyIn(payload, sectionOffsets(header.length, header.flags).serverTimes, into, 0, header.length);
}

/** Fills the first `length` elements of `into`. Throws kind `protocol` for a row beyond `points`. */
export function copyRows(header: ColumnsHeader, payload: Uint8Array, into: Uint32Array, points: number): void {
  if (!(header.flags & flags.rows)) throw protocolError('an update without rows');
  copyIn(payload, sectionOffsets(header.length, header.flags).rows, into, 0, header.length);
  for (let index = 0; index < header.length; index += 1) {
    if (into[index] >= points)
      throw protocolError(`an update of row ${into[index]} in a subscription of ${points} points`);
  }
}

function copyObjects({ firstRow, length }: ColumnsHeader, tail: Uint8Array, into: ValueColumns): void {
  const objects = (into.objects ??= new Map());
  for (const [index, value] of decodePairs(tail)) {
    if (!(Number.isInteger(index) && index >= 0 && index < length))
      throw protocolError('an object value beyond its batch');
    objects.set(firstRow + index, ownCopy(value));
  }
}

function decodePairs(tail: Uint8Array): readonly [number, TagValue][] {
  let pairs: unknown;
  try {
    pairs = deserialize(tail);
  } catch (error) {
    throw protocolError('object values that do not decode', error);
  }
  if (!Array.isArray(pairs) || !pairs.every(isPair)) throw protocolError('object values of unknown shape');
  return pairs;
}

function isPair(value: unknown): value is [number, TagValue] {
  return Array.isArray(value) && value.length === 2 && isTagValue(value[1]);
}

function isTagValue(value: unknown): value is TagValue {
  return isScalar(value) || (Array.isArray(value) && value.every(isScalar));
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value) || value instanceof Uint8Array;
}

/** The serializer hands out bytes as views of the received chunk; a tag that keeps one would keep the whole chunk. */
function ownCopy(value: TagValue): TagValue {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return Array.isArray(value)
    ? (value as readonly ScalarValue[]).map((element) =>
        element instanceof Uint8Array ? new Uint8Array(element) : element,
      )
    : value;
}
