import { copyFile, open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger, systemClock, type Clock } from '@fieldwarden/core';
import { FakeClock, temporaryDirectory, type TemporaryDirectory } from '@fieldwarden/testkit';
import { open as openDatabase } from 'lmdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealRecord } from '../lmdb/checked-record.js';
import { recordOptions } from '../lmdb/copy-proof.js';
import { alarmBook } from '../testing/alarm-book.js';
import { formatKey } from './rebuild-state.js';
import { StateStore } from './state-store.js';

const rounds = process.env.FIELDWARDEN_LONG === '1' ? 400 : 12;

let original: TemporaryDirectory;

const written: ReadonlyMap<string, unknown> = new Map(
  Array.from({ length: 200 }, (_, i) => [`record ${i}`, { i, text: 'text '.repeat((i * 37) % 300) }]),
);

beforeAll(async () => {
  original = await temporaryDirectory('fieldwarden-original-');
  await using store = openStore(original.path);
  const table = store.table('test');
  for (const size of [0.5, 1]) {
    // twice, so that some pages are free
    for (const [key, value] of written) table.put(key, size === 1 ? value : key.repeat(20));
    await table.settled();
  }
});

afterAll(() => original[Symbol.asyncDispose]());

const fileIn = (home: string): string => join(home, 'state.mdb');

function openStore(home: string, clock: Clock = systemClock): StateStore {
  return StateStore.open(fileIn(home), { clock, logger: silentLogger });
}

interface Outcome {
  readonly left: ReadonlyMap<string, unknown>;
  readonly alarms: ReadonlyMap<string, string>;
  readonly files: readonly string[];
}

/** What a gateway finds in a copy that was damaged; it must be able to go on with it. */
async function outcome(damage: (path: string) => Promise<unknown>, clock?: Clock): Promise<Outcome> {
  await using home = await temporaryDirectory('fieldwarden-damaged-');
  await copyFile(fileIn(original.path), fileIn(home.path));
  await damage(fileIn(home.path));
  const alarms = alarmBook();
  await using store = openStore(home.path, clock);
  store.reportTo(alarms);
  const table = store.table('test');
  const left = new Map(await table.entries());
  table.put('goes on', true);
  await table.settled();
  expect(await table.get('goes on')).toBe(true);
  return { left, alarms: alarms.standing, files: (await readdir(home.path)).sort() };
}

/** Nothing that was not written, and no loss without a word. */
function expectHonest({ left, alarms }: Outcome): void {
  for (const [key, value] of left) expect(value).toEqual(written.get(key));
  if (left.size < written.size) expect([...alarms.keys()]).toContain('state-damaged');
}

