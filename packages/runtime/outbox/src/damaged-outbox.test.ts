import { copyFile, open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeClock, temporaryDirectory, type TemporaryDirectory } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OutboxDatabase } from './file/outbox-database.js';
import { formatKey } from './file/outbox-proof.js';
import type { OutboxState, TopicState } from './outbox-state.js';
import { encodeText } from './records/topic-record.js';
import { messageOn, openOutbox, textOf } from './testing/test-outbox.js';

const places = process.env.FIELDWARDEN_LONG === '1' ? 400 : 16;

let original: TemporaryDirectory;
let written: ReadonlyMap<number, string>;

beforeAll(async () => {
  original = await temporaryDirectory('fieldwarden-original-');
  await using outbox = await openOutbox(original.path);
  // So that some pages are free, and some messages are of several pages.
  for (let i = 0; i < 300; i += 1) outbox.append(messageOn(`topic ${i % 20}`, `${i} `.repeat((i * 37) % 1_000)));
  await outbox.flush();
  for (const { sequence } of outbox.read(0, 100, 1 << 30)) outbox.acknowledge(sequence);
  await outbox.flush();
  const messages = outbox.read(0, 1_000, 1 << 30);
  written = new Map(messages.map((message) => [message.sequence, textOf([message])[0]]));
  expect(written.size).toBe(200);
});

afterAll(() => original[Symbol.asyncDispose]());

interface Outcome {
  readonly left: ReadonlyMap<number, string>;
  readonly state: OutboxState;
  readonly topics: readonly TopicState[];
  readonly files: readonly string[];
}

/** What a gateway finds in a copy that was damaged; it must be able to go on with it. */
async function outcome(damage: (path: string) => Promise<unknown>, clock?: FakeClock): Promise<Outcome> {
  await using home = await temporaryDirectory('fieldwarden-damaged-');
  const path = join(home.path, 'outbox.mdb');
  await copyFile(join(original.path, 'outbox.mdb'), path);
  await damage(path);
  await using outbox = await openOutbox(home.path, clock ? { clock } : {});
  const left = new Map(outbox.read(0, 1_000, 1 << 30).map((message) => [message.sequence, textOf([message])[0]]));
  const [state, topics] = [outbox.state, outbox.topics(1_000)];
  const next = outbox.append(messageOn('goes on'));
  expect(next).toBeGreaterThan(Math.max(...written.keys()));
  await outbox.flush();
  expect(textOf(outbox.read(next - 1, 1, 0))).toEqual(['goes on=goes on']);
  outbox.acknowledge(next);
  await outbox.flush();
  return { left, state, topics, files: (await readdir(home.path)).sort() };
}

/** Nothing that was not written, no loss without a word, and counters that fit. */
function expectHonest({ left, state, topics, files }: Outcome): void {
  for (const [sequence, text] of left) expect(text).toBe(written.get(sequence));
  expect(state.pending).toBe(left.size);
  if (left.size < written.size) expect(state.trouble).toMatch(/damage/);
  for (const { pending, appended, acknowledged, dropped } of topics)
    expect(appended).toBe(acknowledged + pending + (dropped.disk ?? 0));
  const begunAnew = files.some((name) => name.includes('.damaged-'));
  if (!begunAnew && left.size > 0) expect(state.dropped.disk).toBe(written.size - left.size);
}

async function atEach(at: readonly number[], damage: (path: string, at: number) => Promise<unknown>): Promise<number> {
  const waiting = [...at];
  let lossless = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const position = next;
      const result = await outcome((path) => damage(path, position));
      expectHonest(result);
      if (result.left.size === written.size) lossless += 1;
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  return lossless;
}

/** Spread over what is used of the file, the same in every run. */
async function positions(): Promise<readonly number[]> {
  const size = Math.min((await stat(join(original.path, 'outbox.mdb'))).size, 400_000);
  return Array.from({ length: places }, (_, i) => Math.floor(((i * 0.618_034) % 1) * size));
}

async function flip(path: string, at: number, mask: number): Promise<void> {
  const handle = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte[0] ^= mask;
  await handle.write(byte, 0, 1, at);
  await handle.close();
}

/** Inverts a bit wherever these bytes stand, so far behind their beginning. */
async function damageAll(path: string, text: string, offset = 0): Promise<void> {
  const bytes = await readFile(path);
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) await flip(path, at + offset, 1);
}

