import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeClock, temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { TokenStore } from './token-store.js';

test('makes the set-up token once, and knows it after a restart', async () => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 'tokens.json');
  const first = await TokenStore.open(file);
  const token = (await first.createSetupToken())!;
  expect(token).toMatch(/^fw_[A-Za-z0-9_-]{43}$/);
  expect(first.verify(token)).toMatchObject({ name: 'set-up', proof: 'setup', grants: [{ role: 'viewer' }] });

  const second = await TokenStore.open(file);
  expect(await second.createSetupToken()).toBeUndefined();
  expect(second.verify(token)?.name).toBe('set-up');
});

test('keeps only a hash, the name and the time, in a file for its own user', async () => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 'tokens.json');
  const store = await TokenStore.open(file, { clock: new FakeClock({ wallMs: Date.UTC(2031, 4, 6) }) });
  const token = (await store.createSetupToken())!;
  const text = await readFile(file, 'utf8');
  expect(text).not.toContain(token.slice(3));
  expect(JSON.parse(text)).toEqual({
    version: 2,
    tokens: [
      {
        name: 'set-up',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        createdAt: '2031-05-06T00:00:00.000Z',
        usedAt: null,
        role: 'viewer',
        areas: ['**'],
        expiresAt: null,
        lastUsedAt: null,
      },
    ],
  });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('makes a different token for every gateway', async () => {
  await using home = await temporaryDirectory();
  const tokens = await Promise.all(
    ['a', 'b'].map(async (name) => (await TokenStore.open(join(home.path, name))).createSetupToken()),
  );
  expect(tokens[0]).not.toBe(tokens[1]);
});

test('knows no token that is not its own, not even the hash of one', async () => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 'tokens.json');
  const store = await TokenStore.open(file);
  const token = (await store.createSetupToken())!;
  const { tokens } = JSON.parse(await readFile(file, 'utf8')) as { tokens: { sha256: string }[] };
  for (const wrong of ['', 'fw_', token.slice(0, -1), `${token}x`, tokens[0].sha256])
    expect(store.verify(wrong)).toBeUndefined();
});

const twice = { sha256: '0'.repeat(64), name: 'a', createdAt: '2030-01-01T00:00:00.000Z' };

test.each([
  '',
  '{',
  '[]',
  JSON.stringify({ version: 1, tokens: [twice, twice] }),
  '{"version":3,"tokens":[]}',
  '{"version":1,"tokens":[{"name":"a"}]}',
])('lets nobody in by the damaged file %j and names it, until it is mended', async (content) => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 'tokens.json');
  await writeFile(file, content);
  const told: (string | undefined)[] = [];
  const store = await TokenStore.open(file, { onTrouble: (trouble) => told.push(trouble?.code) });
  const damaged = {
    code: 'TOKENS_DAMAGED',
    kind: 'config',
    message: expect.stringMatching(/^tokens\.json in the home directory cannot/) as string,
  };
  expect(store.trouble).toMatchObject(damaged);
  expect([store.verify('fw_any'), await store.createSetupToken()]).toEqual([undefined, undefined]);
  for (const ask of [() => store.list(), () => store.create({ name: 'a' }), () => store.revoke('a')])
    await expect(ask()).rejects.toMatchObject(damaged);
  expect(await readFile(file, 'utf8')).toBe(content);
  await rm(file);
  expect(store.verify(await store.create({ name: 'a' }))?.name).toBe('a');
  expect([store.trouble, told]).toEqual([undefined, ['TOKENS_DAMAGED', undefined]]);
});

test('revokes at once what the disk does not take, says so, and keeps it later', async () => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 'tokens.json');
  const store = await TokenStore.open(file);
  const token = await store.create({ name: 'scada' });
  const setUp = await TokenStore.open(file);
  await mkdir(`${file}.new`); // in the way of the new content
  expect(await store.revoke('scada')).toEqual({ kept: false, reason: expect.any(String) as string });
  expect(store.verify(token)).toBeUndefined();
  await expect(store.create({ name: 'other' })).rejects.toThrow();
  await expect(store.keep()).rejects.toThrow();
  expect(setUp.verify(token)?.name).toBe('scada');
  await rm(`${file}.new`, { recursive: true });
  await store.keep();
  expect((await TokenStore.open(file)).verify(token)).toBeUndefined();
});

test('gives each token its role and areas, until it expires', async () => {
  await using home = await temporaryDirectory();
  const clock = new FakeClock({ wallMs: Date.UTC(2031, 4, 6) });
  const store = await TokenStore.open(join(home.path, 'tokens.json'), { clock });
  const expiresAt = '2031-05-07T00:00:00.000Z';
  const token = await store.create({ name: 'line', role: 'operator', areas: ['packaging/**'], expiresAt });
  const principal = { name: 'line', grants: [{ role: 'operator', areas: ['packaging/**'] }], proof: 'token' };
  expect([store.verify(token), store.principalOf('line')]).toEqual([principal, principal]);
  expect(await store.list()).toMatchObject([{ expiresAt, lastUsedAt: '2031-05-06T00:00:00.000Z' }]);
  await clock.advance(86_400_000);
  expect([store.verify(token), store.principalOf('line'), store.known(token)?.name]).toEqual([
    undefined,
    undefined,
    'line',
  ]);
  const past = store.create({ name: 'past', expiresAt });
  await expect(past).rejects.toMatchObject({ code: 'TOKEN_EXPIRY' });
  await expect(store.create({ name: 'x', areas: ['a b'] })).rejects.toMatchObject({ code: 'BAD_AREA' });
});

test('reads the tokens of before there were roles: they open everything', async () => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 'tokens.json');
  const sha256 = createHash('sha256').update('fw_old').digest('hex');
  await writeFile(
    file,
    JSON.stringify({ version: 1, tokens: [{ name: 'old', sha256, createdAt: '2030-01-01T00:00:00.000Z' }] }),
  );
  const store = await TokenStore.open(file);
  expect(store.verify('fw_old')).toMatchObject({ name: 'old', grants: [{ role: 'admin', areas: ['**'] }] });
});

test('uses the set-up token up when the first admin was made, and never makes another', async () => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 'tokens.json');
  const store = await TokenStore.open(file);
  const token = (await store.createSetupToken())!;
  await store.useUpSetup();
  const later = await TokenStore.open(file);
  for (const { verify, known } of [store, later].map((each) => ({
    verify: each.verify(token),
    known: each.known(token),
  })))
    expect([verify, known?.usedAt]).toEqual([undefined, expect.any(String)]);
  expect(await later.createSetupToken()).toBeUndefined();
});

test('keeps the time of last use, but not at each use', async () => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 'tokens.json');
  const clock = new FakeClock({ wallMs: Date.UTC(2031, 4, 6) });
  const store = await TokenStore.open(file, { clock });
  const token = await store.create({ name: 'a' });
  const kept = async () =>
    (JSON.parse(await readFile(file, 'utf8')) as { tokens: { lastUsedAt: unknown }[] }).tokens[0].lastUsedAt;
  store.verify(token);
  expect(await kept()).toBeNull();
  await clock.advance(10 * 60_000);
  store.verify(token);
  await waitFor(async () => (await kept()) === '2031-05-06T00:10:00.000Z', { what: 'the time on disk' });
});
