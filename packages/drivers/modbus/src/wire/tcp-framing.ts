import { crc16 } from './crc16.js';
import { expectReplyTo } from './expected-reply.js';
import type { Framing, ReadState } from './framing.js';
import { mbapLength, ReplyReader } from './reply-reader.js';

const crcLength = 2;

/**
 * MBAP header and PDU (Modbus Messaging on TCP/IP V1.0b, 3.1), with transaction ids of 16 bits that are never reused within
 * reach of a late reply. Anything but the answer to the request, to the byte, is a problem.
 */
export class TcpFraming implements Framing {
  readonly hasTransactionIds = true;
  readonly #reader = new ReplyReader();
  readonly #request = Buffer.alloc(mbapLength + 254);
  #transactionId = 0;

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

  answer(): Buffer {
    const { frame, aduLength } = this.#reader;
    const end = mbapLength + aduLength;
    frame.writeUInt16LE(crc16(frame, mbapLength, end), end);
    return frame.subarray(mbapLength, end + crcLength);
  }
}
