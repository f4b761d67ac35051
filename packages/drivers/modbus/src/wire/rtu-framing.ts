import { crc16 } from './crc16.js';
import { expectReplyTo, type ExpectedReply } from './expected-reply.js';
import type { Framing, ReadState, ReplyProblem } from './framing.js';
import { holdsTcpAnswer, tcpUnderRtu } from './other-framing.js';

const crcLength = 2;
const exceptionLength = 3 + crcLength;
/** Modbus over Serial Line V1.02, 2.5.1: 256 bytes at most. */
const longestFrame = 256;
/** Room for foreign frames before the answer; what is older goes. */
const bufferLength = 1024;

/**
 * Unit id, PDU and CRC (Modbus over Serial Line V1.02, 2.5.1), over TCP or a serial line. Silence does not survive the way
 * through converters and operating systems, so the answer is found by what is known of it: unit, function, byte count or
 * repeated request, and CRC. Everything else on the line is foreign and passed over.
 */
export class RtuFraming implements Framing {
  readonly hasTransactionIds = false;
  readonly #expected: ExpectedReply = { unitId: 0, functionCode: 0, aduLength: 0, byteCount: -1 };
  readonly #request = Buffer.alloc(longestFrame);
  readonly #received = Buffer.alloc(bufferLength);
  /** What has been received and not passed over: from `#start` to `#end`. */
  #start = 0;
  #end = 0;
  #answerLength = 0;

  connected(): void {
    this.#start = this.#end = 0;
  }

  wrap(serialFrame: Buffer): Buffer {
    expectReplyTo(serialFrame, this.#expected);
    this.#start = this.#end = 0;
    serialFrame.copy(this.#request);
    return this.#request.subarray(0, serialFrame.length);
  }

  push(chunk: Uint8Array, length: number): ReadState {
    for (let taken = 0; taken < length;) {
      taken += this.#take(chunk, taken, length);
      if (this.#find()) return 'complete';
    }
    return 'incomplete';
  }

  readonly greeting = Buffer.alloc(0);

  /** Others may be heard on the line at any time. */
  pushUnasked(): undefined {
    return undefined;
  }

  /** What was passed over is still there, as far as there was room. */
  remark(): ReplyProblem | undefined {
    return holdsTcpAnswer(this.#received, this.#end, this.#expected.functionCode) ? tcpUnderRtu : undefined;
  }

  answer(): Buffer {
    return this.#received.subarray(this.#start, this.#start + this.#answerLength);
  }

  #take(chunk: Uint8Array, from: number, length: number): number {
    if (this.#end > bufferLength - longestFrame) this.#makeRoom();
    const count = Math.min(length - from, bufferLength - this.#end);
    for (let i = 0; i < count; i++) this.#received[this.#end + i] = chunk[from + i];
    this.#end += count;
    return count;
  }

  /** Whatever may still become the answer is shorter than a frame. */
  #makeRoom(): void {
    this.#received.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
  }

  /** Passes over what can't be the answer. True when the answer stands at `#start`, false when more bytes are needed. */
  #find(): boolean {
    for (; this.#end - this.#start >= exceptionLength; this.#start++) {
      const length = this.#lengthAt(this.#start);
      if (length === 0) continue;
      if (this.#end - this.#start < length) return false;
      if (!this.#hasCrc(this.#start, length)) continue;
      this.#answerLength = length;
      return true;
    }
    return false;
  }

  /** 0 when the answer does not begin there. */
  #lengthAt(at: number): number {
    const { unitId, functionCode, byteCount, aduLength } = this.#expected;
    if (this.#received[at] !== unitId) return 0;
    if (this.#received[at + 1] === (functionCode | 0x80)) return exceptionLength;
    if (this.#received[at + 1] !== functionCode) return 0;
    const fits = byteCount >= 0 ? this.#received[at + 2] === byteCount : this.#repeatsRequest(at, aduLength);
    return fits ? aduLength + crcLength : 0;
  }

  #repeatsRequest(at: number, aduLength: number): boolean {
    const end = Math.min(at + aduLength, this.#end);
    for (let i = at; i < end; i++) if (this.#received[i] !== this.#request[i - at]) return false;
    return true;
  }

  #hasCrc(at: number, length: number): boolean {
    const end = at + length - crcLength;
    return this.#received.readUInt16LE(end) === crc16(this.#received, at, end);
  }
}
