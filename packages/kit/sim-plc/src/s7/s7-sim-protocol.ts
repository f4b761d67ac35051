/**
 * The bytes of RFC 1006 (TPKT), ISO 8073 class 0 (COTP) and S7comm as a PLC sees them: requests in, replies out. Pure.
 */

export const tpktHeaderBytes = 4;
/** TPKT 4 + COTP data header 3. */
const frameHeaderBytes = 7;
const s7RequestHeaderBytes = 10;
const s7ReplyHeaderBytes = 12;
export const itemSpecBytes = 12;
/** An item limit of the protocol itself, whatever the PDU holds. */
export const maxItemsPerJob = 20;

/** S7ANY area codes. */
export const areaCodes = {
  peripheral: 0x80,
  inputs: 0x81,
  outputs: 0x82,
  markers: 0x83,
  db: 0x84,
  counters: 0x1c,
  timers: 0x1d,
} as const;

/** Item return codes. */
export const returnCodes = {
  ok: 0xff,
  hardwareError: 0x01,
  accessDenied: 0x03,
  outOfRange: 0x05,
  typeNotSupported: 0x06,
  typeInconsistent: 0x07,
  doesNotExist: 0x0a,
} as const;

/** Request transport sizes, by bytes per element; the bit is apart. */
export const transportSizes = {
  bit: 0x01,
  byte: 0x02,
  char: 0x03,
  word: 0x04,
  int: 0x05,
  dword: 0x06,
  dint: 0x07,
  real: 0x08,
  octets: 0x09,
  counter: 0x1c,
  timer: 0x1d,
} as const;

const bytesPerElement: Readonly<Record<number, number>> = {
  [transportSizes.bit]: 1,
  [transportSizes.byte]: 1,
  [transportSizes.char]: 1,
  [transportSizes.word]: 2,
  [transportSizes.int]: 2,
  [transportSizes.dword]: 4,
  [transportSizes.dint]: 4,
  [transportSizes.real]: 4,
  [transportSizes.octets]: 1,
  [transportSizes.counter]: 2,
  [transportSizes.timer]: 2,
};

/** What one item of a job addresses. */
export interface S7SimItem {
  readonly area: number;
  /** 0 outside the area DB. */
  readonly db: number;
  /** In bytes; for timers and counters the number of the first one. */
  readonly start: number;
  /** Of a bit item, 0–7. */
  readonly bit: number;
  readonly transport: number;
  /** Elements of `transport`. */
  readonly count: number;
  /** Undefined when the transport size is none that a PLC knows. */
  readonly byteLength: number | undefined;
}

export interface S7SimWriteItem extends S7SimItem {
  readonly data: Buffer;
}

export type S7SimRequest =
  | {
      readonly type: 'connect';
      readonly sourceReference: number;
      readonly localTsap: number;
      readonly remoteTsap: number;
    }
  | { readonly type: 'setup'; readonly reference: number; readonly maxParallel: number; readonly pdu: number }
  | { readonly type: 'read'; readonly reference: number; readonly items: readonly S7SimItem[] }
  | { readonly type: 'write'; readonly reference: number; readonly items: readonly S7SimWriteItem[] }
  | { readonly type: 'other'; readonly reference: number; readonly functionCode: number };

