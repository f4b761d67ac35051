import { FakeClock, collectingLogger } from '@fieldwarden/testkit';
import { delay, silentLogger } from '@fieldwarden/core';
import { expect, it } from 'vitest';
import { RecycleQueue } from './recycle-queue.js';

it('gives one turn at a time, in the order in which they were asked for', async () => {
  const clock = new FakeClock();
  const queue = new RecycleQueue(clock, silentLogger);
  const seen: string[] = [];
  const turn = (id: string) => async (): Promise<void> => {
    seen.push(`${id} begins at ${clock.monotonicMs()}`);
    await delay(clock, 1_000);
    seen.push(`${id} ends at ${clock.monotonicMs()}`);
  };
  const all = Promise.all(['a', 'b', 'c'].map((id) => queue.run(id, turn(id))));
  expect(queue.length).toBe(3);
  await clock.advance(3_000);
  await all;
  expect(seen).toEqual([
    'a begins at 0', 'a ends at 1000', 'b begins at 1000', 'b ends at 2000', 'c begins at 2000', 'c ends at 3000',
  ]); // prettier-ignore
  expect(queue.length).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});

it('goes on after a turn that failed', async () => {
  const logger = collectingLogger();
  const queue = new RecycleQueue(new FakeClock(), logger);
  const failed = queue.run('a', () => Promise.reject(new Error('no successor')));
  let ran = false;
  await queue.run('b', () => Promise.resolve(void (ran = true)));
  await expect(failed).resolves.toBeUndefined();
  expect(ran).toBe(true);
  expect(logger.records).toMatchObject([{ level: 'warn', fields: { driverId: 'a' } }]);
  expect(logger.messages()[0]).toContain('no successor');
});

it('leaves a turn behind that does not end', async () => {
  const clock = new FakeClock();
  const logger = collectingLogger();
  const queue = new RecycleQueue(clock, logger);
  void queue.run('a', () => new Promise(() => undefined));
  let ranAtMs: number | undefined;
  void queue.run('b', () => Promise.resolve(void (ranAtMs = clock.monotonicMs())));
  await clock.advance(30 * 60_000 - 1);
  expect(ranAtMs).toBeUndefined();
  await clock.advance(1);
  expect(ranAtMs).toBe(30 * 60_000);
  expect(logger.records).toMatchObject([{ level: 'warn', fields: { driverId: 'a' } }]);
});
