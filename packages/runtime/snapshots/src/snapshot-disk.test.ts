import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mayMount, SmallDisk, temporaryDirectory } from '@fieldwarden/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { isRoot, stepInChild, stepWithFileLimit, unprivilegedId } from './testing/child-process.js';
import { sampleGeneration } from './testing/sample-generation.js';
import { openStore } from './testing/store-in.js';

const first = { generation: 1, flavour: 'first' };
const second = { generation: 2, flavour: 'second' };
const firstRead = { read: 'first signal 0', error: null, leakedDescriptors: 0 };

async function homeWithFirst(home: string): Promise<string> {
  const store = await openStore(home);
  await store.seal(sampleGeneration(first));
  await store.activate(1);
  return store.directory;
}

/** Gives a whole home directory to a user without rights; without root it is this user's already. */
function handOver(home: string): void {
  if (!isRoot) return;
  for (const path of [home, join(home, 'config'), join(home, 'config/lab')]) {
    chownSync(path, unprivilegedId, unprivilegedId);
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isFile()) chownSync(join(path, entry.name), unprivilegedId, unprivilegedId);
  }
}

const user = isRoot ? unprivilegedId : undefined;

describe('a user without rights', () => {
  it('reads, seals and leaves no descriptor open', async () => {
    await using dir = await temporaryDirectory();
    await homeWithFirst(dir.path);
    handOver(dir.path);
    expect(await stepInChild({ home: dir.path, readCurrent: true }, user)).toEqual(firstRead);
    const moved = await stepInChild({ home: dir.path, seal: second, activate: 2, readCurrent: true }, user);
    expect(moved).toMatchObject({ read: 'second signal 0', error: null });
  });

  it('reads from a folder that may not be written, and is told why nothing can be sealed', async () => {
    await using dir = await temporaryDirectory();
    const directory = await homeWithFirst(dir.path);
    writeFileSync(join(directory, '.2.4194303.0123456789ab.mdb'), 'left by a crash');
    handOver(dir.path);
    chmodSync(directory, 0o500);
    expect(await stepInChild({ home: dir.path, readCurrent: true }, user)).toEqual(firstRead);
    const { error } = await stepInChild({ home: dir.path, seal: second }, user);
    expect(error).toMatchObject({ code: 'SNAPSHOT_NOT_WRITABLE', kind: 'config' });
    expect(error?.message).toContain(directory);
    chmodSync(directory, 0o700);
    expect(readdirSync(directory)).not.toContain('2.mdb');
  });

  it.each(['1.mdb', '1.json', 'CURRENT', '.'])('is told when %s may not be read', async (name) => {
    await using dir = await temporaryDirectory();
    const directory = await homeWithFirst(dir.path);
    handOver(dir.path);
    chmodSync(join(directory, name), 0);
    const { error } = await stepInChild({ home: dir.path, readCurrent: true }, user);
    chmodSync(join(directory, name), 0o700);
    expect(error).toMatchObject({ code: 'SNAPSHOT_NOT_READABLE', kind: 'config' });
    expect(error?.message).toContain(name === '.' ? directory : join(directory, name));
  });
});

describe('a write that fails half-way (§7.3)', () => {
  it('at a limit on the size of files: refuses the seal, keeps the old, leaves nothing', async () => {
    await using dir = await temporaryDirectory();
    const directory = await homeWithFirst(dir.path);
    const { error } = await stepWithFileLimit({ home: dir.path, seal: { ...second, tags: 4000 } }, 64);
    expect(error).toMatchObject({ code: 'SNAPSHOT_NOT_WRITABLE', kind: 'config' });
    expect(readdirSync(directory).sort()).toEqual(['1.json', '1.mdb', 'CURRENT']);
    expect((await stepInChild({ home: dir.path, readCurrent: true })).read).toBe('first signal 0');
  });
});

/** Fills the file system but for so many 4 KiB pages. */
function leavePages(path: string, pages: number): void {
  const filler = join(path, 'filler');
  rmSync(filler, { force: true });
  const { bavail } = statfsSync(path);
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail - pages) * 4096));
}

