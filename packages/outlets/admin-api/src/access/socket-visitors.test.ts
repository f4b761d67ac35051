import { existsSync } from 'node:fs';
import { link, symlink, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { SocketVisitors } from './socket-visitors.js';
import { leaveVisitorFile, visitorFile } from './visitor-file.js';

const { username, uid } = userInfo();
const nonce = 'n'.repeat(32);

it('knows who left the file, removes it, and knows him again', async () => {
  await using home = await temporaryDirectory();
  const visitors = new SocketVisitors(home.path);
  const left = (await leaveVisitorFile(home.path))!;
  expect(await visitors.visitorOf(left.nonce)).toEqual({ name: username, uid });
  expect(existsSync(visitorFile(home.path, left.nonce))).toBe(false);
  expect(await visitors.visitorOf(left.nonce)).toEqual({ name: username, uid });
});

it.each(['', '../../etc/passwd', 'short', undefined])('knows nobody by %j', async (wrong) => {
  await using home = await temporaryDirectory();
  expect(await new SocketVisitors(home.path).visitorOf(wrong)).toBeUndefined();
});

it('takes no link to what belongs to somebody else, and no file that was not left for this', async () => {
  await using home = await temporaryDirectory();
  const visitors = new SocketVisitors(home.path);
  const path = visitorFile(home.path, nonce);
  const other = join(home.path, 'other');
  await writeFile(other, nonce);
  for (const leave of [() => symlink(other, path), () => link(other, path), () => writeFile(path, 'else')]) {
    await leave();
    expect(await visitors.visitorOf(nonce)).toBeUndefined();
    expect([existsSync(path), existsSync(other)]).toEqual([false, true]);
  }
});

it('leaves nothing where the disk takes nothing', async () => {
  await using home = await temporaryDirectory();
  expect(await leaveVisitorFile(join(home.path, 'none'))).toBeUndefined();
});
