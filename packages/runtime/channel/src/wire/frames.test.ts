import { isGatewayError } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder, frameHeaderBytes, frameKinds, maxFrameBytes, type FrameKind } from './frames.js';
import { cutAt } from '../testing/cut-at.js';

const kind = fc.constantFrom<FrameKind>(...Object.values(frameKinds));
const frames = fc.array(fc.tuple(kind, fc.uint8Array({ minLength: 1, maxLength: 200 })), { maxLength: 12 });

function decodeAll(pieces: readonly Uint8Array[]): [FrameKind, number[]][] {
  const seen: [FrameKind, number[]][] = [];
  const decoder = new FrameDecoder((frameKind, payload) => seen.push([frameKind, [...payload]]));
  for (const piece of pieces) decoder.push(piece);
  return seen;
}

function refusal(bytes: Uint8Array): unknown {
  try {
    new FrameDecoder(() => undefined).push(bytes);
  } catch (error) {
    return isGatewayError(error) ? error.kind : error;
  }
  return undefined;
}

function header(length: number): Buffer {
  const bytes = Buffer.from(encodeFrame(frameKinds.control, new Uint8Array(1)));
  bytes.writeUInt32LE(length, 0);
  return bytes.subarray(0, frameHeaderBytes);
}

describe('FrameDecoder (§4.1)', () => {
  it('gives the same frames however the stream is cut', () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(3000)), (sent, cuts) => {
        const stream = Buffer.concat(sent.map(([frameKind, payload]) => encodeFrame(frameKind, payload)));
        const expected = sent.map(([frameKind, payload]) => [frameKind, [...payload]]);
        expect(decodeAll(cutAt(stream, cuts))).toEqual(expected);
      }),
    );
  });

  it('gives the same frames byte by byte', () => {
    const stream = Buffer.concat([encodeFrame(frameKinds.update, Buffer.from('ab')), encodeFrame(0, Buffer.from('c'))]);
    expect(decodeAll([...stream].map((byte) => Uint8Array.of(byte)))).toHaveLength(2);
  });

  it('accepts a frame of exactly 8 MiB and refuses one byte more before any of it arrived', () => {
    expect(refusal(header(maxFrameBytes))).toBeUndefined();
    expect(refusal(header(maxFrameBytes + 1))).toBe('protocol');
  });

  it('refuses an empty frame', () => {
    expect(refusal(header(0))).toBe('protocol');
  });

  it('answers arbitrary bytes with a protocol error or with waiting, never with another error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect([undefined, 'protocol']).toContain(refusal(bytes));
      }),
    );
  });

  it('refuses text, such as a library printing to the wrong descriptor', () => {
    expect(refusal(Buffer.from('Segmentation fault\n'))).toBe('protocol');
  });
});
