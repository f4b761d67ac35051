/**
 * Every frame that arrives is judged here, against the request that it answers, before nodes7 sees it: nodes7 believes most of
 * what a frame says about itself, throws on short ones and takes up again at the wrong byte after odd ones. Pure.
 */

/** TPKT 4 + COTP data header 3. */
const s7At = 7;
const requestHeaderBytes = 10;
const replyHeaderBytes = 12;
const itemSpecBytes = 12;
const itemHeaderBytes = 4;

const readFunction = 0x04;
const writeFunction = 0x05;
const setupFunction = 0xf0;
/** S7 message types: job, acknowledgement without data, acknowledgement with data. */
const ackType = 0x02;
const ackDataType = 0x03;

const itemDone = 0xff;

/** A job that has been sent and not yet answered. */
export interface PendingJob {
  readonly reference: number;
  readonly functionCode: number;
  readonly items: readonly PendingItem[];
}

interface PendingItem {
  readonly byteLength: number;
  /** Transport size that a good answer has: 4 counts bits, 9 counts bytes. */
  readonly replyTransport: number;
}

export type ReplyVerdict =
  | { readonly type: 'ok'; readonly reference: number }
  /** The CPU refused the whole job; the code is error class × 256 + error code of the S7 header. */
  | { readonly type: 'refused'; readonly reference: number; readonly error: number }
  | { readonly type: 'nonsense'; readonly why: string };

/** Of a request frame as nodes7 sends it. Undefined for the handshake. */
export function pendingJob(frame: Buffer): PendingJob | undefined {
  const functionCode = frame[s7At + requestHeaderBytes];
  if (frame[5] !== 0xf0 || (functionCode !== readFunction && functionCode !== writeFunction)) return undefined;
  const itemsAt = s7At + requestHeaderBytes + 2;
  const items = Array.from({ length: frame[itemsAt - 1] }, (_, i) => pendingItem(frame, itemsAt + i * itemSpecBytes));
  return { reference: frame.readUInt16BE(s7At + 4), functionCode, items };
}

function pendingItem(frame: Buffer, at: number): PendingItem {
  const isNumbered = frame[at + 3] === 0x1c || frame[at + 3] === 0x1d;
  const count = frame.readUInt16BE(at + 4);
  return { byteLength: isNumbered ? count * 2 : count, replyTransport: isNumbered ? 0x09 : 0x04 };
}

/** Is this frame a whole and consistent answer to one of the pending jobs? */
export function checkReply(frame: Buffer, pending: ReadonlyMap<number, PendingJob>): ReplyVerdict {
  if (!isData(frame)) return nonsense('no S7 message');
  const type = frame[s7At + 1];
  if (type !== ackDataType && type !== ackType) return nonsense(`message type ${type}`);
  const reference = frame.readUInt16BE(s7At + 4);
  const job = pending.get(reference);
  if (!job) return nonsense('an answer to no request');
  const error = frame.readUInt16BE(s7At + 10);
  if (error !== 0) return { type: 'refused', reference, error };
  const why = type === ackDataType ? inconsistency(frame, job) : 'an acknowledgement without data';
  return why === undefined ? { type: 'ok', reference } : nonsense(why);
}

function nonsense(why: string): ReplyVerdict {
  return { type: 'nonsense', why };
}

/** TPKT, COTP and S7 header agree about the length. */
function isData(frame: Buffer): boolean {
  if (frame.length < s7At + replyHeaderBytes || frame[s7At] !== 0x32) return false;
  const length = s7At + replyHeaderBytes + frame.readUInt16BE(s7At + 6) + frame.readUInt16BE(s7At + 8);
  return frame[4] === 2 && frame[5] === 0xf0 && frame[6] === 0x80 && frame.length === length;
}

function inconsistency(frame: Buffer, job: PendingJob): string | undefined {
  const parametersAt = s7At + replyHeaderBytes;
  if (frame.readUInt16BE(s7At + 6) !== 2) return 'parameters of an odd length';
  if (frame[parametersAt] !== job.functionCode) return `function ${frame[parametersAt]}`;
  if (frame[parametersAt + 1] !== job.items.length) return `${frame[parametersAt + 1]} items`;
  const data = frame.subarray(parametersAt + 2);
  if (job.functionCode === readFunction) return readInconsistency(data, job);
  return data.length === job.items.length ? undefined : 'one return code for each item is wanted';
}

