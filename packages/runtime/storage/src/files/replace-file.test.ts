import { mkdir, open, readdir, readFile, stat, symlink, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { mayMount, SmallDisk, temporaryDirectory } from '@fieldwarden/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { killAfter } from '../testing/kill-after.js';
import { programs } from '../testing/index.js';
import { numberedContent } from '../testing/numbered-content.js';
import { replaceFile, replaceFileSync, type ReplaceFileOptions } from './replace-file.js';

const rounds = process.env.FIELDWARDEN_LONG === '1' ? 100 : 6;

type Replace = (path: string, content: string | Uint8Array, options?: ReplaceFileOptions) => Promise<void>;

const forms: readonly (readonly [name: string, replace: Replace])[] = [
  ['replaceFile', replaceFile],
  ['replaceFileSync', async (...call) => await Promise.resolve(replaceFileSync(...call))],
];

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe.each(forms)('%s', (_, replace) => {
  it('makes a file for its owner alone, and leaves nothing beside it', async () => {
    await using home = await temporaryDirectory();
    const path = join(home.path, 'a.json');
    await replace(path, 'one');
    await replace(path, Buffer.from('two'));
    expect([await readFile(path, 'utf8'), await modeOf(path)]).toEqual(['two', 0o600]);
    await replace(path, 'three', { mode: 0o400 });
    expect([await readFile(path, 'utf8'), await modeOf(path)]).toEqual(['three', 0o400]);
    expect(await readdir(home.path)).toEqual(['a.json']);
  });

  it('writes to no link or file that somebody else has put in the temporary one’s place', async () => {
    await using home = await temporaryDirectory();
    const [path, other] = [join(home.path, 'a.json'), join(home.path, 'other')];
    await writeFile(other, 'untouched', { mode: 0o644 });
    await symlink(other, `${path}.new`);
    await replace(path, 'one');
    await writeFile(`${path}.new`, 'left by a killed process', { mode: 0o666 });
    await replace(path, 'two');
    expect([await readFile(path, 'utf8'), await modeOf(path)]).toEqual(['two', 0o600]);
    expect(await readFile(other, 'utf8')).toBe('untouched');
    expect((await readdir(home.path)).sort()).toEqual(['a.json', 'other']);
  });

  it('leaves no temporary file when the target cannot be replaced', async () => {
    await using home = await temporaryDirectory();
    const path = join(home.path, 'taken');
    await mkdir(path);
    await expect(replace(path, 'one')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(home.path)).toEqual(['taken']);
  });

  it.runIf(mayMount())('keeps the old content on a full and on a read-only disk, and nothing else', async () => {
    await using home = await temporaryDirectory();
    using disk = new SmallDisk(join(home.path, 'disk'), '256k');
    const path = join(disk.path, 'a.json');
    await replace(path, 'old');
    {
      using _ballast = disk.fill(8_192);
      await expect(replace(path, 'x'.repeat(100_000))).rejects.toMatchObject({ code: 'ENOSPC' });
      expect([await readFile(path, 'utf8'), (await readdir(disk.path)).sort()]).toEqual(['old', ['a.json', 'ballast']]);
    }
    disk.remount('ro');
    await expect(replace(path, 'new')).rejects.toMatchObject({ code: 'EROFS' });
    expect(await readFile(path, 'utf8')).toBe('old');
    disk.remount('rw');
    await replace(path, 'x'.repeat(100_000));
    expect(await readFile(path, 'utf8')).toHaveLength(100_000);
  });

  it(
    `killed in the middle shows the old or the new content, whole: ${rounds} rounds`,
    { timeout: rounds * 4_000 },
    async () => {
      await using home = await temporaryDirectory();
      const path = join(home.path, 'a.json');
      const form = replace === replaceFile ? 'async' : 'sync';
      for (let round = 0; round < rounds; round += 1) {
        await killAfter(programs.replace, [path, form], 1, (round * 7) % 30);
        const content = await readFile(path, 'utf8');
        expect(content === numberedContent(Number(content.split(' ', 1)[0]))).toBe(true);
      }
      await replace(path, 'after');
      expect([await readFile(path, 'utf8'), await readdir(home.path)]).toEqual(['after', ['a.json']]);
    },
  );
});

it('several replacements of one file at a time show each content whole, and end with the last', async () => {
  await using home = await temporaryDirectory();
  const path = join(home.path, 'a.json');
  const writes = Array.from({ length: 20 }, (_, i) => replaceFile(path, numberedContent(i)));
  for (const write of writes) {
    await write;
    const content = await readFile(path, 'utf8');
    expect(content === numberedContent(Number(content.split(' ', 1)[0]))).toBe(true);
  }
  expect(await readFile(path, 'utf8')).toBe(numberedContent(19));
});

describe('what is on disk before what', () => {
  afterEach(() => vi.restoreAllMocks());

  /** What is flushed, by the inode number of file or folder. */
  async function flushed(action: () => Promise<void>, folder: string): Promise<number[]> {
    const probe = await open(folder, 'r');
    const prototype = Object.getPrototypeOf(probe) as FileHandle;
    await probe.close();
    const order: number[] = [];
    const sync = prototype.sync;
    vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
      order.push((await this.stat()).ino);
      await sync.call(this);
    });
    await action();
    return order;
  }

  it('is the content, then the name in its folder', async () => {
    await using home = await temporaryDirectory();
    const path = join(home.path, 'a.json');
    const order = await flushed(() => replaceFile(path, 'one'), home.path);
    expect(order).toEqual([(await stat(path)).ino, (await stat(home.path)).ino]);
  });

  it('is nothing where a loss of power makes the content worthless', async () => {
    await using home = await temporaryDirectory();
    const path = join(home.path, 'a.json');
    expect(await flushed(() => replaceFile(path, 'one', { durable: false }), home.path)).toEqual([]);
  });
});
