import { join } from 'node:path';
import { killAfter } from '@fieldwarden/storage/testing';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { OutboxDatabase } from './file/outbox-database.js';
import { dropReasons } from './outbox-state.js';
import { decodeBox } from './records/box-record.js';
import { messageFacts } from './records/message-record.js';
import { recordKinds } from './records/record-key.js';
import { decodeTopic } from './records/topic-record.js';
import type { SaidLine } from './testing/append-forever.js';
import { programs } from './testing/programs.js';
import { openOutbox } from './testing/test-outbox.js';

const rounds = process.env.FIELDWARDEN_LONG === '1' ? 200 : 20;

it(
  `a gateway killed while it appends and acknowledges loses nothing that is on disk, counts exactly, and gives no sequence twice (§10.2): ${rounds} rounds`,
  { timeout: rounds * 6_000 },
  async () => {
    await Promise.all([killAgainAndAgain(1_000_000, rounds / 2), killAgainAndAgain(300, rounds / 2)]);
  },
);

/** Goes on with one file from round to round. */
async function killAgainAndAgain(maxMessages: number, times: number): Promise<void> {
  await using home = await temporaryDirectory('fieldwarden-kill-');
  const path = join(home.path, 'outbox.mdb');
  const appended = new Set<number>();
  const answered = new Set<number>();
  let told = 0;
  for (let round = 0; round < times; round += 1) {
    const lines = 1 + ((round * 7) % 40);
    const said = await killAfter(programs.append, [path, String(round + 1), String(maxMessages)], lines, round % 5);
    const newest = Math.max(0, ...appended, ...answered);
    for (const line of said.map((text) => JSON.parse(text) as SaidLine)) {
      for (const sequence of line.appended) expect(sequence).toBeGreaterThan(newest);
      line.appended.forEach((sequence) => appended.add(sequence));
      line.answering.forEach((sequence) => answered.add(sequence));
    }
    expect(appended.size).toBe(
      (told += said.reduce((sum, text) => sum + (JSON.parse(text) as SaidLine).appended.length, 0)),
    );
    const droppedByCount = await expectExact(path);
    await using outbox = await openOutbox(home.path);
    expect(outbox.state).toMatchObject({ trouble: null, dropped: { disk: 0 } });
    const pending = new Set(outbox.read(0, 1_000_000, 2 ** 40).map(({ sequence }) => sequence));
    const missing = [...appended].filter((sequence) => !answered.has(sequence) && !pending.has(sequence));
    expect(missing.length).toBeLessThanOrEqual(droppedByCount);
  }
}

/** Before anything sets it right: the counters in the file fit the messages in it. How many were dropped by the limit. */
async function expectExact(path: string): Promise<number> {
  const database = await OutboxDatabase.open(path);
  const [box, limit] = [1, 1_000_000];
  const pending = new Map<number, number>();
  for (const { record, isSound } of database.batch(recordKinds.message, box, 0, limit)) {
    expect(isSound).toBe(true);
    const { topicNumber } = messageFacts(record);
    pending.set(topicNumber, (pending.get(topicNumber) ?? 0) + 1);
  }
  const dropped = dropReasons.map(() => 0);
  for (const { number, record } of database.batch(recordKinds.topic, box, 0, limit)) {
    const topic = decodeTopic(record);
    topic.dropped.forEach((count, index) => (dropped[index] += count));
    const gone = topic.acknowledged + topic.dropped.reduce((sum, count) => sum + count, 0);
    expect([topic.name, topic.appended - gone]).toEqual([topic.name, pending.get(number) ?? 0]);
    pending.delete(number);
  }
  expect([...pending]).toEqual([]);
  const header = decodeBox(database.get(recordKinds.box, box, 0)!.record);
  expect(dropReasons.map((reason) => header.dropped[reason])).toEqual(dropped);
  await database.close();
  return header.dropped.count;
}
