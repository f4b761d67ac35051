import fc from 'fast-check';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ByteReader } from './byte-reader.js';
import { readFrames, writeFrames } from './frames.js';

const headDigest = Buffer.alloc(32, 3);
const cipherKey = Buffer.alloc(32, 9);

const gathered = async (pieces: AsyncIterable<Buffer>): Promise<Buffer> => await buffer(pieces);

const sealed = async (content: Buffer, key?: Buffer): Promise<Buffer> =>
  await gathered(writeFrames(Readable.from([content]), key, headDigest));

const opened = async (bytes: Buffer, key?: Buffer, digest = headDigest): Promise<Buffer> =>
  await gathered(readFrames(new ByteReader(Readable.from([bytes])), key, digest));

describe.each([
  ['in clear', undefined],
  ['encrypted', cipherKey],
])('frames %s', (_how, key) => {
  it('give back what was written, however long and however cut into pieces', async () => {
    for (const length of [0, 1, 65_535, 65_536, 65_537, 200_000]) {
      const content = Buffer.alloc(length, 'fieldwarden');
      const bytes = await sealed(content, key);
      const pieces = Array.from({ length: Math.ceil(bytes.length / 1_000) }, (_, i) =>
        bytes.subarray(i * 1_000, (i + 1) * 1_000),
      );
      const read = await gathered(readFrames(new ByteReader(Readable.from(pieces)), key, headDigest));
      expect(read.equals(content), String(length)).toBe(true);
    }
  });

  it('show every flipped bit, every cut, and whatever stands behind the end', async () => {
    const bytes = await sealed(Buffer.from('what is kept'), key);
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 1 << (at % 8);
      await expect(opened(flipped, key), `byte ${at}`).rejects.toThrow(/damaged|cut off/);
      await expect(opened(bytes.subarray(0, at), key), `cut at ${at}`).rejects.toThrow('cut off');
    }
    await expect(opened(Buffer.concat([bytes, Buffer.from('x')]), key)).rejects.toThrow('more behind its end');
  });

  it('cannot be put into another order, left out, or under another head', async () => {
    const content = Buffer.alloc(140_000, 1);
    const bytes = await sealed(content, key);
    const length = (bytes.length - 8_968) / 2; // two whole frames, then the rest
    const frames = [bytes.subarray(0, length), bytes.subarray(length, 2 * length), bytes.subarray(2 * length)];
    for (const order of [[1, 0, 2], [0, 2], [2]]) {
      await expect(opened(Buffer.concat(order.map((i) => frames[i])), key)).rejects.toThrow(/damaged|cut off/);
    }
    await expect(opened(bytes, key, Buffer.alloc(32, 4))).rejects.toThrow('damaged');
  });

  it('are read of any bytes without another end than one of these', async () => {
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await expect(opened(Buffer.from(bytes), key)).rejects.toThrow(/damaged|cut off/);
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

it('another key opens nothing', async () => {
  await expect(opened(await sealed(Buffer.from('a'), cipherKey), Buffer.alloc(32, 8))).rejects.toThrow('damaged');
});
