import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@fieldwarden/core';
import { expect, test } from 'vitest';
import { collectingLogger } from './collecting-logger.js';
import { FakeClock } from './fake-clock.js';
import { temporaryDirectory } from './temporary-directory.js';
import { testCall } from './test-call.js';

test('a test call has a deadline on its clock, which overrides replace', () => {
  const clock = new FakeClock();
  clock.stall(1_000);
  expect(testCall({ clock, timeoutMs: 50 }).deadlineMs).toBe(1_050);
  expect(testCall({ clock, deadlineMs: 7, correlationId: 'abc' })).toMatchObject({
    deadlineMs: 7,
    correlationId: 'abc',
  });
  expect(testCall().deadlineMs).toBeGreaterThan(systemClock.monotonicMs());
  expect(testCall().signal.aborted).toBe(false);
});

test('a temporary directory goes with everything in it', async () => {
  let path: string;
  {
    await using directory = await temporaryDirectory();
    path = directory.path;
    await writeFile(join(path, 'left-over'), '');
  }
  await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a collecting logger keeps what its children log, with their fields', () => {
  const logger = collectingLogger();
  logger.child({ driverId: 'a', device: '1' }).warn('slow', { device: '2' });
  logger.info('fine');
  expect(logger.records).toEqual([
    { level: 'warn', message: 'slow', fields: { driverId: 'a', device: '2' } },
    { level: 'info', message: 'fine', fields: {} },
  ]);
  expect(logger.messages('info')).toEqual(['fine']);
  logger.clear();
  expect(logger.records).toEqual([]);
});
