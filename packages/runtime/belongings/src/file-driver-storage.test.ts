import { appendFile, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { silentLogger } from '@fieldwarden/core';
import { maxStoredKeyLength, maxStoredKeys, maxStoredValueBytes, type DriverStorage } from '@fieldwarden/driver';
import {
  collectingLogger,
  MemoryDriverStorage,
  temporaryDirectory,
  type TemporaryDirectory,
} from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBelongings } from './belongings.js';
import { driverFolders } from './driver-folders.js';
import { FileDriverStorage } from './file-driver-storage.js';

let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(() => directory[Symbol.asyncDispose]());

const onDisk = (): DriverStorage => new FileDriverStorage(directory.path, silentLogger);

async function recordFiles(): Promise<string[]> {
  return (await readdir(directory.path)).map((name) => join(directory.path, name));
}

describe.each([
  ['on the disk', onDisk],
  ['in memory, for tests', () => new MemoryDriverStorage()],
])('driver storage %s', (_, make) => {
  it('gives back what was put: JSON as JSON makes it, bytes as bytes', async () => {
    const storage = make();
    const value = { name: 'press', list: [1, -0.5, null, true], deep: { text: 'ü\n"' } };
    await storage.put('object', value);
    await storage.put('bytes', new Uint8Array([0, 10, 255]));
    await storage.put('empty', new Uint8Array(0));
    await storage.put('nothing', null);
    expect(await storage.get('object')).toEqual(value);
    expect(await storage.get('bytes')).toEqual(new Uint8Array([0, 10, 255]));
    expect(await storage.get('empty')).toEqual(new Uint8Array(0));
    expect(await storage.get('nothing')).toBeNull();
    expect(await storage.get('unknown')).toBeUndefined();
  });

  it('keeps the newest value, forgets what was deleted, and names its keys', async () => {
    const storage = make();
    await storage.put('a/../b', 1);
    await storage.put('a/../b', 2);
    await storage.put('gone', 3);
    await storage.delete('gone');
    await storage.delete('never was');
    expect(await storage.get('a/../b')).toBe(2);
    expect(await storage.get('gone')).toBeUndefined();
    expect(await storage.keys()).toEqual(['a/../b']);
  });

  it('takes values up to 1 MiB and keys up to 256 characters, nothing beyond', async () => {
    const storage = make();
    const longest = 'k'.repeat(maxStoredKeyLength);
    await storage.put(longest, new Uint8Array(maxStoredValueBytes));
    expect(await storage.get(longest)).toHaveLength(maxStoredValueBytes);
    const tooLarge = { code: 'DRIVER_STORAGE_VALUE', kind: 'bug' };
    await expect(storage.put('k', new Uint8Array(maxStoredValueBytes + 1))).rejects.toMatchObject(tooLarge);
    await expect(storage.put('k', 'x'.repeat(maxStoredValueBytes - 1))).rejects.toMatchObject(tooLarge);
    await expect(storage.put(`${longest}k`, 1)).rejects.toMatchObject({ code: 'DRIVER_STORAGE_KEY', kind: 'bug' });
    await expect(storage.get('')).rejects.toMatchObject({ code: 'DRIVER_STORAGE_KEY' });
    expect(await storage.keys()).toEqual([longest]);
  });

  it('refuses what JSON has no words for', async () => {
    const refused = { code: 'DRIVER_STORAGE_VALUE', kind: 'bug' };
    await expect(make().put('k', undefined as never)).rejects.toMatchObject(refused);
    await expect(make().put('k', { count: 1n } as never)).rejects.toMatchObject(refused);
  });

  it('is full at 1,000 keys, and still takes other values for those', async () => {
    const storage = make();
    for (let i = 0; i < maxStoredKeys; i += 1) await storage.put(`key ${i}`, i);
    await expect(storage.put('one more', 1)).rejects.toMatchObject({ code: 'DRIVER_STORAGE_FULL', kind: 'overloaded' });
    await storage.put('key 5', 'other');
    expect(await storage.get('key 5')).toBe('other');
    expect(await storage.keys()).toHaveLength(maxStoredKeys);
  });

  it('holds a copy: what the caller does with a value afterwards changes nothing', async () => {
    const storage = make();
    const bytes = new Uint8Array([1]);
    await storage.put('k', bytes);
    bytes[0] = 2;
    ((await storage.get('k')) as Uint8Array)[0] = 3;
    expect(await storage.get('k')).toEqual(new Uint8Array([1]));
  });
});

