import type { OutboxMessage } from '@fieldwarden/outbox';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { FormerTopics } from './former-topics.js';

const prefix = 'fieldwarden/lab/tags/';

function stage(...topics: string[]) {
  const clock = new FakeClock();
  const sent: OutboxMessage[] = [];
  const known = new Set(topics);
  const present = new Set<string>();
  const outbox = { topicNames: () => [...known], forget: (topic: string) => known.delete(topic) };
  const send = (message: OutboxMessage): void => void sent.push(message);
  const former = new FormerTopics({
    outbox,
    prefix,
    publishes: (path: string) => present.has(path),
    send,
    clock,
    logger: collectingLogger(),
  });
  return { clock, sent, known, present, former };
}

it('topics of tags that are gone are cleared once, when the plant is known, and forgotten when the broker has it', async () => {
  const { clock, sent, known, present, former } = stage(`${prefix}a`, `${prefix}b`, 'fieldwarden/lab/set-result/b');
  present.add('a');
  await clock.advance(9_999);
  expect(sent).toEqual([]);
  await clock.advance(1);
  expect(sent).toMatchObject([{ topic: `${prefix}b`, payload: new Uint8Array(), qos: 1, retain: true }]);
  former.acknowledged({ ...sent[0], sequence: 1 });
  expect([...known]).toEqual([`${prefix}a`, 'fieldwarden/lab/set-result/b']);
  await clock.advance(60_000);
  expect(sent).toHaveLength(1);
});

it('a topic whose value arrived is not forgotten', () => {
  const { known, former } = stage(`${prefix}a`);
  former.acknowledged({ sequence: 1, topic: `${prefix}a`, payload: Buffer.from('1'), qos: 1, retain: true, atMs: 0 });
  expect(known.size).toBe(1);
});

it('many are cleared some at a time, and none any more after the end', async () => {
  const { clock, sent, former } = stage(...Array.from({ length: 1_200 }, (_, i) => `${prefix}t${i}`));
  await clock.advance(10_000);
  expect(sent).toHaveLength(500);
  await clock.advance(10);
  expect(sent).toHaveLength(1_000);
  former[Symbol.dispose]();
  await clock.advance(1_000);
  expect(sent).toHaveLength(1_000);
});
