import { deserialize, serialize } from 'node:v8';
import { GatewayError, messageOf } from '@fieldwarden/core';

const maxKeyBytes = 500;
const maxValueBytes = 1 << 20;

/** No table's name has it, so a key belongs to one table only. */
const separator = '\0';

const tableNames = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/;

export function checkTableName(name: string): string {
  if (tableNames.test(name)) return name;
  throw refused(`${JSON.stringify(name)} is no name of a table: up to 128 letters, digits, . _ - /`);
}

/** Of a record in the file: `<table>\0<key>`, so that a table is a range. */
export function storedKey(table: string, key: string): Buffer {
  if (!key.isWellFormed() || Buffer.byteLength(key) > maxKeyBytes)
    throw refused(`${JSON.stringify(key.slice(0, 100))} is no key of a record: text of at most ${maxKeyBytes} bytes`);
  return Buffer.from(`${table}${separator}${key}`);
}

/** All keys of the table are at or after `start`, and before `end`. */
export function rangeOf(table: string): { readonly start: Buffer; readonly end: Buffer } {
  return { start: Buffer.from(`${table}${separator}`), end: Buffer.from(`${table}\x01`) };
}

export function splitKey(stored: Uint8Array): readonly [table: string, key: string] {
  const text = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength).toString('utf8');
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A copy of the value as it is now. */
export function encodeValue(table: string, key: string, value: unknown): Buffer {
  const bytes = serialized(table, key, value);
  if (bytes.length > maxValueBytes)
    throw refused(`the value of ${table} ${key} has ${bytes.length} bytes; a record has at most ${maxValueBytes}`);
  return bytes;
}

/** Shares no memory with `bytes`. */
export function decodeValue(bytes: Uint8Array): unknown {
  return deserialize(Buffer.from(bytes));
}

function serialized(table: string, key: string, value: unknown): Buffer {
  try {
    return serialize(value);
  } catch (error) {
    throw refused(`the value of ${table} ${key} cannot be stored: ${messageOf(error)}`, error);
  }
}

function refused(message: string, cause?: unknown): GatewayError {
  return new GatewayError({ code: 'STATE_RECORD_INVALID', kind: 'bug', message, cause });
}
