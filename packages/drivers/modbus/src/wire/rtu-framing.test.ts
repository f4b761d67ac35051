import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16 } from './crc16.js';
import { RtuFraming } from './rtu-framing.js';

function withCrc(...bytes: readonly number[]): Buffer {
  const frame = Buffer.from([...bytes, 0, 0]);
  frame.writeUInt16LE(crc16(frame, 0, bytes.length), bytes.length);
  return frame;
}

/** Reads two holding registers of unit 1 from address 4. */
const request = withCrc(1, 3, 0, 4, 0, 2);
const answer = withCrc(1, 3, 4, 0x12, 0x67, 0x12, 0x68);
const refusal = withCrc(1, 0x83, 2);

function framingAfter(sent: Buffer): RtuFraming {
  const framing = new RtuFraming();
  framing.wrap(sent);
  return framing;
}

/** The answer that is found in these segments, as hexadecimal; undefined when there is none. */
function found(framing: RtuFraming, ...segments: readonly Uint8Array[]): string | undefined {
  for (const segment of segments) {
    if (framing.push(segment, segment.length) === 'complete') return framing.answer().toString('hex');
  }
  return undefined;
}

const inBytes = (frame: Buffer): Buffer[] => [...frame].map((byte) => Buffer.of(byte));

describe('RTU framing (§9.1)', () => {
  it('sends the frame as it is', () => {
    expect(new RtuFraming().wrap(request).toString('hex')).toBe('010300040002' + '85ca');
  });

  it.each([
    ['an answer', answer],
    ['a refusal', refusal],
  ])('takes %s, whole, in any two pieces and in single bytes', (_what, frame) => {
    const wanted = frame.toString('hex');
    expect(found(framingAfter(request), frame)).toBe(wanted);
    expect(found(framingAfter(request), ...inBytes(frame))).toBe(wanted);
    for (let cut = 1; cut < frame.length; cut++) {
      expect(found(framingAfter(request), frame.subarray(0, cut), frame.subarray(cut))).toBe(wanted);
    }
  });

  it.each([
    ['a frame of another unit', withCrc(2, 3, 4, 0, 0, 0, 0)],
    ['a frame of another function', withCrc(1, 4, 4, 0, 0, 0, 0)],
    ['a frame of another length', withCrc(1, 3, 2, 0, 0)],
    ['the echo of the request', request],
    ['a torn answer', answer.subarray(0, 5)],
    ['an answer with a wrong CRC', Buffer.from(answer.map((byte, i) => (i === 4 ? byte ^ 1 : byte)))],
    ['a long noise', Buffer.alloc(3000, 0x55)],
    ['a noise like the beginning of the answer', Buffer.of(1, 3, 1, 1, 3, 4)],
  ])('passes over %s', (_what, foreign) => {
    expect(found(framingAfter(request), foreign)).toBeUndefined();
    expect(found(framingAfter(request), Buffer.concat([foreign, answer]))).toBe(answer.toString('hex'));
    expect(found(framingAfter(request), ...inBytes(foreign), ...inBytes(answer))).toBe(answer.toString('hex'));
  });

  it('takes the first of two answers in a segment, and nothing of it for the next request', () => {
    const framing = framingAfter(request);
    expect(found(framing, Buffer.concat([answer, answer]))).toBe(answer.toString('hex'));
    framing.wrap(request);
    expect(found(framing, refusal)).toBe(refusal.toString('hex'));
  });

  it.each([
    ['FC5', withCrc(1, 5, 0, 7, 0xff, 0), 6],
    ['FC6', withCrc(1, 6, 0, 7, 0x12, 0x34), 6],
    ['FC15', withCrc(1, 15, 0, 7, 0, 3, 1, 5), 6],
    ['FC16', withCrc(1, 16, 0, 7, 0, 1, 2, 0x12, 0x34), 6],
    ['FC22', withCrc(1, 22, 0, 7, 0xff, 0xf0, 0, 5), 8],
  ])('takes only the confirmation of what was written with %s', (_name, write, repeated) => {
    const confirmation = withCrc(...write.subarray(0, repeated));
    expect(found(framingAfter(write), confirmation)).toBe(confirmation.toString('hex'));
    for (let at = 2; at < repeated; at++) {
      const other = withCrc(...write.subarray(0, repeated).map((byte, i) => (i === at ? byte ^ 1 : byte)));
      expect(found(framingAfter(write), other)).toBeUndefined();
      expect(found(framingAfter(write), other, confirmation)).toBe(confirmation.toString('hex'));
    }
  });

  it('finds nothing but the answer, whatever stands around it and however it is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.array(fc.nat(2000), { maxLength: 8 }), (noise, cuts) => {
        const stream = Buffer.concat([noise, answer]);
        const ends = [...cuts.map((cut) => cut % stream.length), stream.length].sort((a, b) => a - b);
        const segments = ends.map((end, i) => stream.subarray(ends[i - 1] ?? 0, end));
        const first = found(framingAfter(request), ...segments);
        // noise that begins like the answer may swallow it, if fewer bytes follow than it asks for; it is never believed
        if (first !== undefined) expect(first).toBe(answer.toString('hex'));
        else expect(found(framingAfter(request), stream, answer)).toBe(answer.toString('hex'));
      }),
      { numRuns: 2000 },
    );
  });
});
