import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@fieldwarden/core';
import { collectingLogger, FakeClock, temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { SessionStore } from './session-store.js';

it('keeps a bounded number of sessions: the one not used for longest makes room', async () => {
  await using home = await temporaryDirectory();
  const clock = new FakeClock();
  const store = SessionStore.open(join(home.path, 's.json'), {
    logger: silentLogger,
    clock,
    limits: { maxSessions: 2 },
  });
  const first = await store.create('a');
  await clock.advance(1);
  const second = await store.create('a');
  await clock.advance(1);
  expect(store.use(first)).toBeDefined();
  await clock.advance(1);
  const third = await store.create('a');
  expect([first, second, third].map((id) => store.use(id) !== undefined)).toEqual([true, false, true]);
});

it('keeps a bounded number of each token: one that opens many ends its own, nobody else’s', async () => {
  await using home = await temporaryDirectory();
  const clock = new FakeClock();
  const limits = { maxSessions: 4, maxOfToken: 2 };
  const store = SessionStore.open(join(home.path, 's.json'), { logger: silentLogger, clock, limits });
  const other = await store.create('other');
  for (let i = 0; i < 10; i += 1) {
    await clock.advance(1);
    await store.create('many');
  }
  expect([store.countOf('many'), store.use(other)?.name]).toEqual([2, 'other']);
});

it('writes the time of last use now and then, not at each request', async () => {
  await using home = await temporaryDirectory();
  const file = join(home.path, 's.json');
  const clock = new FakeClock();
  const store = SessionStore.open(file, { logger: silentLogger, clock });
  const id = await store.create('a');
  const kept = async () =>
    (JSON.parse(await readFile(file, 'utf8')) as { sessions: { usedAtMs: number }[] }).sessions[0].usedAtMs;
  const begin = await kept();
  await clock.advance(60_000);
  store.use(id);
  expect(await kept()).toBe(begin);
  await clock.advance(240_000);
  store.use(id);
  await store.flushed();
  expect(await kept()).toBe(begin + 300_000);
});

it('lets people sign in when nothing can be written, and says what that costs', async () => {
  await using home = await temporaryDirectory();
  const logger = collectingLogger();
  const store = SessionStore.open(join(home.path, 's.json'), { logger });
  await mkdir(join(home.path, 's.json'));
  expect(store.use(await store.create('a'))).toMatchObject({ name: 'a' });
  expect(logger.messages('warn')).toEqual(['console sessions could not be written']);
});
