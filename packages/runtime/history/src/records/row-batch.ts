import { deserialize, serialize } from 'node:v8';
import type { TagValue } from '@fieldwarden/core';

/** Bytes of a row in columns: two of 4, two of 8. */
export const rowBytes = 24;

/** Values of several tags as columns, in the order in which they came. Only the first `count` rows count. */
export interface RowBatch {
  readonly tags: Uint32Array;
  readonly statuses: Uint32Array;
  /** ms since 1970 UTC. */
  readonly timesMs: Float64Array;
  /** Numbers, bool as 0/1, datetime as ms; NaN with a Bad status: no value. */
  readonly values: Float64Array;
  readonly count: number;
  /** What is no number, by row; a row without one has no value. */
  readonly objects: ReadonlyMap<number, TagValue>;
}

/** Columns over one piece of memory, which can be handed to another thread. */
export function columnsOver(buffer: ArrayBuffer, capacity: number): Omit<RowBatch, 'count' | 'objects'> {
  return {
    timesMs: new Float64Array(buffer, 0, capacity),
    values: new Float64Array(buffer, 8 * capacity, capacity),
    tags: new Uint32Array(buffer, 16 * capacity, capacity),
    statuses: new Uint32Array(buffer, 20 * capacity, capacity),
  };
}

/** For the journal: the count, the columns, then what is no number. */
export function encodeRows({ tags, statuses, timesMs, values, count, objects }: RowBatch): Buffer {
  const rest = objects.size === 0 ? undefined : serialize([...objects].filter(([row]) => row < count));
  const bytes = Buffer.alloc(8 + rowBytes * count + (rest?.length ?? 0));
  bytes.writeUInt32LE(count, 0);
  const columns = columnsOver(new ArrayBuffer(rowBytes * count), count);
  columns.timesMs.set(timesMs.subarray(0, count));
  columns.values.set(values.subarray(0, count));
  columns.tags.set(tags.subarray(0, count));
  columns.statuses.set(statuses.subarray(0, count));
  bytes.set(new Uint8Array(columns.timesMs.buffer), 8);
  if (rest) bytes.set(rest, 8 + rowBytes * count);
  return bytes;
}

export function decodeRows(bytes: Buffer): RowBatch {
  const count = bytes.readUInt32LE(0);
  const end = 8 + rowBytes * count;
  const buffer = new ArrayBuffer(rowBytes * count);
  new Uint8Array(buffer).set(bytes.subarray(8, end));
  const objects = bytes.length > end ? (deserialize(bytes.subarray(end)) as (readonly [number, TagValue])[]) : [];
  return { ...columnsOver(buffer, count), count, objects: new Map(objects) };
}
