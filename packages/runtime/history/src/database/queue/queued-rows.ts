import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { TagValue } from '@fieldwarden/core';
import { columnsOver, decodeRows, encodeRows, rowBytes, type RowBatch } from '../../records/row-batch.js';

/** What a database needs to know of a tag. */
export interface QueuedTag {
  readonly path: string;
  /** As a plant writes it: `float32`, `int16[8]`. */
  readonly dataType: string;
}

/** Rows that wait for the database, with all that is needed to write them: whoever sends them may be another run of the gateway. */
export interface QueuedRows {
  /** The run of the gateway that queued them. Unique in the world. */
  readonly run: string;
  readonly tags: ReadonlyMap<number, QueuedTag>;
  readonly rows: RowBatch;
}

/** An outbox takes no message beyond 4 MiB. */
const maxPackedBytes = 4 * 1024 * 1024;

/** As messages of the outbox; more than one where one would be too large for it. A single row that is too large stays so. */
export function packRows(run: string, rows: RowBatch, tagOf: (number: number) => QueuedTag | undefined): Uint8Array[] {
  const head: [number, string, string][] = [];
  const seen = new Set<number>();
  for (let row = 0; row < rows.count; row += 1) {
    const number = rows.tags[row];
    if (seen.has(number)) continue;
    seen.add(number);
    const tag = tagOf(number);
    if (tag) head.push([number, tag.path, tag.dataType]);
  }
  const text = Buffer.from(JSON.stringify({ run, tags: head }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length, 0);
  const packed = zstdCompressSync(Buffer.concat([length, text, encodeRows(rows)]));
  if (packed.length <= maxPackedBytes || rows.count < 2) return [packed];
  const half = rows.count >> 1;
  return [
    ...packRows(run, sliceRows(rows, 0, half), tagOf),
    ...packRows(run, sliceRows(rows, half, rows.count), tagOf),
  ];
}

/** Throws for what is none. */
export function unpackRows(packed: Uint8Array): QueuedRows {
  const bytes = zstdDecompressSync(packed);
  const end = 4 + bytes.readUInt32LE(0);
  const head = JSON.parse(bytes.toString('utf8', 4, end)) as { run: string; tags: [number, string, string][] };
  const tags = new Map(head.tags.map(([number, path, dataType]) => [number, { path, dataType }]));
  return { run: head.run, tags, rows: decodeRows(bytes.subarray(end)) };
}

function sliceRows({ timesMs, values, tags, statuses, objects }: RowBatch, from: number, to: number): RowBatch {
  const count = to - from;
  const columns = columnsOver(new ArrayBuffer(rowBytes * count), count);
  columns.timesMs.set(timesMs.subarray(from, to));
  columns.values.set(values.subarray(from, to));
  columns.tags.set(tags.subarray(from, to));
  columns.statuses.set(statuses.subarray(from, to));
  const moved = new Map<number, TagValue>();
  for (const [row, value] of objects) if (row >= from && row < to) moved.set(row - from, value);
  return { ...columns, count, objects: moved };
}
