import { EventEmitter } from 'node:events';
import { crc16 } from './crc16.js';
import { mbapLength, ReplyReader } from './reply-reader.js';

export interface MbapPortEvents {
  /** Bytes for the socket. They are gone by the next request: write or copy them at once. */
  send(bytes: Buffer): void;
  /** The answer is not one to the outstanding request. Nothing of it has been passed on. */
  malformed(problem: string): void;
}

const crcLength = 2;

/**
 * The port that modbus-serial talks through, in place of its own TcpPort: it turns the frames for a serial line that the
 * library makes and expects into Modbus TCP, with transaction ids of 16 bits that are never reused within reach of a late
 * reply, and hands over only answers that fit the request to the byte.
 *
 * The library keeps a table of transactions by `_transactionIdWrite`. Because there is one request at a time the id it sees
 * is always the same, so that its table holds one entry for ever; the ids on the wire are ours.
 */
export class MbapPort extends EventEmitter {
  /** Read by modbus-serial before each request. */
  isOpen = false;
  /** Set and read by modbus-serial. */
  _transactionIdWrite = 1;
  _transactionIdRead = 1;

  readonly #events: MbapPortEvents;
  readonly #reader = new ReplyReader();
  readonly #request = Buffer.alloc(mbapLength + 254);
  #transactionId = 0;
  #isAwaiting = false;

  constructor(events: MbapPortEvents) {
    super();
    this.#events = events;
  }

  /** Called by modbus-serial once; connecting is not its business here. */
  open(callback: () => void): void {
    callback();
  }

  /** Called by modbus-serial with unit id, PDU and CRC. */
  write(serialFrame: Buffer): void {
    const aduLength = serialFrame.length - crcLength;
    this.#transactionId = (this.#transactionId + 1) & 0xffff;
    this.#expectReplyTo(serialFrame);
    this.#request.writeUInt16BE(this.#transactionId, 0);
    this.#request.writeUInt16BE(aduLength, 4);
    serialFrame.copy(this.#request, mbapLength, 0, aduLength);
    this.#events.send(this.#request.subarray(0, mbapLength + aduLength));
  }

  /** Bytes from the socket: the first `length` of `chunk`. */
  receive(chunk: Uint8Array, length: number): void {
    if (!this.#isAwaiting) return this.#events.malformed('bytes that nobody asked for');
    const state = this.#reader.push(chunk, length);
    if (state === 'incomplete') return;
    this.#isAwaiting = false;
    if (state !== 'complete') return this.#events.malformed(state.problem);
    this.#handOver();
  }

  /** The answer to the outstanding request is not waited for any more. */
  abandon(): void {
    this.#isAwaiting = false;
  }

  #expectReplyTo(serialFrame: Buffer): void {
    const { expected } = this.#reader;
    expected.transactionId = this.#transactionId;
    expected.unitId = serialFrame[0];
    expected.functionCode = serialFrame[1];
    expected.byteCount = byteCountOfReply(serialFrame);
    // unit id, function and byte count before the data of a read; else the request's own head comes back
    expected.aduLength = expected.byteCount >= 0 ? 3 + expected.byteCount : serialFrame[1] === 22 ? 8 : 6;
    this.#reader.begin();
    this.#isAwaiting = true;
  }

  #handOver(): void {
    const { frame, aduLength } = this.#reader;
    const end = mbapLength + aduLength;
    frame.writeUInt16LE(crc16(frame, mbapLength, end), end);
    this.emit('data', frame.subarray(mbapLength, end + crcLength));
  }
}

function byteCountOfReply(serialFrame: Buffer): number {
  const count = serialFrame.readUInt16BE(4);
  switch (serialFrame[1]) {
    case 1:
    case 2:
      return Math.ceil(count / 8);
    case 3:
    case 4:
      return 2 * count;
    default:
      return -1;
  }
}
