import type { OutboxDatabase, OutboxTransaction } from '../file/outbox-database.js';
import { decodeBox, encodeBox, type BoxRecord } from '../records/box-record.js';
import { recordKinds } from '../records/record-key.js';

export interface FoundBox {
  readonly number: number;
  /** Undefined for a new one. */
  readonly record: BoxRecord | undefined;
}

/** Finds an outbox by its name, or the number for a new one: none under which anything stands. */
export function findBox(database: OutboxDatabase, name: string): FoundBox {
  const numbers = database.boxes();
  for (const number of numbers) {
    const record = readBox(database, number);
    if (record?.name === name) return { number, record };
  }
  return { number: 1 + Math.max(0, ...numbers), record: undefined };
}

function readBox(database: OutboxDatabase, number: number): BoxRecord | undefined {
  for (const kind of [recordKinds.box, recordKinds.boxCopy]) {
    const found = database.get(kind, number, 0);
    if (found?.isSound) return decodeBox(found.record);
  }
  return undefined;
}

export function writeBox(transaction: OutboxTransaction, number: number, record: BoxRecord): void {
  const encoded = encodeBox(record);
  transaction.put(recordKinds.box, number, 0, encoded);
  transaction.put(recordKinds.boxCopy, number, 0, encoded);
}
