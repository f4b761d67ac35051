import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@fieldwarden/core';
import { collectingLogger, FakeClock, temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { SessionStore, shownIdOf } from './session-store.js';

const from = '127.0.0.1';
const token = (name: string) => ({ source: 'token', name });
const ada = { source: 'account', name: 'ada' };

it('keeps a bounded number of sessions: the one not used for longest makes room', async () => {
  await using home = await temporaryDirectory();
  const clock = new FakeClock();
  const store = SessionStore.open(join(home.path, 's.json'), {
    logger: silentLogger,
    clock,
    limits: { maxSessions: 2 },
  });
  const first = await store.create(token('a'), from);
  await clock.advance(1);
  const second = await store.create(token('a'), from);
  await clock.advance(1);
  expect(store.use(first)).toBeDefined();
  await clock.advance(1);
  const third = await store.create(token('a'), from);
  expect([first, second, third].map((id) => store.use(id) !== undefined)).toEqual([true, false, true]);
});

it('keeps a bounded number of each token: one that opens many ends its own, nobody else’s', async () => {
  await using home = await temporaryDirectory();
  const clock = new FakeClock();
  const limits = { maxSessions: 4, maxOfHolder: 2 };
  const store = SessionStore.open(join(home.path, 's.json'), { logger: silentLogger, clock, limits });
  const other = await store.create(token('other'), from);
  for (let i = 0; i < 10; i += 1) {
    await clock.advance(1);
    await store.create(token('many'), from);
  }
  expect([store.countOf(token('many')), store.use(other)?.name]).toEqual([2, 'other']);
});

it('writes the time of last use now and then, not at each request', async () => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 's.json');
  const clock = new FakeClock();
  const store = SessionStore.open(file, { logger: silentLogger, clock });
  const id = await store.create(token('a'), from);
  const kept = async () =>
    (JSON.parse(await readFile(file, 'utf8')) as { sessions: { usedAtMs: number }[] }).sessions[0].usedAtMs;
  const begin = await kept();
  await clock.advance(60_000);
  store.use(id);
  expect(await kept()).toBe(begin);
  await clock.advance(120_000); // a fifth of the idle time-out
  store.use(id);
  await store.flushed();
  expect(await kept()).toBe(begin + 180_000);
});

it('lets people sign in when nothing can be written, and says what that costs', async () => {
  await using home = await temporaryDirectory();
  const logger = collectingLogger();
  const store = SessionStore.open(join(home.path, 's.json'), { logger });
  await mkdir(join(home.path, 's.json'));
  expect(store.use(await store.create(token('a'), from))).toMatchObject({ name: 'a' });
  expect(logger.messages('warn')).toEqual(['console sessions could not be written']);
});

it('ends what one person has open, but for the one that asks, and one by the id under which it is shown', async () => {
  await using home = await temporaryDirectory();
  const store = SessionStore.open(join(home.path, 's.json'), { logger: silentLogger });
  const [first, second] = [await store.create(ada, from), await store.create(ada, from)];
  const other = await store.create(token('ada'), from); // a token of that name is somebody else
  expect(await store.endOf(ada, second)).toBe(1);
  expect([first, second, other].map((id) => store.use(id) !== undefined)).toEqual([false, true, true]);
  const [shown] = store.list();
  expect(await store.endShown(shownIdOf(shown))).toMatchObject(ada);
  expect([store.use(second), await store.endShown(shownIdOf(shown))]).toEqual([undefined, undefined]);
});

it('keeps what a directory said of somebody, and takes the sessions of before there were accounts for those of tokens', async () => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 's.json');
  const principal = { name: 'eve', grants: [{ role: 'viewer', areas: ['**'] }], proof: 'ldap' } as const;
  const first = SessionStore.open(file, { logger: silentLogger });
  const id = await first.create({ source: 'ldap', name: 'eve', principal }, from);
  expect(SessionStore.open(file, { logger: silentLogger }).use(id)).toMatchObject({ source: 'ldap', principal });
  const nowMs = Date.now();
  const old = { sha256: 'a'.repeat(64), name: 'scada', openedAtMs: nowMs, usedAtMs: nowMs };
  await writeFile(file, JSON.stringify({ version: 1, sessions: [old] }));
  expect(SessionStore.open(file, { logger: silentLogger }).list()).toMatchObject([token('scada')]);
});
