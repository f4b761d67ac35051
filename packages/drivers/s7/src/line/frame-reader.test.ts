import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameError, FrameReader } from './frame-reader.js';

const payload = fc.uint8Array({ minLength: 1, maxLength: 60 });

test('gives the same frames however TCP cuts the bytes', () => {
  fc.assert(
    fc.property(fc.array(payload, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 40 })), (payloads, cuts) => {
      const frames = payloads.map((bytes) => dataFrame(bytes));
      expect(read(Buffer.concat(frames), cuts)).toEqual(frames);
    }),
  );
});

test('puts data units together that are marked as to be continued', () => {
  fc.assert(
    fc.property(fc.array(payload, { minLength: 1, maxLength: 5 }), fc.array(fc.integer({ min: 1, max: 9 })), (parts, cuts) => {
      const bytes = parts.map((part, i) => dataFrame(part, i === parts.length - 1 ? 0x80 : 0x00));
      expect(read(Buffer.concat(bytes), cuts)).toEqual([dataFrame(Buffer.concat(parts))]);
    }),
  ); // prettier-ignore
});

test('drops the empty acknowledgements that old CPUs send ahead', () => {
  const frame = dataFrame(Buffer.from([0x32, 1, 2]));
  const fastAck = dataFrame(Buffer.alloc(0), 0x00);
  expect(read(Buffer.concat([fastAck, fastAck, frame]), [])).toEqual([frame]);
});

test.each([
  ['another first byte', [4, 0, 0, 8, 2, 0xf0, 0x80, 0]],
  ['a length below the headers', [3, 0, 0, 6, 2, 0xf0]],
  ['a length beyond the limit', [3, 0, 0xff, 0xff, 2, 0xf0, 0x80]],
  ['a data header of an odd size', [3, 0, 0, 8, 3, 0xf0, 0x80, 0]],
])('refuses %s as soon as it is there', (_, bytes) => {
  expect(() => new FrameReader(256).push(Buffer.from(bytes))).toThrow(FrameError);
});

test('refuses a message that never ends before it fills the memory', () => {
  const reader = new FrameReader(256);
  const endless = dataFrame(Buffer.alloc(100), 0x00);
  expect(() => [1, 2, 3, 4].map(() => reader.push(endless))).toThrow(FrameError);
});

test('holds what is incomplete until the rest arrives', () => {
  const reader = new FrameReader(256);
  const frame = dataFrame(Buffer.from([1, 2, 3]));
  for (const byte of frame.subarray(0, -1)) expect(reader.push(Buffer.from([byte]))).toEqual([]);
  expect(reader.push(frame.subarray(-1))).toEqual([frame]);
});

function dataFrame(bytes: Uint8Array, end = 0x80): Buffer {
  const frame = Buffer.concat([Buffer.from([3, 0, 0, 0, 2, 0xf0, end]), bytes]);
  frame.writeUInt16BE(frame.length, 2);
  return frame;
}

/** Pushes `bytes` in pieces of the sizes in `cuts`, over and over; all at once if there are none. */
function read(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const reader = new FrameReader(2_048);
  const frames: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = cuts.length === 0 ? bytes.length : cuts[i % cuts.length];
    frames.push(...reader.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return frames;
}
