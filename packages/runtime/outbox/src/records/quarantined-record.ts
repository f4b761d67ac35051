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

/** The payload lies in the memory of `content`. */
export function decodeQuarantined(sequence: number, content: Buffer): StoredMessage {
  const end = 4 + content.readUInt32LE(0);
  const head = JSON.parse(content.toString('utf8', 4, end)) as Omit<StoredMessage, 'payload' | 'sequence'>;
  return { ...head, sequence, payload: content.subarray(end) };
}