describe('FileDriverStorage', () => {
  it('finds everything again after a restart', async () => {
    await onDisk().put('sequence', 17);
    expect(await onDisk().get('sequence')).toBe(17);
  });

  it('shares its records with a second session, key by key', async () => {
    const [old, next] = [onDisk(), onDisk()];
    await old.put('a', 1);
    await next.put('b', 2);
    await old.put('c', 3);
    expect([await next.get('a'), await old.get('b'), await next.get('c')]).toEqual([1, 2, 3]);
  });

  it('is never read half when two processes write one record at a time', async () => {
    const program = `
      const { FileDriverStorage } = await import(${JSON.stringify(import.meta.resolve('@fieldwarden/belongings'))});
      const storage = new FileDriverStorage(${JSON.stringify(directory.path)}, { warn() {} });
      for (let i = 0; i < 100; i += 1) await storage.put('shared', process.argv[1].repeat(200_000));
    `;
    await onDisk().put('shared', 'c');
    const writers = ['a', 'b'].map((letter) => spawn(process.execPath, ['--input-type=module', '-e', program, letter]));
    const ended = Promise.all(writers.map(async (writer) => ((await once(writer, 'exit')) as [number])[0]));
    let running = true;
    const codes = ended.finally(() => (running = false));
    const seen = new Set<string>();
    while (running) {
      const value = (await onDisk().get('shared')) as string | undefined;
      seen.add(value === undefined ? 'nothing' : new Set(value).size === 1 ? 'whole' : 'mixed');
    }
    expect([...seen]).toEqual(['whole']);
    expect(await codes).toEqual([0, 0]);
    expect(await recordFiles()).toHaveLength(1);
  });

  it.each<[string, (file: string) => Promise<void>]>([
    ['cut short', (file: string) => truncate(file, 20)],
    ['empty', (file: string) => truncate(file, 0)],
    ['longer than it was', (file: string) => appendFile(file, 'x')],
    [
      'other in one bit',
      async (file: string) => {
        const bytes = await readFile(file);
        bytes[bytes.length - 1] ^= 1;
        await writeFile(file, bytes);
      },
    ],
  ])('takes a record that is %s for one that is not there, and keeps the others', async (_, damage) => {
    await onDisk().put('damaged', { some: 'text' });
    await damage((await recordFiles())[0]);
    const logger = collectingLogger();
    const storage = new FileDriverStorage(directory.path, logger);
    await storage.put('whole', 2);
    expect(await storage.get('damaged')).toBeUndefined();
    expect(await storage.get('whole')).toBe(2);
    expect(await storage.keys()).toEqual(['whole']);
    expect(logger.records.some(({ level, message }) => level === 'warn' && message.includes('damaged'))).toBe(true);
    await storage.put('damaged', 'again');
    expect(await storage.get('damaged')).toBe('again');
  });

  it('leaves no files beside its records, and removes what a killed process left', async () => {
    const [young, old] = ['young', 'old'].map((name) => join(directory.path, `x.record.${name}.new`));
    for (const file of [young, old]) await writeFile(file, 'half a rec');
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(old, hoursAgo, hoursAgo);
    await onDisk().put('k', 1);
    const names = await recordFiles();
    expect(names).toContain(young);
    expect(names).not.toContain(old);
    expect(names).toHaveLength(2);
  });

  it('says overloaded when the disk fails, and goes on once it does not', async () => {
    const storage = new FileDriverStorage(join(directory.path, 'not there'), silentLogger);
    const failing = { code: 'DRIVER_STORAGE_FAILED', kind: 'overloaded' };
    await expect(storage.put('k', 1)).rejects.toMatchObject(failing);
    await expect(storage.keys()).rejects.toMatchObject(failing);
    const folders = { storage: join(directory.path, 'not there'), certificates: join(directory.path, 'pki') };
    await openBelongings(folders, silentLogger);
    await storage.put('k', 1);
    expect(await storage.get('k')).toBe(1);
  });
});

describe('openBelongings', () => {
  it('makes the two folders, for nobody else to look into; a disk that does not let it is said, and storage fails', async () => {
    const folders = driverFolders(directory.path, 'press');
    const { storage, certificates } = await openBelongings(folders, silentLogger);
    await storage.put('k', 1);
    const logger = collectingLogger();
    const nowhere = driverFolders('/dev/null', 'press');
    const without = await openBelongings(nowhere, logger);
    await expect(without.storage.put('k', 1)).rejects.toMatchObject({ code: 'DRIVER_STORAGE_FAILED' });
    expect(logger.records).toHaveLength(2);
    expect(certificates.folder).toBe(join(directory.path, 'pki/drivers/press'));
    for (const folder of [folders.storage, folders.certificates]) expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const [record] = await readdir(folders.storage);
    expect((await stat(join(folders.storage, record))).mode & 0o777).toBe(0o600);
  });
});