describe('a damaged outbox file (§10.2, §16.5)', { timeout: places * 5_000 }, () => {
  it('is as it was when nothing happened to it', async () => {
    const { left, state, files } = await outcome(() => Promise.resolve());
    expect(left).toEqual(written);
    expect(state).toMatchObject({ trouble: null, dropped: { disk: 0 } });
    expect(files).toEqual(['outbox.mdb', 'outbox.mdb-lock']);
  });

  it.each([0xff, 0x01])('shows nothing but what was written, with bits %i of any byte inverted', async (mask) => {
    await atEach(await positions(), (path, at) => flip(path, at, mask));
  });

  it('shows nothing but what was written, cut short anywhere', async () => {
    await atEach(await positions(), truncate);
  });

  it('shows nothing but what was written when a root is damaged', async () => {
    // Of a meta page: magic, version, map size, page size, entries, roots, last page.
    const fields = [24, 28, 40, 48, 88, 136, 144];
    await atEach([...fields, ...fields.map((field) => 4_096 + field)], (path, at) => flip(path, at, 0xff));
  });

  it('costs the one message that is damaged, counted with its topic', async () => {
    const { left, state, topics } = await outcome((path) => damageAll(path, '203 203 203 203', 3));
    expect([...written].filter(([sequence]) => !left.has(sequence)).map(([, text]) => text.slice(0, 13))).toEqual([
      'topic 3=203 2',
    ]);
    expect(state.dropped.disk).toBe(1);
    expect(state.trouble).toMatch(/outbox\.mdb is damaged: 1 record: message 1\/\d+ not what was written/);
    expect(topics.filter(({ dropped }) => dropped.disk === 1).map(({ topic }) => topic)).toEqual(['topic 3']);
  });

  it('costs no message when a record of its topic is damaged', async () => {
    // Counters and name, of which one stands behind the other's numbers.
    for (const nth of [0, 1]) {
      const { left } = await outcome(async (path) => {
        const bytes = await readFile(path);
        const places: number[] = [];
        for (let at = bytes.indexOf('topic 7'); at >= 0; at = bytes.indexOf('topic 7', at + 1)) places.push(at);
        const isOfCounters = (at: number): boolean => bytes.readDoubleLE(at - 80) === 15;
        for (const at of places.filter((place) => isOfCounters(place) === (nth === 0))) await flip(path, at, 1);
      });
      expect(left).toEqual(written);
    }
  });

  it('costs the one message that is damaged while it is open', async () => {
    await using home = await temporaryDirectory('fieldwarden-damaged-');
    await using outbox = await openOutbox(home.path);
    const sequences = ['sound', 'hit here', 'sound too'].map((text) => outbox.append(messageOn('a', text)));
    await outbox.flush();
    await damageAll(join(home.path, 'outbox.mdb'), 'hit here', 2);
    expect(textOf(outbox.read(0, 10, 1_000))).toEqual(['a=sound', 'a=sound too']);
    expect(outbox.state).toMatchObject({ pending: 2, dropped: { disk: 1 } });
    expect(outbox.state.trouble).toMatch(/1 messages in .* were damaged, and are lost/);
    outbox.acknowledge(sequences[1]);
    await outbox.flush();
    expect(outbox.topics(1)).toEqual([{ topic: 'a', pending: 2, appended: 3, acknowledged: 0, dropped: { disk: 1 } }]);
  });

  it.each([
    ['no database', 'this is no database'],
    ['empty', ''],
  ])('that is %s is set aside, and a new one begun with greater sequences', async (_, content) => {
    const clock = new FakeClock({ wallMs: Date.UTC(2030, 0, 1) });
    const { left, state, files } = await outcome((path) => writeFile(path, content), clock);
    expect(left.size).toBe(0);
    expect(files).toEqual(['outbox.mdb', 'outbox.mdb-lock', 'outbox.mdb.damaged-2030-01-01T00-00-00-000Z']);
    expect(state.trouble).toMatch(/outbox\.mdb could not be used: it is damaged .*kept as outbox\.mdb\.damaged-2030/);
  });

  it('that a newer Fieldwarden has written is set aside, and says so', async () => {
    const { state } = await outcome(async (path) => {
      const database = await OutboxDatabase.open(path);
      await database.commit((transaction) => transaction.put(0, 0, 0, encodeText('2')));
      await database.close();
    });
    expect(formatKey[0]).toBe(0);
    expect(state.trouble).toMatch(/a newer version has written it \(format 2\)/);
  });
});