/** Steps through the file in a way that is spread over it and the same in every run. */
async function positions(): Promise<readonly number[]> {
  const { size } = await stat(fileIn(original.path));
  return Array.from({ length: rounds }, (_, i) => Math.floor(((i * 0.618_034) % 1) * size));
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

async function flip(path: string, at: number, mask: number): Promise<void> {
  const handle = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte[0] ^= mask;
  await handle.write(byte, 0, 1, at);
  await handle.close();
}

describe('a damaged state file (§16.5)', { timeout: rounds * 3_000 }, () => {
  it('is as it was when nothing happened to it', async () => {
    const { left, alarms, files } = await outcome(() => Promise.resolve());
    expect([left, [...alarms], files]).toEqual([written, [], ['state.mdb', 'state.mdb-lock']]);
  });

  it.each([0xff, 0x01])('shows nothing but what was written, with bits %i of any byte inverted', async (mask) => {
    const lossless = await atEach(await positions(), (path, at) => flip(path, at, mask));
    expect(lossless).toBeLessThan(rounds);
  });

  it('shows nothing but what was written, cut short anywhere', async () => {
    await atEach(await positions(), truncate);
  });

  it('shows nothing but what was written when a root is damaged', async () => {
    // Of a meta page: magic, version, map size, page size, entries, root, last page.
    const fields = [24, 28, 40, 48, 64, 88, 128, 136, 144];
    await atEach([...fields, ...fields.map((field) => 4_096 + field)], (path, at) => flip(path, at, 0xff));
  });

  it('costs the one record that is damaged, and names it', async () => {
    const { left, alarms } = await outcome(async (path) => {
      const bytes = await readFile(path);
      const key = Buffer.from('test\0record 150');
      for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at + 1)) bytes[at + key.length + 30] ^= 1;
      await writeFile(path, bytes);
    });
    expect(left).toEqual(new Map([...written].filter(([key]) => key !== 'record 150')));
    expect(alarms.get('state-damaged')).toMatch(/state\.mdb is damaged: 1 record: test record 150 .*else is intact/);
  });

  it('costs the one record that is damaged while it is open', async () => {
    await using home = await temporaryDirectory('fieldwarden-damaged-');
    await using store = openStore(home.path);
    const table = store.table('test');
    table.put('sound', 1);
    await table.settled(); // proved and opened
    const alarms = alarmBook();
    store.reportTo(alarms);
    await damagePage(fileIn(home.path), Buffer.from('test\0sound'));
    expect(await table.get('sound')).toBeUndefined();
    expect(alarms.standing.get('state-damaged')).toMatch(/record sound of test .* is lost/);
    table.put('sound', 2);
    expect(await table.get('sound')).toBe(2);
  });

  it.each([
    ['no database', 'this is no database'],
    ['empty', ''],
  ])('that is %s is set aside, and the gateway starts with an empty one', async (_, content) => {
    const clock = new FakeClock({ wallMs: Date.UTC(2030, 0, 1) });
    const { left, alarms, files } = await outcome((path) => writeFile(path, content), clock);
    expect(left.size).toBe(0);
    expect(files).toEqual(['state.mdb', 'state.mdb-lock', 'state.mdb.damaged-2030-01-01T00-00-00-000Z']);
    expect(alarms.get('state-damaged')).toMatch(
      /state\.mdb could not be used: it is damaged .*kept as state\.mdb\.damaged-2030.*begins anew/,
    );
  });

  it('that a newer Fieldwarden has written is set aside, and says so', async () => {
    const { left, alarms } = await outcome(async (path) => {
      const db = openDatabase<Buffer, Buffer>({ path, ...recordOptions });
      await db.put(formatKey, sealRecord(formatKey, Buffer.from('2')));
      await db.close();
    });
    expect([left.size, alarms.get('state-damaged')]).toEqual([0, expect.stringMatching(/a newer version .*format 2/)]);
  });

  it('is kept three times, and no more often', async () => {
    await using home = await temporaryDirectory('fieldwarden-damaged-');
    const clock = new FakeClock({ wallMs: Date.UTC(2030, 0, 1) });
    for (let i = 0; i < 5; i += 1) {
      await writeFile(fileIn(home.path), `damaged ${i}`);
      await using store = openStore(home.path, clock);
      await store.table('test').entries();
      await clock.advance(1_000);
    }
    const aside = (await readdir(home.path)).filter((name) => name.includes('damaged')).sort();
    const contents = await Promise.all(aside.map((name) => readFile(join(home.path, name), 'utf8')));
    expect(contents).toEqual(['damaged 2', 'damaged 3', 'damaged 4']);
  });

  it('is checked with the leftovers of a check that was killed in the way', async () => {
    await using home = await temporaryDirectory('fieldwarden-sweep-');
    await copyFile(fileIn(original.path), fileIn(home.path));
    await writeFile(join(home.path, 'state.mdb.proving-4711'), 'left');
    {
      await using store = openStore(home.path);
      expect(new Map(await store.table('test').entries())).toEqual(written);
    }
    expect((await readdir(home.path)).sort()).toEqual(['state.mdb', 'state.mdb-lock']);
  });
});

/** Inverts a bit of every value of this key. */
async function damagePage(path: string, key: Buffer): Promise<void> {
  const bytes = await readFile(path);
  for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at + 1)) await flip(path, at + key.length + 17, 1);
}
