import { parseDataType, toJsonValue, type DataType, type ScalarType, type TagValue } from '@fieldwarden/core';
import type { RowBatch } from '../../records/row-batch.js';
import { binaryNumeric } from './binary-numeric.js';

/** PostgreSQL, COPY, binary format: signature, flags, length of the extension. */
const head = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const fields = 6;
const nothing = -1;
/** 2000-01-01T00:00:00Z, from which PostgreSQL counts microseconds; ms since 1970. */
const epochMs = 946_684_800_000;
/** A row without text and integer. */
const plainRowBytes = 2 + (4 + 4) + (4 + 8) + (4 + 8) + 4 + 4 + (4 + 8);

/** The column of `value` in which a value of a type stands. */
type ValueColumn = 'number' | 'integer' | 'text';

/** Rows of `fieldwarden_history.value` for COPY … BINARY: `tag_id, at, number, integer, text, status`. */
export class CopyRows {
  #bytes = Buffer.allocUnsafe(1 << 20);
  #length = head.copy(this.#bytes);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Of a batch, the rows that `wanted` lets through. */
  add(
    rows: RowBatch,
    tagOf: (number: number) => { readonly id: number; readonly type: WrittenType } | undefined,
    wanted: (atMs: number) => boolean,
  ): void {
    const { timesMs, values, tags, statuses, objects, count } = rows;
    for (let row = 0; row < count; row += 1) {
      const tag = wanted(timesMs[row]) ? tagOf(tags[row]) : undefined;
      if (tag) this.#add(tag, timesMs[row], values[row], statuses[row], objects.get(row));
    }
  }

  /** All of it. Nothing can be added afterwards. */
  finish(): Buffer {
    this.#room(2);
    this.#length = this.#bytes.writeInt16BE(-1, this.#length);
    return this.#bytes.subarray(0, this.#length);
  }

  #add(
    { id, type }: { readonly id: number; readonly type: WrittenType },
    atMs: number,
    value: number,
    status: number,
    object: TagValue | undefined,
  ): void {
    const number = numberOf(type, value, status, object);
    const integer = type.column === 'integer' && typeof object === 'bigint' ? binaryNumeric(object) : undefined;
    const text = type.column === 'text' && object !== undefined ? textOf(object, type.scalar) : undefined;
    this.#room(plainRowBytes + (integer?.length ?? 0) + (text?.length ?? 0));
    const bytes = this.#bytes;
    let at = bytes.writeInt16BE(fields, this.#length);
    at = bytes.writeInt32BE(id, bytes.writeInt32BE(4, at));
    at = writeTime(bytes, atMs, bytes.writeInt32BE(8, at));
    if (number === undefined) at = bytes.writeInt32BE(nothing, at);
    else at = bytes.writeDoubleBE(number, bytes.writeInt32BE(8, at));
    at = writeBytes(bytes, integer, at);
    at = writeBytes(bytes, text, at);
    at = bytes.writeUInt32BE(status, bytes.writeUInt32BE(0, bytes.writeInt32BE(8, at)));
    this.#length = at;
    this.#count += 1;
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + bytes));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

/** How values of a type are written. */
export interface WrittenType {
  readonly column: ValueColumn;
  readonly scalar: ScalarType;
}

/** Of `float32`, `int16[8]`; what is no type is text. */
export function writtenType(dataType: string): WrittenType {
  const type: DataType = parseDataType(dataType) ?? { scalar: 'string' };
  const { scalar, arrayLength } = type;
  if (arrayLength !== undefined || scalar === 'string' || scalar === 'bytes') return { column: 'text', scalar };
  return { column: scalar === 'int64' || scalar === 'uint64' ? 'integer' : 'number', scalar };
}

/** A 64-bit integer stands there, too, as the nearest number: for those who calculate. */
function numberOf(
  { column }: WrittenType,
  value: number,
  status: number,
  object: TagValue | undefined,
): number | undefined {
  if (column === 'integer') return typeof object === 'bigint' ? Number(object) : undefined;
  if (column === 'text') return undefined;
  return Number.isNaN(value) && status !== 0 ? undefined : value;
}

/** Texts as they are, bytes as base64, lists as JSON. PostgreSQL's text has no NUL. */
function textOf(value: TagValue, scalar: ScalarType): Buffer {
  const json = toJsonValue(value, scalar);
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  return Buffer.from(text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text);
}

function writeBytes(bytes: Buffer, content: Buffer | undefined, at: number): number {
  if (!content) return bytes.writeInt32BE(nothing, at);
  const from = bytes.writeInt32BE(content.length, at);
  return from + content.copy(bytes, from);
}

function writeTime(bytes: Buffer, atMs: number, at: number): number {
  const microseconds = Math.round((atMs - epochMs) * 1_000);
  const high = Math.floor(microseconds / 2 ** 32);
  return bytes.writeUInt32BE(microseconds - high * 2 ** 32, bytes.writeInt32BE(high, at));
}
