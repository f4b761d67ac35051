import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { Notices } from './notices.js';

function notices() {
  const clock = new FakeClock();
  const logger = collectingLogger();
  const events: string[] = [];
  const told = new Notices({ logger, clock, events: { append: ({ message }) => void events.push(message) } });
  return { told, clock, logger, events };
}

test('the same is told once a minute, in the log and as an event', async () => {
  const { told, clock, logger, events } = notices();
  told.tell('a', 'client a refused', { address: '10.0.0.1' });
  told.tell('a', 'client a refused', {});
  await clock.advance(60_000);
  told.tell('a', 'client a refused', {});
  expect(events).toEqual(['client a refused', 'client a refused (and 1 more of such since the last message)']);
  expect(logger.records[0]).toMatchObject({
    level: 'warn',
    message: 'client a refused',
    fields: { address: '10.0.0.1' },
  });
});

test('a thousand strangers are twenty lines a minute, and a count', async () => {
  const { told, clock, events } = notices();
  for (let i = 0; i < 1_000; i += 1) told.tell(`stranger ${i}`, `stranger ${i}`, {});
  expect(events).toHaveLength(20);
  await clock.advance(60_000);
  told.tell('another', 'another', {});
  expect(events.at(-1)).toBe('another (and 980 more of such since the last message)');
});
