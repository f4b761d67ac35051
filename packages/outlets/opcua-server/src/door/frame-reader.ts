import { StatusCodes, type StatusCode as UaStatusCode } from 'node-opcua';

/** One chunk as it is on the wire, header included (OPC 10000-6, 6.7.2 and 7.1.2). */
export interface Frame {
  readonly type: 'HEL' | 'OPN' | 'MSG' | 'CLO';
  /** `C`: more of its message follows; `F`: the last; `A`: its message is given up. */
  readonly part: 'C' | 'F' | 'A';
  readonly bytes: Buffer;
}

/** Why a connection is refused, as an ERR message says it. */
export class Refusal extends Error {
  readonly status: UaStatusCode;

  constructor(status: UaStatusCode, reason: string) {
    super(reason);
    this.status = status;
  }
}

const headerBytes = 8;

/** A Hello with the longest URL that there may be (OPC 10000-6, 7.1.2.3). */
const maxHelloBytes = 4_136;

/** What we offer as the receive buffer. */
const maxChunkBytes = 65_536;

const types: readonly string[] = ['HEL', 'OPN', 'MSG', 'CLO'];

/** Cuts what comes on a connection into chunks. */
export class FrameReader {
  readonly #header = Buffer.alloc(headerBytes);
  #headerFilled = 0;
  /** The chunk that has begun. */
  #frame: Buffer | undefined;
  #filled = 0;
  #maxBytes = maxHelloBytes;

  /** Bytes of a chunk that has begun and not ended. */
  get unfinishedBytes(): number {
    return this.#frame ? this.#filled : this.#headerFilled;
  }

  /** Throws a Refusal for what can't be a chunk. */
  *read(data: Buffer): Generator<Frame> {
    for (let at = 0; at < data.length;) {
      at = this.#frame ? this.#body(data, at, this.#frame) : this.#head(data, at);
      if (this.#frame && this.#filled === this.#frame.length) yield this.#finished(this.#frame);
    }
  }

  #head(data: Buffer, at: number): number {
    const copied = data.copy(this.#header, this.#headerFilled, at);
    this.#headerFilled += copied;
    if (this.#headerFilled < headerBytes) return at + copied;
    this.#headerFilled = 0;
    this.#frame = Buffer.allocUnsafe(this.#checkedLength());
    this.#filled = this.#header.copy(this.#frame);
    return at + copied;
  }

  #body(data: Buffer, at: number, frame: Buffer): number {
    const copied = data.copy(frame, this.#filled, at);
    this.#filled += copied;
    return at + copied;
  }

  #checkedLength(): number {
    const type = this.#header.toString('latin1', 0, 3);
    if (!types.includes(type)) throw new Refusal(StatusCodes.BadTcpMessageTypeInvalid, 'this is no OPC UA over TCP');
    const length = this.#header.readUInt32LE(4);
    if (length > this.#maxBytes) {
      throw new Refusal(StatusCodes.BadTcpMessageTooLarge, `a chunk of ${length} bytes is beyond ${this.#maxBytes}`);
    }
    if (length <= headerBytes) throw new Refusal(StatusCodes.BadDecodingError, `a chunk of ${length} bytes is none`);
    return length;
  }

  #finished(bytes: Buffer): Frame {
    this.#frame = undefined;
    this.#filled = 0;
    this.#maxBytes = maxChunkBytes;
    const part = bytes.toString('latin1', 3, 4);
    if (part !== 'C' && part !== 'F' && part !== 'A') {
      throw new Refusal(StatusCodes.BadTcpMessageTypeInvalid, 'a chunk is neither the last of its message nor another');
    }
    return { type: bytes.toString('latin1', 0, 3) as Frame['type'], part, bytes };
  }
}

/** An ERR message (OPC 10000-6, 7.1.2.5). */
export function errorFrame({ status, message }: Refusal): Buffer {
  const reason = Buffer.from(message.slice(0, 1_000));
  const frame = Buffer.alloc(16 + reason.length);
  frame.write('ERRF', 'latin1');
  frame.writeUInt32LE(frame.length, 4);
  frame.writeUInt32LE(status.value, 8);
  frame.writeUInt32LE(reason.length, 12);
  reason.copy(frame, 16);
  return frame;
}
