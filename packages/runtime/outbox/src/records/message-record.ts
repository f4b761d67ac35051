import { checkBytes } from './sealed-record.js';

/** A message as it stands in the file. */
export interface MessageRecord {
  readonly topicNumber: number;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly atMs: number;
  /** When it was appended, on the outbox's own clock. */
  readonly appendedMs: number;
  readonly payload: Uint8Array;
}

const at = { topic: checkBytes, flags: checkBytes + 4, atMs: checkBytes + 5, appendedMs: checkBytes + 13 } as const;

/** Check included. */
const headBytes = checkBytes + 21;

const retainFlag = 4;

let scratch = Buffer.alloc(4_096);

/** To be sealed; lies in memory that the next call uses again. */
export function encodeMessage({ topicNumber, qos, retain, atMs, appendedMs, payload }: MessageRecord): Buffer {
  const length = headBytes + payload.length;
  if (scratch.length < length) scratch = Buffer.alloc(2 * length);
  scratch.writeUInt32LE(topicNumber, at.topic);
  scratch[at.flags] = qos | (retain ? retainFlag : 0);
  scratch.writeDoubleLE(atMs, at.atMs);
  scratch.writeDoubleLE(appendedMs, at.appendedMs);
  scratch.set(payload, headBytes);
  return scratch.subarray(0, length);
}

/** The payload lies in the memory of `record`. */
export function decodeMessage(record: Buffer): MessageRecord {
  const flags = record[at.flags];
  return {
    topicNumber: record.readUInt32LE(at.topic),
    qos: (flags & 3) as 0 | 1 | 2,
    retain: (flags & retainFlag) !== 0,
    atMs: record.readDoubleLE(at.atMs),
    appendedMs: record.readDoubleLE(at.appendedMs),
    payload: record.subarray(headBytes),
  };
}

/** What its record says of a message that only goes. No payload is touched; a damaged record may be of any length. */
export function messageFacts(record: Buffer): { readonly topicNumber: number; readonly payloadBytes: number } {
  const payloadBytes = record.length - headBytes;
  if (payloadBytes < 0) return { topicNumber: 0, payloadBytes: 0 };
  return { topicNumber: record.readUInt32LE(at.topic), payloadBytes };
}
