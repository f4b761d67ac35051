import { headLength, type ExpectedTcpReply } from './expected-reply.js';
import type { ReplyProblem } from './framing.js';

/** Longest text of its own that a device may send before its first answer; what is longer is no greeting. */
export const longestGreeting = 512;

/** Where the answer begins behind the first of these bytes; −1: not there. */
export function headIn(bytes: Buffer, { transactionId, unitId, functionCode }: ExpectedTcpReply): number {
  for (let at = 1; at + headLength <= bytes.length; at++) {
    if (bytes.readUInt16BE(at) !== transactionId || bytes.readUInt16BE(at + 2) !== 0) continue;
    if (bytes[at + 6] === unitId && (bytes[at + 7] & 0x7f) === functionCode) return at;
  }
  return -1;
}

/** `isFirst`: nothing was answered on this connection. */
export function noFrame(bytes: Buffer, isFirst: boolean): ReplyProblem {
  const hint = isFirst
    ? '; if the device sends something of its own when it is connected to, set postConnectDelayMs'
    : '';
  return { problem: `no Modbus TCP frame (${hexOf(bytes, Math.min(headLength, bytes.length))} …)${hint}` };
}

function hexOf(bytes: Buffer, length: number): string {
  return bytes.toString('hex', 0, length).replace(/..(?=.)/g, '$& ');
}