/** Cuts whole TPKTs off the front of `buffer`. Undefined when the bytes are no TPKT at all. */
export function takeFrames(buffer: Buffer): { frames: Buffer[]; rest: Buffer } | undefined {
  const frames: Buffer[] = [];
  let rest = buffer;
  while (rest.length >= tpktHeaderBytes) {
    const length = rest.readUInt16BE(2);
    if (rest[0] !== 3 || length < frameHeaderBytes) return undefined;
    if (rest.length < length) break;
    frames.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return { frames, rest };
}

/** Undefined for a frame that makes no sense. */
export function parseRequest(frame: Buffer): S7SimRequest | undefined {
  const cotpType = frame[5] & 0xf0;
  if (cotpType === 0xe0) return parseConnect(frame);
  if (cotpType !== 0xf0 || frame.length < frameHeaderBytes + s7RequestHeaderBytes + 1) return undefined;
  return parseJob(frame.subarray(frameHeaderBytes));
}

function parseConnect(frame: Buffer): S7SimRequest {
  let localTsap = 0;
  let remoteTsap = 0;
  for (let at = 11; at + 2 <= frame.length; at += 2 + frame[at + 1]) {
    const value = frame.subarray(at + 2, at + 2 + frame[at + 1]);
    if (frame[at] === 0xc1 && value.length === 2) localTsap = value.readUInt16BE(0);
    if (frame[at] === 0xc2 && value.length === 2) remoteTsap = value.readUInt16BE(0);
  }
  return { type: 'connect', sourceReference: frame.readUInt16BE(8), localTsap, remoteTsap };
}

function parseJob(pdu: Buffer): S7SimRequest | undefined {
  const reference = pdu.readUInt16BE(4);
  const parameterLength = pdu.readUInt16BE(6);
  const dataLength = pdu.readUInt16BE(8);
  if (pdu[0] !== 0x32 || pdu.length !== s7RequestHeaderBytes + parameterLength + dataLength) return undefined;
  const parameters = pdu.subarray(s7RequestHeaderBytes, s7RequestHeaderBytes + parameterLength);
  const data = pdu.subarray(s7RequestHeaderBytes + parameterLength);
  if (pdu[1] !== 0x01) return { type: 'other', reference, functionCode: parameters[0] ?? 0 };
  return parseFunction(reference, parameters, data);
}

function parseFunction(reference: number, parameters: Buffer, data: Buffer): S7SimRequest | undefined {
  const functionCode = parameters[0];
  if (functionCode === 0xf0 && parameters.length >= 8) {
    return { type: 'setup', reference, maxParallel: parameters.readUInt16BE(2), pdu: parameters.readUInt16BE(6) };
  }
  if (functionCode !== 0x04 && functionCode !== 0x05) return { type: 'other', reference, functionCode };
  const items = parseItems(parameters);
  if (!items) return undefined;
  if (functionCode === 0x04) return { type: 'read', reference, items };
  const withData = attachData(items, data);
  return withData && { type: 'write', reference, items: withData };
}

function parseItems(parameters: Buffer): S7SimItem[] | undefined {
  const count = parameters[1];
  if (parameters.length !== 2 + count * itemSpecBytes) return undefined;
  return Array.from({ length: count }, (_, i) => parseItem(parameters.subarray(2 + i * itemSpecBytes)));
}

function parseItem(spec: Buffer): S7SimItem {
  const transport = spec[3];
  const count = spec.readUInt16BE(4);
  const area = spec[8];
  const address = spec.readUIntBE(9, 3);
  const isNumbered = area === areaCodes.timers || area === areaCodes.counters;
  const size = bytesPerElement[transport];
  return {
    area,
    db: spec.readUInt16BE(6),
    start: isNumbered ? address : address >> 3,
    bit: isNumbered ? 0 : address & 7,
    transport,
    count,
    byteLength: size === undefined ? undefined : size * count,
  };
}

function attachData(items: readonly S7SimItem[], data: Buffer): S7SimWriteItem[] | undefined {
  let at = 0;
  const result: S7SimWriteItem[] = [];
  for (const item of items) {
    if (at + 4 > data.length) return undefined;
    const length = dataBytes(data[at + 1], data.readUInt16BE(at + 2));
    if (at + 4 + length > data.length) return undefined;
    result.push({ ...item, data: data.subarray(at + 4, at + 4 + length) });
    at += 4 + length + (length & 1);
  }
  return result;
}

/** Data transport sizes 3 (bit), 4 (byte/word) and 5 (integer) count bits, 7 (real) and 9 (octets) count bytes. */
function dataBytes(transport: number, length: number): number {
  if (transport === 0x03) return Math.ceil(length / 8);
  return transport === 0x04 || transport === 0x05 ? length >> 3 : length;
}

export interface S7SimReadResult {
  readonly code: number;
  /** Transport size of the request; decides that of the reply. */
  readonly transport: number;
  /** Empty unless `code` is ok. */
  readonly data: Buffer;
}

export function connectConfirm(sourceReference: number, localTsap: number, remoteTsap: number): Buffer {
  const frame = Buffer.from([
    3, 0, 0, 22, 17, 0xd0, 0, 0, 0, 1, 0, 0xc0, 1, 0x0a, 0xc1, 2, 0, 0, 0xc2, 2, 0, 0,
  ]); // prettier-ignore
  frame.writeUInt16BE(sourceReference, 6);
  frame.writeUInt16BE(localTsap, 16);
  frame.writeUInt16BE(remoteTsap, 20);
  return frame;
}

/** COTP disconnect request: what a CPU sends for a TSAP that it does not have, or when its connections are used up. */
export function disconnectRequest(sourceReference: number): Buffer {
  const frame = Buffer.from([3, 0, 0, 11, 6, 0x80, 0, 0, 0, 0, 0]);
  frame.writeUInt16BE(sourceReference, 6);
  return frame;
}

export function setupReply(reference: number, maxParallel: number, pdu: number): Buffer {
  const parameters = Buffer.from([0xf0, 0, 0, 0, 0, 0, 0, 0]);
  parameters.writeUInt16BE(maxParallel, 2);
  parameters.writeUInt16BE(maxParallel, 4);
  parameters.writeUInt16BE(pdu, 6);
  return replyFrame(reference, 0, parameters, Buffer.alloc(0));
}

export function readReply(reference: number, results: readonly S7SimReadResult[], failedItemLength: number): Buffer {
  const parts = results.map((result, i) => readItem(result, i === results.length - 1, failedItemLength));
  return replyFrame(reference, 0, Buffer.from([0x04, results.length]), Buffer.concat(parts));
}

export function writeReply(reference: number, codes: readonly number[]): Buffer {
  return replyFrame(reference, 0, Buffer.from([0x05, codes.length]), Buffer.from(codes));
}

/** The whole job refused: error class in the high byte, error code in the low one. */
export function errorReply(reference: number, functionCode: number, error: number): Buffer {
  return replyFrame(reference, error, Buffer.from([functionCode, 0]), Buffer.alloc(0));
}

function readItem({ code, transport, data }: S7SimReadResult, isLast: boolean, failedItemLength: number): Buffer {
  if (code !== returnCodes.ok) return Buffer.from([code, 0, failedItemLength >> 8, failedItemLength & 0xff]);
  // every item but the last is padded to an even length
  const item = Buffer.alloc(4 + data.length + (isLast ? 0 : data.length & 1));
  const reply = replyTransport(transport);
  item[0] = code;
  item[1] = reply.transport;
  item.writeUInt16BE(transport === transportSizes.bit ? 1 : data.length * reply.unitsPerByte, 2);
  data.copy(item, 4);
  return item;
}

function replyTransport(transport: number): { transport: number; unitsPerByte: number } {
  if (transport === transportSizes.bit) return { transport: 0x03, unitsPerByte: 1 };
  if (transport === transportSizes.real) return { transport: 0x07, unitsPerByte: 1 };
  const isOctets =
    transport === transportSizes.octets || transport === transportSizes.counter || transport === transportSizes.timer;
  return isOctets ? { transport: 0x09, unitsPerByte: 1 } : { transport: 0x04, unitsPerByte: 8 };
}

function replyFrame(reference: number, error: number, parameters: Buffer, data: Buffer): Buffer {
  const header = Buffer.alloc(frameHeaderBytes + s7ReplyHeaderBytes);
  header.set([3, 0, 0, 0, 2, 0xf0, 0x80, 0x32, 0x03]);
  header.writeUInt16BE(header.length + parameters.length + data.length, 2);
  header.writeUInt16BE(reference, 11);
  header.writeUInt16BE(parameters.length, 13);
  header.writeUInt16BE(data.length, 15);
  header.writeUInt16BE(error, 17);
  return Buffer.concat([header, parameters, data]);
}

/** Length of the S7 PDU inside a frame: what the negotiated PDU size limits. */
export function pduLength(frame: Buffer): number {
  return frame.length - frameHeaderBytes;
}
