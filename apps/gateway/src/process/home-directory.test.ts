import { temporaryDirectory } from '@fieldwarden/testkit';
import { spawnSync } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HomeDirectory } from './home-directory.js';
import { lockHolder } from './lock-holder.js';

describe('HomeDirectory', () => {
  it('is made with its folders, for this user alone', async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'new', 'home');
    using home = HomeDirectory.claim(path);
    expect(statSync(home.path).mode & 0o777).toBe(0o700);
    expect(existsSync(home.file('pki'))).toBe(true);
  });

  it('cannot be claimed twice, and is free again once given up', async () => {
    await using directory = await temporaryDirectory();
    const first = HomeDirectory.claim(directory.path);
    expect(() => HomeDirectory.claim(directory.path)).toThrow(expect.objectContaining({ code: 'HOME_IN_USE' }));
    first[Symbol.dispose]();
    HomeDirectory.claim(directory.path)[Symbol.dispose]();
  });

  it.each([
    ['a process that has ended', () => ({ ...lockHolder(process.pid), pid: endedPid() })],
    ['a process whose pid another one has now', () => ({ ...lockHolder(process.pid), startTicks: '1' })],
    ['another boot', () => ({ ...lockHolder(process.pid), bootId: 'before' })],
    ['a writer that was killed half-way', () => undefined],
  ])('takes over the claim of %s', async (_whose, holder) => {
    await using directory = await temporaryDirectory();
    writeFileSync(join(directory.path, 'gateway.lock'), JSON.stringify(holder()) ?? '{"pid":');
    using home = HomeDirectory.claim(directory.path);
    expect(home.path).toBe(directory.path);
  });

  it('says what to do about a place that cannot be written', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'file');
    writeFileSync(file, '');
    expect(() => HomeDirectory.claim(join(file, 'home'))).toThrow(
      expect.objectContaining({ code: 'HOME_NOT_WRITABLE', message: expect.stringContaining('--home') as string }),
    );
  });
});

function endedPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}
