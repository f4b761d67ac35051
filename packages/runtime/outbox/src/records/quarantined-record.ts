import type { StoredMessage } from '../outbox-message.js';
import { checkBytes } from './sealed-record.js';

/** Knows its topic by name: it outlives the topic. */
export function encodeQuarantined({ topic, qos, retain, atMs, payload }: StoredMessage): Buffer {
  const head = Buffer.from(JSON.stringify({ topic, qos, retain, atMs }));
  const record = Buffer.alloc(checkBytes + 4 + head.length + payload.length);
  record.writeUInt32LE(head.length, checkBytes);
  record.set(head, checkBytes + 4);
  record.set(payload, checkBytes + 4 + head.length);
  return record;
}

/** The payload lies in the memory of `record`. */
export function decodeQuarantined(sequence: number, record: Buffer): StoredMessage {
  const headAt = checkBytes + 4;
  const end = headAt + record.readUInt32LE(checkBytes);
  const head = JSON.parse(record.toString('utf8', headAt, end)) as Omit<StoredMessage, 'payload' | 'sequence'>;
  return { ...head, sequence, payload: record.subarray(end) };
}
