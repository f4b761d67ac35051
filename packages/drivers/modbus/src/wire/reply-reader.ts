import type { ExpectedReply } from './expected-reply.js';
import type { ReadState } from './framing.js';

/** MBAP header without the unit id (Modbus Messaging on TCP/IP V1.0b, 3.1.3): transaction, protocol, length. */
export const mbapLength = 6;

/** Longest unit id + PDU. */
export const maxAduLength = 254;

const crcLength = 2;
const exceptionAduLength = 3;

export interface ExpectedTcpReply extends ExpectedReply {
  transactionId: number;
}

/**
 * Puts one answer together from the segments in which it arrives, and checks everything that the request allows to foretell.
 * There is at most one answer at a time, because there is at most one request.
 */
export class ReplyReader {
  readonly expected: ExpectedTcpReply = { transactionId: 0, unitId: 0, functionCode: 0, aduLength: 0, byteCount: -1 };
  /** MBAP header, unit id, PDU, and room for the CRC that modbus-serial wants behind them. */
  readonly frame = Buffer.alloc(mbapLength + maxAduLength + crcLength);
  #received = 0;

  begin(): void {
    this.#received = 0;
  }

  get aduLength(): number {
    return this.frame.readUInt16BE(4);
  }

  /** Takes the first `length` bytes of `chunk`. After anything but `incomplete` the answer is finished; call `begin` again. */
  push(chunk: Uint8Array, length: number): ReadState {
    const room = mbapLength + maxAduLength - this.#received;
    const taken = Math.min(length, room);
    for (let i = 0; i < taken; i++) this.frame[this.#received + i] = chunk[i];
    this.#received += taken;
    if (this.#received < mbapLength + 2) return 'incomplete';
    const problem = this.#headerProblem();
    if (problem !== undefined) return { problem };
    const total = mbapLength + this.aduLength;
    if (this.#received < total) return 'incomplete';
    if (this.#received > total || length > taken) return { problem: 'bytes behind the end of the answer' };
    return this.#byteCountProblem() ?? 'complete';
  }

  #headerProblem(): string | undefined {
    const { frame, expected } = this;
    const transactionId = frame.readUInt16BE(0);
    if (transactionId !== expected.transactionId) {
      return `transaction ${transactionId} instead of ${expected.transactionId}`;
    }
    if (frame[2] !== 0 || frame[3] !== 0) return `protocol ${frame.readUInt16BE(2)} instead of 0 (Modbus)`;
    if (frame[6] !== expected.unitId) return `unit ${frame[6]} instead of ${expected.unitId}`;
    const isException = frame[7] === (expected.functionCode | 0x80);
    if (!isException && frame[7] !== expected.functionCode) {
      return `function ${frame[7]} instead of ${expected.functionCode}`;
    }
    const aduLength = isException ? exceptionAduLength : expected.aduLength;
    return this.aduLength === aduLength ? undefined : `length ${this.aduLength} instead of ${aduLength}`;
  }

  #byteCountProblem(): { readonly problem: string } | undefined {
    const { frame, expected } = this;
    if (expected.byteCount < 0 || frame[7] !== expected.functionCode || frame[8] === expected.byteCount)
      return undefined;
    return { problem: `byte count ${frame[8]} instead of ${expected.byteCount}` };
  }
}
