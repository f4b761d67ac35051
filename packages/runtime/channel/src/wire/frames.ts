import { protocolError } from './channel-error.js';

/** Payload limit of one frame, fixed by SPEC §4.1. */
export const maxFrameBytes = 8 * 1024 * 1024;

/** Length (u32 little-endian), kind, two marker bytes that random bytes seldom carry, zero. Keeps payloads aligned to 8. */
export const frameHeaderBytes = 8;

export const frameKinds = { control: 0, readResult: 1, update: 2 } as const;

export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds];

const markers = [0x46, 0x57, 0] as const;
const highestKind = frameKinds.update;

/** Writes the header into the first 8 bytes of `frame`, whose rest is the payload. */
export function writeFrameHeader(frame: Uint8Array, kind: FrameKind): void {
  const length = frame.length - frameHeaderBytes;
  frame[0] = length;
  frame[1] = length >>> 8;
  frame[2] = length >>> 16;
  frame[3] = length >>> 24;
  frame[4] = kind;
  frame.set(markers, 5);
}

export function encodeFrame(kind: FrameKind, payload: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(frameHeaderBytes + payload.length);
  frame.set(payload, frameHeaderBytes);
  writeFrameHeader(frame, kind);
  return frame;
}

interface FrameHeader {
  readonly kind: FrameKind;
  readonly length: number;
}

function readFrameHeader(bytes: Uint8Array, offset: number): FrameHeader {
  const length =
    (bytes[offset] | (bytes[offset + 1] << 8) | (bytes[offset + 2] << 16) | (bytes[offset + 3] << 24)) >>> 0;
  const kind = bytes[offset + 4];
  if (kind > highestKind || markers.some((marker, index) => bytes[offset + 5 + index] !== marker)) {
    throw protocolError('bytes that are not a frame');
  }
  if (length === 0 || length > maxFrameBytes) {
    throw protocolError(`a frame of ${length} bytes; 1 to ${maxFrameBytes} are allowed`);
  }
  return { kind: kind as FrameKind, length };
}

/** Called once per complete frame. `payload` is a view; whoever keeps it past the call copies it. */
export type FrameHandler = (kind: FrameKind, payload: Uint8Array) => void;

/** Puts frames together from a stream that is cut anywhere. Holds at most one frame. */
export class FrameDecoder {
  readonly #onFrame: FrameHandler;
  readonly #header = new Uint8Array(frameHeaderBytes);
  #headerFilled = 0;
  #kind: FrameKind = frameKinds.control;
  #body: Uint8Array | undefined;
  #bodyFilled = 0;

  constructor(onFrame: FrameHandler) {
    this.#onFrame = onFrame;
  }

  /** Throws a GatewayError of kind `protocol` at the first bytes that can't be a frame; the decoder is of no use after that. */
  push(chunk: Uint8Array): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#body) offset += this.#fillBody(chunk, offset);
      else if (this.#headerFilled === 0 && chunk.length - offset >= frameHeaderBytes) {
        offset = this.#takeFromChunk(chunk, offset);
      } else offset += this.#fillHeader(chunk, offset);
    }
  }

  /** The common case: a header, and often its whole frame, within one chunk, without a copy. */
  #takeFromChunk(chunk: Uint8Array, offset: number): number {
    const { kind, length } = readFrameHeader(chunk, offset);
    const start = offset + frameHeaderBytes;
    const end = start + length;
    if (end <= chunk.length) {
      this.#onFrame(kind, chunk.subarray(start, end));
      return end;
    }
    this.#startBody(kind, length);
    return start;
  }

  #fillHeader(chunk: Uint8Array, offset: number): number {
    const taken = Math.min(frameHeaderBytes - this.#headerFilled, chunk.length - offset);
    this.#header.set(chunk.subarray(offset, offset + taken), this.#headerFilled);
    this.#headerFilled += taken;
    if (this.#headerFilled === frameHeaderBytes) {
      const { kind, length } = readFrameHeader(this.#header, 0);
      this.#startBody(kind, length);
    }
    return taken;
  }

  #startBody(kind: FrameKind, length: number): void {
    this.#kind = kind;
    this.#body = Buffer.allocUnsafe(length);
    this.#bodyFilled = 0;
  }

  #fillBody(chunk: Uint8Array, offset: number): number {
    const body = this.#body!;
    const taken = Math.min(body.length - this.#bodyFilled, chunk.length - offset);
    body.set(chunk.subarray(offset, offset + taken), this.#bodyFilled);
    this.#bodyFilled += taken;
    if (this.#bodyFilled === body.length) {
      this.#body = undefined;
      this.#headerFilled = 0;
      this.#onFrame(this.#kind, body);
    }
    return taken;
  }
}
