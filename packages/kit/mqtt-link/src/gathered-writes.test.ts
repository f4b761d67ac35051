import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { gatherWrites } from './gathered-writes.js';

function stage() {
  const stream = new PassThrough();
  const chunks: string[] = [];
  stream.on('data', (chunk: Buffer) => void chunks.push(chunk.toString()));
  gatherWrites(stream);
  return { stream, chunks };
}

it('makes one write of those between cork and uncork, and keeps their order', async () => {
  const { stream, chunks } = stage();
  stream.cork();
  stream.write('a');
  stream.cork();
  stream.write(Buffer.from('ß'));
  stream.uncork();
  stream.write('c');
  stream.uncork();
  stream.write('d');
  await new Promise(setImmediate);
  expect(chunks).toEqual(['aßc', 'd']);
});

it('writes what is too long by itself, behind what came before', async () => {
  const { stream, chunks } = stage();
  const long = 'x'.repeat(100_000);
  stream.cork();
  stream.write('a');
  stream.write(long);
  stream.write('b');
  stream.uncork();
  await new Promise(setImmediate);
  expect(chunks.join('')).toBe(`a${long}b`);
});
