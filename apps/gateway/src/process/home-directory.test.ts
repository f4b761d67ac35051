import { mayMount, SmallDisk, temporaryDirectory } from '@fieldwarden/testkit';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HomeDirectory } from './home-directory.js';
import { lockHolder } from './lock-holder.js';

describe('HomeDirectory', () => {
  it('is made with its folders, for this user alone', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'new', 'home');
    using home = await HomeDirectory.claim(path);
    expect(statSync(home.path).mode & 0o777).toBe(0o700);
    expect(existsSync(home.file('pki'))).toBe(true);
  });

  it('cannot be claimed twice, and is free again once given up', async () => {
    await using directory = await temporaryDirectory();
    const first = await HomeDirectory.claim(directory.path);
    await expect(HomeDirectory.claim(directory.path)).rejects.toMatchObject({ code: 'HOME_IN_USE' });
    first[Symbol.dispose]();
    (await HomeDirectory.claim(directory.path))[Symbol.dispose]();
  });

  it.each([
    ['a process that has ended', () => ({ ...lockHolder(process.pid), pid: endedPid() })],
    ['a process whose pid another one has now', () => ({ ...lockHolder(process.pid), startTicks: '1' })],
    ['another boot', () => ({ ...lockHolder(process.pid), bootId: 'before' })],
    ['a writer that was killed half-way', () => undefined],
  ])('takes over the claim of %s', async (_whose, holder) => {
    await using directory = await temporaryDirectory();
    writeFileSync(join(directory.path, 'gateway.lock'), JSON.stringify(holder()) ?? '{"pid":');
    using home = await HomeDirectory.claim(directory.path);
    expect(home.path).toBe(directory.path);
  });

  it('says what to do about a place that cannot be written', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'file');
    writeFileSync(file, '');
    await expect(HomeDirectory.claim(join(file, 'home'))).rejects.toMatchObject({
      code: 'HOME_NOT_WRITABLE',
      message: expect.stringContaining('--home') as string,
    });
  });

  it('takes the rights of others away, and says so; what a link leads to stays as it is', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'home');
    mkdirSync(join(path, 'pki', 'own', 'private'), { recursive: true });
    const outside = join(directory.path, 'outside');
    const key = join(path, 'pki', 'own', 'private', 'key.pem');
    const tlsKey = join(path, 'pki', 'tls', 'private_key.pem');
    mkdirSync(join(path, 'pki', 'tls'));
    writeFileSync(tlsKey, 'key', { mode: 0o644 });
    for (const file of [outside, key, join(path, 'authority.mdb')]) writeFileSync(file, '');
    symlinkSync(outside, join(path, 'link'));
    for (const file of [path, outside, key, join(path, 'authority.mdb')]) chmodSync(file, 0o777);
    using home = await HomeDirectory.claim(path);
    const modes = [path, key, tlsKey, home.file('authority.mdb'), outside].map((file) => statSync(file).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o600, 0o700, 0o777]);
    expect(home.remarks).toContain(`${path} had mode 0777: others may not see it any more`);
    expect(home.remarks.join()).not.toContain('link');
  });

  it('says which layout it has, and one of a newer version is refused before anything of it is touched', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'home.json');
    (await HomeDirectory.claim(directory.path))[Symbol.dispose]();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ format: 1, version: expect.any(String) as string });
    writeFileSync(file, '{"format":99,"version":"9.0.0"}');
    chmodSync(directory.path, 0o755);
    await expect(HomeDirectory.claim(directory.path)).rejects.toMatchObject({
      code: 'HOME_NEWER',
      kind: 'config',
      message: expect.stringMatching(/Fieldwarden 9\.0\.0.*restore FILE/) as string,
    });
    expect(statSync(directory.path).mode & 0o777).toBe(0o755);
    expect(existsSync(join(directory.path, 'gateway.lock'))).toBe(false);
  });

  it('puts a backup in place that was staged, sets aside what was there, and says so', async () => {
    await using directory = await temporaryDirectory();
    const staged = join(directory.path, '.restored');
    mkdirSync(staged);
    writeFileSync(join(staged, 'tokens.json'), 'brought back');
    writeFileSync(join(staged, '.restore-plan.json'), '{"names":["tokens.json"]}');
    writeFileSync(join(directory.path, 'tokens.json'), 'former');
    using home = await HomeDirectory.claim(directory.path);
    expect(readFileSync(home.file('tokens.json'), 'utf8')).toBe('brought back');
    expect(home.remarks.join()).toMatch(/a backup was brought back into .*; what was there is in .*before-restore-/);
  });

  it.runIf(mayMount())(
    'is claimed by one process also on a disk that takes no file, and completed when it does',
    async () => {
      await using directory = await temporaryDirectory();
      using disk = new SmallDisk(join(directory.path, 'disk'), '64k');
      disk.remount('ro');
      const home = await HomeDirectory.claim(disk.path);
      expect(existsSync(home.file('gateway.lock'))).toBe(false);
      await expect(HomeDirectory.claim(disk.path)).rejects.toMatchObject({ code: 'HOME_IN_USE' });
      disk.remount('rw');
      home.complete();
      expect(JSON.parse(readFileSync(home.file('gateway.lock'), 'utf8'))).toEqual(lockHolder(process.pid));
      expect(existsSync(home.file('logs'))).toBe(true);
      home[Symbol.dispose]();
      expect(existsSync(home.file('gateway.lock'))).toBe(false);
    },
  );
});

function endedPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}
