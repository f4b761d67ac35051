import { join } from 'node:path';
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mayMount, SmallDisk, temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { replaceFile } from '../files/replace-file.js';
import { diskRefusal } from './disk-refusal.js';
import { DiskReserve } from './disk-reserve.js';

const title = 'a reserve on a full disk (§13.4)';

describe(mayMount() ? title : `${title}: needs the right to mount (root)`, () => {
  it.runIf(mayMount())('gives its room to what must be kept, to nobody else, and takes it back', async () => {
    await using directory = await temporaryDirectory();
    using disk = new SmallDisk(join(directory.path, 'disk'), '512k');
    const reserve = new DiskReserve(join(disk.path, 'reserve'), 64 << 10);
    expect(reserve.hold()).toBe(64 << 10);
    const tokens = join(disk.path, 'tokens.json');
    const write = (text: string) => () => replaceFile(tokens, text);
    await reserve.write(write('before'));
    const ballast = disk.fill();
    const refused: unknown = await replaceFile(join(disk.path, 'other'), 'x').catch((error: unknown) => error);
    expect(diskRefusal(refused)).toBe('full');
    await reserve.write(write('revoked'.repeat(1_000)));
    expect(readFileSync(tokens, 'utf8')).toHaveLength(7_000);
    expect(statSync(join(disk.path, 'reserve')).size).toBeGreaterThan(32 << 10);
    await expect(replaceFile(join(disk.path, 'other'), 'x')).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect(reserve.write(write('y'.repeat(1 << 20)))).rejects.toMatchObject({ code: 'ENOSPC' });
    ballast[Symbol.dispose]();
    expect(reserve.hold()).toBe(64 << 10);
  });

  it.runIf(mayMount())('is of no use on a read-only disk, and says what the disk said', async () => {
    await using directory = await temporaryDirectory();
    using disk = new SmallDisk(join(directory.path, 'disk'), '512k');
    const reserve = new DiskReserve(join(disk.path, 'reserve'), 4_096);
    reserve.hold();
    disk.remount('ro');
    const refused: unknown = await reserve
      .write(() => replaceFile(join(disk.path, 'tokens.json'), ''))
      .catch((error: unknown) => error);
    expect(diskRefusal(refused)).toBe('read-only');
    disk.remount('rw');
    expect(reserve.hold()).toBe(4_096);
  });
});

it('takes no error for a refusal of the disk that is somebody’s mistake', () => {
  const withCode = (code: string): Error => Object.assign(new Error('no'), { code });
  expect(['EACCES', 'ENOENT', 'ENOTDIR'].map((code) => diskRefusal(withCode(code)))).toEqual([undefined, undefined, undefined]); // prettier-ignore
  expect(diskRefusal(new Error('outer', { cause: withCode('EDQUOT') }))).toBe('full');
  expect(diskRefusal(Object.assign(new Error('No space left on device'), { code: 28 }))).toBe('full');
});

it('follows no link that lies in its place', async () => {
  await using directory = await temporaryDirectory();
  const target = join(directory.path, 'target');
  writeFileSync(target, 'untouched');
  mkdirSync(join(directory.path, 'home'));
  const path = join(directory.path, 'home', 'reserve');
  symlinkSync(target, path);
  expect(new DiskReserve(path, 4_096).hold()).toBe(0);
  expect(readFileSync(target, 'utf8')).toBe('untouched');
  rmSync(path);
});
