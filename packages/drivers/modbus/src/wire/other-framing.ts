import { crc16 } from './crc16.js';
import { byteCountOfReply, maskWriteRegister } from './expected-reply.js';
import type { ReplyProblem } from './framing.js';

const crcLength = 2;
const mbapLength = 6;

/** Shortest and longest unit id + PDU that a length field can name. */
const minAduLength = 3;
const maxAduLength = 254;

/** Modbus TCP is expected, RTU frames come: the most frequent mix-up with serial device servers. */
export const rtuUnderTcp: ReplyProblem = {
  problem:
    'it is an RTU frame with a fitting CRC, not Modbus TCP. If a serial device server passes the frames of a serial line on, set transport: rtu-over-tcp',
  isOtherFraming: true,
};

/** RTU frames are expected, Modbus TCP comes. */
export const tcpUnderRtu: ReplyProblem = {
  problem: 'it is a Modbus TCP frame, not an RTU frame. If the device or gateway speaks Modbus TCP, set transport: tcp',
  isOtherFraming: true,
};

/** The first `length` bytes are, or begin with, the RTU frame of an answer, with its CRC. */
export function isRtuAnswer(bytes: Buffer, length: number): boolean {
  const frameLength = rtuAnswerLength(bytes, length);
  if (frameLength === 0 || frameLength > length) return false;
  const end = frameLength - crcLength;
  return bytes.readUInt16LE(end) === crc16(bytes, 0, end);
}

/** They are the beginning of an RTU answer to this function and number of bytes: more may follow. */
export function mayBecomeRtuAnswer(
  bytes: Buffer,
  length: number,
  expected: { readonly unitId: number; readonly functionCode: number; readonly byteCount: number },
): boolean {
  if (bytes[0] !== expected.unitId || bytes[1] !== expected.functionCode || bytes[2] !== expected.byteCount)
    return false;
  return length < rtuAnswerLength(bytes, length);
}

/** 0 when no answer begins like that. */
function rtuAnswerLength(bytes: Buffer, length: number): number {
  if (length < 3) return 0;
  const functionCode = bytes[1];
  const isException = functionCode >= 0x80;
  switch (isException ? functionCode & 0x7f : functionCode) {
    case 1:
    case 2:
    case 3:
    case 4:
      return (isException ? 3 : 3 + bytes[2]) + crcLength;
    case 5:
    case 6:
    case 15:
    case 16:
      return (isException ? 3 : 6) + crcLength;
    case maskWriteRegister:
      return (isException ? 3 : 8) + crcLength;
    default:
      return 0;
  }
}

/** Somewhere in these bytes stands a Modbus TCP answer (MBAP header, unit id, PDU) to this function. */
export function holdsTcpAnswer(bytes: Buffer, length: number, functionCode: number): boolean {
  for (let at = 0; at + mbapLength + minAduLength <= length; at++) {
    const aduLength = bytes.readUInt16BE(at + 4);
    if (bytes[at + 2] !== 0 || bytes[at + 3] !== 0 || aduLength < minAduLength || aduLength > maxAduLength) continue;
    if (at + mbapLength + aduLength > length) continue;
    const code = bytes[at + mbapLength + 1];
    if (code === functionCode ? isWholeAnswer(bytes, at, aduLength) : code === (functionCode | 0x80)) return true;
  }
  return false;
}

function isWholeAnswer(bytes: Buffer, at: number, aduLength: number): boolean {
  const isRead = byteCountOfReply(bytes[at + mbapLength + 1], 1) >= 0;
  return !isRead || bytes[at + mbapLength + 2] === aduLength - minAduLength;
}
