import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { argon2Hash } from '../passwords/argon2-hash.js';
import { AccountStore } from './account-store.js';

const password = await argon2Hash('tall copper kettle', Buffer.from('somesalt'), { memoryKiB: 64, passes: 1 });
const account = (name: string, role: 'viewer' | 'admin' = 'viewer') => ({ name, role, areas: ['**'], password });

it('keeps accounts in a file for its own user, and knows them after a restart, whatever the case of the name', async () => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 'accounts.json');
  const store = await AccountStore.open(file);
  expect(store.hasAdmin).toBe(false);
  await store.create(account('Ada', 'admin'));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const again = await AccountStore.open(file);
  expect([again.find('ADA')?.name, again.hasAdmin]).toEqual(['Ada', true]);
  await expect(again.create(account('ada'))).rejects.toMatchObject({ code: 'ACCOUNT_EXISTS' });
});

it.each(['', 'a b', 'set-up', 'LOCAL', 'x'.repeat(65), '-a', 'a/b'])(
  'makes no account of the name %j',
  async (name) => {
    await using home = await temporaryDirectory();
    const store = await AccountStore.open(join(home.path, 'accounts.json'));
    await expect(store.create(account(name))).rejects.toMatchObject({ code: 'ACCOUNT_NAME', kind: 'config' });
  },
);

it.each([[[]], [['a b']], [['']], [['***']], [['/a']], [Array.from({ length: 101 }, () => 'a')]])(
  'takes %j for no areas',
  async (areas) => {
    await using home = await temporaryDirectory();
    const store = await AccountStore.open(join(home.path, 'accounts.json'));
    await expect(store.create({ ...account('ada'), areas })).rejects.toMatchObject({ code: 'BAD_AREA' });
  },
);

it('makes the first admin once, however many come at the same time', async () => {
  await using home = await temporaryDirectory();
  const store = await AccountStore.open(join(home.path, 'accounts.json'));
  const both = await Promise.allSettled(
    ['a', 'b'].map((name) => store.create(account(name, 'admin'), { asFirstAdmin: true })),
  );
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

it('keeps one admin who may sign in', async () => {
  await using home = await temporaryDirectory();
  const store = await AccountStore.open(join(home.path, 'accounts.json'));
  await store.create(account('ada', 'admin'));
  await store.create(account('bob'));
  const last = { code: 'LAST_ADMIN' };
  await expect(store.change('ada', { enabled: false })).rejects.toMatchObject(last);
  await expect(store.change('ada', { role: 'engineer' })).rejects.toMatchObject(last);
  await expect(store.remove('ada')).rejects.toMatchObject(last);
  await store.change('bob', { role: 'admin' });
  expect(await store.remove('ada')).toEqual({ kept: true });
  expect([await store.remove('ada'), await store.change('ada', {})]).toEqual([undefined, undefined]);
});

it('gives a certificate to one person', async () => {
  await using home = await temporaryDirectory();
  const store = await AccountStore.open(join(home.path, 'accounts.json'));
  await store.create(account('ada'));
  await store.create(account('bob'));
  await store.change('ada', { certificates: ['AB'.repeat(20)] });
  for (const certificates of [['AB'.repeat(20)], ['ab'.repeat(20)], ['x']])
    await expect(store.change('bob', { certificates })).rejects.toMatchObject({ code: 'BAD_CERTIFICATE' });
});

const twice = ['ada', 'ADA'].map((name) => ({
  ...account(name),
  enabled: true,
  createdAt: '2030-01-01T00:00:00.000Z',
  lastSignInAt: null,
  totp: null,
  certificates: [],
}));

it.each([
  '',
  '{',
  '[]',
  JSON.stringify({ version: 1, accounts: twice }),
  '{"version":2,"accounts":[]}',
  '{"version":1,"accounts":[{"name":"a"}]}',
])('lets nobody in by the damaged file %j and names it, until it is mended', async (content) => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 'accounts.json');
  await writeFile(file, content);
  const told: unknown[] = [];
  const store = await AccountStore.open(file, { onTrouble: (trouble) => told.push(trouble?.code) });
  const damaged = {
    code: 'ACCOUNTS_DAMAGED',
    kind: 'config',
    message: expect.stringMatching(/^accounts\.json in the home directory cannot/) as string,
  };
  expect(store.trouble).toMatchObject(damaged);
  expect(store.hasAdmin).toBe(true); // nobody makes himself the first one
  for (const ask of [
    () => store.list(),
    () => store.create(account('a')),
    () => store.change('a', {}),
    () => store.remove('a'),
  ])
    await expect(ask()).rejects.toMatchObject(damaged);
  expect(await readFile(file, 'utf8')).toBe(content);
  await rm(file);
  await store.create(account('a'));
  expect([store.trouble, told]).toEqual([undefined, ['ACCOUNTS_DAMAGED', undefined]]);
});

it('shuts somebody out at once whom the disk does not let it note, says so, and keeps it later', async () => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 'accounts.json');
  const store = await AccountStore.open(file);
  await store.create(account('ada'));
  await mkdir(`${file}.new`); // in the way of the new content
  expect(await store.change('ada', { enabled: false })).toEqual({ kept: false, reason: expect.any(String) as string });
  expect(store.find('ada')?.enabled).toBe(false);
  await expect(store.create(account('bob'))).rejects.toThrow();
  expect(store.find('bob')).toBeUndefined();
  await store.noteSignIn('ada', { of: store.find('ada')!.password }); // a full disk keeps nobody from signing in
  await rm(`${file}.new`, { recursive: true });
  await store.keep();
  expect((await AccountStore.open(file)).find('ada')).toMatchObject({
    enabled: false,
    lastSignInAt: expect.any(String) as string,
  });
});