const fullDisk = mayMount()
  ? 'a full disk (§7.3)'
  : 'a full disk (§7.3): needs the right to mount (root) for a file system of its own; here only the limit on the size of files stands in for it';

describe(fullDisk, () => {
  if (!mayMount()) {
    it('refuses a seal at a limit on the size of files', async () => {
      await using dir = await temporaryDirectory();
      const { error } = await stepWithFileLimit({ home: dir.path, seal: { ...second, tags: 4000 } }, 64);
      expect(error?.code).toBe('SNAPSHOT_NOT_WRITABLE');
    });
    return;
  }

  it('refuses to seal or to move the pointer, whatever little room is left, and serves the old one', async () => {
    await using dir = await temporaryDirectory();
    const home = join(dir.path, 'snapshot-disk');
    using _disk = new SmallDisk(home, '1m');
    const directory = await homeWithFirst(home);
    let refused = 0;
    for (let pages = 0; pages < 40; pages += 1) {
      leavePages(home, pages);
      const { error } = await stepInChild({ home, seal: second, activate: 2 });
      if (error === null) break;
      refused += 1;
      expect(error).toMatchObject({ code: 'SNAPSHOT_NO_ROOM', kind: 'overloaded' });
      expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([]);
      expect((await (await openStore(home)).readCurrent())?.generation).toBe(1);
    }
    expect(refused).toBeGreaterThan(5);
    expect((await (await openStore(home)).readCurrent())?.generation).toBe(2);
  });

  it('kills no process that seals or reads on it', async () => {
    await using dir = await temporaryDirectory();
    const home = join(dir.path, 'snapshot-disk');
    using _disk = new SmallDisk(home, '1m');
    await homeWithFirst(home);
    leavePages(home, 0);
    const { error } = await stepInChild({ home, seal: second });
    expect(error?.code).toBe('SNAPSHOT_NO_ROOM');
    expect(await stepInChild({ home, readCurrent: true })).toEqual(firstRead);
  });

  it('that a large plant fills up is as empty afterwards as before', async () => {
    await using dir = await temporaryDirectory();
    const home = join(dir.path, 'snapshot-disk');
    using _disk = new SmallDisk(home, '2m');
    await homeWithFirst(home);
    const before = statfsSync(home).bavail;
    const { error } = await stepInChild({ home, seal: { ...second, tags: 40_000 } });
    expect(error?.message).toMatch(/no room left in .*make room and publish again/);
    expect(statfsSync(home).bavail).toBe(before);
  });
});

describe('a file system mounted read-only', () => {
  if (!mayMount()) {
    it('needs the right to mount (root); a folder without write permission stands in for it', async () => {
      await using dir = await temporaryDirectory();
      const directory = await homeWithFirst(dir.path);
      chmodSync(directory, 0o500);
      const store = await openStore(dir.path);
      expect((await store.readCurrent())?.generation).toBe(1);
      chmodSync(directory, 0o700);
    });
    return;
  }

  it.each([
    ['root', undefined],
    ['a user without rights', unprivilegedId],
  ])('is read by %s, and refuses to seal', async (_, as) => {
    await using dir = await temporaryDirectory();
    chmodSync(dir.path, 0o755);
    const home = join(dir.path, 'snapshot-disk');
    using _disk = new SmallDisk(home, '2m');
    const directory = await homeWithFirst(home);
    writeFileSync(join(directory, '.2.4194303.0123456789ab.mdb'), 'left by a crash');
    handOver(home);
    execFileSync('mount', ['-o', 'remount,ro', home]);
    expect(await stepInChild({ home, readCurrent: true }, as)).toEqual(firstRead);
    const { error } = await stepInChild({ home, seal: second }, as);
    expect(error).toMatchObject({ code: 'SNAPSHOT_NOT_WRITABLE', kind: 'config' });
  });
});

afterEach(() => {
  const mounts = execFileSync('cat', ['/proc/self/mounts'], { encoding: 'utf8' });
  expect(mounts).not.toMatch(/\/snapshot-disk /);
});
