import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { open } from 'lmdb';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../document-entries.js';
import { readLmdbImage } from './lmdb-image.js';
import { rounds } from '../testing/effort.js';
import { writeLmdbFile } from './write-lmdb-file.js';

async function imageOf(entries: readonly Entry[]): Promise<Buffer> {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'image.mdb');
  await writeLmdbFile(path, entries);
  return await readFile(path);
}

const asMap = (entries: readonly Entry[]): Map<string, string> =>
  new Map(entries.map(({ key, text }) => [key, text] as const));

const read = (bytes: Buffer): Map<string, string> =>
  new Map([...readLmdbImage(bytes)].map(([key, value]) => [key, value.toString()]));

/** Values within a page, over one page and over many. */
const texts = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.nat({ max: 30_000 }).map((length) => 'x'.repeat(length)),
);
const keys = fc.stringMatching(/^[a-z0-9/]{1,60}$/);
const entryLists = fc.uniqueArray(fc.record({ key: keys, text: texts }), {
  maxLength: 300,
  selector: ({ key }) => key,
});

describe('an LMDB file in memory', () => {
  it('has the entries that LMDB wrote', async () => {
    await fc.assert(
      fc.asyncProperty(entryLists, async (entries) => {
        expect(read(await imageOf(entries))).toEqual(asMap(entries));
      }),
      { numRuns: rounds(25) },
    );
  });

  it('is read through several levels of branch pages', async () => {
    const entries = Array.from({ length: 30_000 }, (_, i) => ({ key: `${i}/${'k'.repeat(100)}`, text: `value ${i}` }));
    expect(read(await imageOf(entries))).toEqual(asMap(entries));
  });

  it('has the entries that LMDB itself finds in it', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'image.mdb');
    await writeLmdbFile(path, [
      { key: 'plant', text: '{}' },
      { key: 'tags/0/0/0', text: 'x'.repeat(9000) },
    ]);
    const copy = join(directory.path, 'copy.mdb');
    await copyFile(path, copy);
    await using database = closing(
      open<Buffer, Buffer>({ path: copy, readOnly: true, keyEncoding: 'binary', encoding: 'binary' }),
    );
    const found = [...database.opened.getRange()].map(({ key, value }) => [key.toString(), value.toString()] as const);
    expect(new Map(found)).toEqual(read(await readFile(path)));
  });

  it('is refused when it ends before its last value does', async () => {
    const whole = await imageOf([{ key: 'key', text: 'x'.repeat(5000) }]);
    const end = whole.lastIndexOf('x') + 1;
    expect(readLmdbImage(whole.subarray(0, end)).get('key')).toHaveLength(5000);
    expect(() => readLmdbImage(whole.subarray(0, end - 1))).toThrow('ends before');
  });

  it('comes to an end on any bytes at all', async () => {
    const whole = await imageOf(Array.from({ length: 300 }, (_, i) => ({ key: `key/${i}`, text: 'x'.repeat(i * 20) })));
    const damage = fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), { maxLength: 50 });
    fc.assert(
      fc.property(damage, fc.nat({ max: whole.length }), (changes, length) => {
        const damaged = Buffer.from(whole);
        for (const [at, byte] of changes) damaged[at] = byte;
        expectEnd(damaged);
        expectEnd(damaged.subarray(0, length));
      }),
      { numRuns: rounds(300) },
    );
  });

  it('comes to an end on a tree that bites its own tail', async () => {
    const whole = await imageOf(Array.from({ length: 300 }, (_, i) => ({ key: `key/${i}`, text: 'x'.repeat(40) })));
    const root = newestRoot(whole) * 4096;
    const firstChild = root + 24 + whole.readUInt16LE(root + 24);
    const looped = Buffer.from(whole);
    looped.writeUInt32LE(root / 4096, firstChild);
    expect(() => readLmdbImage(looped)).toThrow('used twice');
  });
});

function newestRoot(bytes: Buffer): number {
  const newest = bytes.readBigUInt64LE(4096 + 152) > bytes.readBigUInt64LE(152) ? 4096 : 0;
  return Number(bytes.readBigUInt64LE(newest + 136));
}

function expectEnd(bytes: Buffer): void {
  try {
    expect(readLmdbImage(bytes).size).toBeLessThan(1_000_000);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
  }
}

function closing<T extends { close(): Promise<void> }>(opened: T): AsyncDisposable & { readonly opened: T } {
  return { opened, [Symbol.asyncDispose]: () => opened.close() };
}
