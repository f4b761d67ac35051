const headerBytes = 4;
/** TPKT header, COTP length and type, and one byte more: nothing shorter makes sense. */
const minFrameBytes = 7;
const cotpData = 0xf0;
const endOfMessage = 0x80;
const dataHeaderBytes = 7;

export class FrameError extends Error {}

/**
 * Bytes as TCP delivers them → whole TPKTs, whatever the segments. COTP data units that are marked as "more follows" are put
 * together; the empty ones that some CPUs send ahead as a fast acknowledgement vanish.
 */
export class FrameReader {
  readonly #maxBytes: number;
  #received: Buffer = Buffer.alloc(0);
  #unfinished: Buffer | undefined;

  /** Frames longer than `maxBytes` are refused. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Throws FrameError for bytes that are no TPKT; the reader is of no use after that. */
  push(chunk: Buffer): Buffer[] {
    let rest = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const frames: Buffer[] = [];
    for (let length = this.#frameLength(rest); length <= rest.length; length = this.#frameLength(rest)) {
      const whole = this.#assembled(rest.subarray(0, length));
      if (whole) frames.push(whole);
      rest = rest.subarray(length);
    }
    this.#received = rest;
    return frames;
  }

  /** Infinity until the header is there. */
  #frameLength(bytes: Buffer): number {
    if (bytes.length > 0 && bytes[0] !== 3) throw new FrameError(`a TPKT begins with 3, not ${bytes[0]}`);
    if (bytes.length < headerBytes) return Infinity;
    const length = bytes.readUInt16BE(2);
    if (length < minFrameBytes || length > this.#maxBytes) throw new FrameError(`a TPKT of ${length} bytes`);
    return length;
  }

  #assembled(frame: Buffer): Buffer | undefined {
    if ((frame[5] & 0xf0) !== cotpData) return frame;
    if (frame[4] !== 2) throw new FrameError(`a COTP data header of ${frame[4]} bytes`);
    const head = this.#unfinished;
    if (!head && frame[6] === endOfMessage) return frame;
    const joined = head ? Buffer.concat([head, frame.subarray(dataHeaderBytes)]) : Buffer.from(frame);
    if (joined.length > this.#maxBytes) throw new FrameError('a message without end');
    const isEnd = (frame[6] & endOfMessage) !== 0;
    this.#unfinished = isEnd || joined.length === dataHeaderBytes ? undefined : joined;
    return isEnd ? closed(joined) : undefined;
  }
}

/** The header of one frame over the bytes of several. */
function closed(joined: Buffer): Buffer {
  joined.writeUInt16BE(joined.length, 2);
  joined[6] = endOfMessage;
  return joined;
}
