import { crc16 } from './crc16.js';
import { expectReplyTo, mbapLength } from './expected-reply.js';
import type { Framing, ReadState, ReplyProblem } from './framing.js';
import { ReplyReader, type TcpLeniency } from './reply-reader.js';

const crcLength = 2;

const repeatsOnly: ReplyProblem = {
  problem:
    'what came has the transaction ids of earlier requests; if this device never answers with the id that it was asked with, set ignoreTransactionId: true',
};

/**
 * MBAP header and PDU (Modbus Messaging on TCP/IP V1.0b, 3.1), with transaction ids of 16 bits that are never reused within
 * reach of a late reply. Anything but the answer to the request, to the byte, is a problem; only answers that were given already
 * may come once more.
 */
export class TcpFraming implements Framing {
  readonly hasTransactionIds = true;
  readonly #reader: ReplyReader;
  readonly #request = Buffer.alloc(mbapLength + 254);
  #transactionId = 0;

  constructor(leniency?: TcpLeniency) {
    this.#reader = new ReplyReader(leniency);
  }

  connected(): void {
    this.#reader.connected();
  }

  wrap(serialFrame: Buffer): Buffer {
    const aduLength = serialFrame.length - crcLength;
    this.#transactionId = (this.#transactionId + 1) & 0xffff;
    this.#reader.expected.transactionId = this.#transactionId;
    expectReplyTo(serialFrame, this.#reader.expected);
    this.#reader.begin();
    this.#request.writeUInt16BE(this.#transactionId, 0);
    this.#request.writeUInt16BE(aduLength, 4);
    serialFrame.copy(this.#request, mbapLength, 0, aduLength);
    return this.#request.subarray(0, mbapLength + aduLength);
  }

  push(chunk: Uint8Array, length: number): ReadState {
    return this.#reader.push(chunk, length);
  }

  pushUnasked(chunk: Uint8Array, length: number): ReplyProblem | undefined {
    return this.#reader.pushUnasked(chunk, length);
  }

  answer(): Buffer {
    const { answer } = this.#reader;
    const end = answer.length - crcLength;
    answer.writeUInt16LE(crc16(answer, 0, end), end);
    return answer;
  }

  remark(): ReplyProblem | undefined {
    return this.#reader.repeats > 0 ? repeatsOnly : this.#reader.remark;
  }

  get greeting(): Buffer {
    return this.#reader.greeting;
  }
}