function readInconsistency(data: Buffer, { items }: PendingJob): string | undefined {
  let at = 0;
  for (const [i, item] of items.entries()) {
    if (at + itemHeaderBytes > data.length) return `item ${i} is missing`;
    const byteLength = data[at] === itemDone ? itemBytes(data, at, item) : 0;
    if (byteLength === undefined) return `item ${i} is not what was asked for`;
    at += itemHeaderBytes + byteLength;
    if (at > data.length) return `item ${i} is cut off`;
    if (i < items.length - 1) at += byteLength & 1;
  }
  // some CPUs pad the last item as well
  return at === data.length || (at + 1 === data.length && (at & 1) === 1) ? undefined : 'bytes after the last item';
}

/**
 * Sets the length of failed items to the nothing that follows them. Some CPUs fill in another one, and nodes7 would go on at a
 * wrong byte. The frame is one that `checkReply` found fine.
 */
export function clearFailedItems(frame: Buffer, { functionCode, items }: PendingJob): void {
  if (functionCode !== readFunction) return;
  let at = s7At + replyHeaderBytes + 2;
  for (const { byteLength } of items) {
    const isDone = frame[at] === itemDone;
    if (!isDone) frame.fill(0, at + 1, at + itemHeaderBytes);
    at += itemHeaderBytes + (isDone ? byteLength + (byteLength & 1) : 0);
  }
}

function itemBytes(data: Buffer, at: number, { byteLength, replyTransport }: PendingItem): number | undefined {
  const units = data.readUInt16BE(at + 2);
  const isAsAsked = data[at + 1] === replyTransport && units === byteLength * (replyTransport === 0x04 ? 8 : 1);
  return isAsAsked ? byteLength : undefined;
}

/**
 * An answer in which every item failed, for nodes7 to digest in place of one that refused the whole job: it would take that for
 * a broken connection.
 */
export function everyItemFailed({ reference, functionCode, items }: PendingJob): Buffer {
  const data = Buffer.alloc(items.length * (functionCode === readFunction ? itemHeaderBytes : 1));
  const stride = data.length / items.length;
  for (let i = 0; i < items.length; i++) data[i * stride] = 0x01;
  const header = Buffer.alloc(s7At + replyHeaderBytes + 2);
  header.set([3, 0, 0, 0, 2, 0xf0, 0x80, 0x32, ackDataType]);
  header.writeUInt16BE(header.length + data.length, 2);
  header.writeUInt16BE(reference, s7At + 4);
  header.writeUInt16BE(2, s7At + 6);
  header.writeUInt16BE(data.length, s7At + 8);
  header.set([functionCode, items.length], s7At + replyHeaderBytes);
  return Buffer.concat([header, data]);
}

/** What a COTP answer to the connect request says: undefined = accepted, else why not. */
export function connectRefusal(frame: Buffer): { readonly refused: boolean; readonly why: string } | undefined {
  const type = frame[5] & 0xf0;
  if (type === 0xd0) return undefined;
  if (type === 0x80) return { refused: true, why: 'it answered with a disconnect' };
  return { refused: false, why: `it answered the connect request with COTP type 0x${frame[5].toString(16)}` };
}

/** The connect confirm in the one form that nodes7 accepts; real ones leave parameters out or add some. */
export const plainConnectConfirm: Buffer = Buffer.from([
  3, 0, 0, 22, 17, 0xd0, 0, 2, 0, 1, 0, 0xc0, 1, 0x0a, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2,
]); // prettier-ignore

/** Checks the answer to the negotiation. Undefined = fine, else what is wrong with it. */
export function setupInconsistency(frame: Buffer): string | undefined {
  if (!isData(frame) || frame[s7At + 1] !== ackDataType) return 'no answer to the negotiation';
  if (frame.readUInt16BE(s7At + 10) !== 0) return `error 0x${frame.readUInt16BE(s7At + 10).toString(16)}`;
  const at = s7At + replyHeaderBytes;
  if (frame.readUInt16BE(s7At + 6) !== 8 || frame.length !== at + 8 || frame[at] !== setupFunction) {
    return 'no answer to the negotiation';
  }
  const [jobs, jobsBack, pduBytes] = [2, 4, 6].map((offset) => frame.readUInt16BE(at + offset));
  if (jobs < 1 || jobsBack < 1 || jobs > 0x7fff || jobsBack > 0x7fff) return `${jobs} and ${jobsBack} parallel jobs`;
  return pduBytes < minPduBytes || pduBytes > 0x7fff ? `a PDU of ${pduBytes} bytes` : undefined;
}

/** The smallest PDU that any CPU is known to grant. */
const minPduBytes = 112;
