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

/** `content`: without its check. The payload lies in the memory of it. */
export function decodeMessage(content: Buffer): MessageRecord {
  const flags = content[at.flags - checkBytes];
  return {
    topicNumber: content.readUInt32LE(at.topic - checkBytes),
    qos: (flags & 3) as 0 | 1 | 2,
    retain: (flags & retainFlag) !== 0,
    atMs: content.readDoubleLE(at.atMs - checkBytes),
    appendedMs: content.readDoubleLE(at.appendedMs - checkBytes),
    payload: content.subarray(headBytes - checkBytes),
  };
}

/** What its record says of a message that only goes. No payload is touched; a damaged record may be of any length. */
export function messageFacts(content: Buffer): { readonly topicNumber: number; readonly payloadBytes: number } {
  const payloadBytes = content.length - (headBytes - checkBytes);
  if (payloadBytes < 0) return { topicNumber: 0, payloadBytes: 0 };
  return { topicNumber: content.readUInt32LE(at.topic - checkBytes), payloadBytes };
}
