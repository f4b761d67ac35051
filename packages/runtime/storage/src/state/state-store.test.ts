import { setTimeout as sleep } from 'node:timers/promises';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger, systemClock, type Clock } from '@fieldwarden/core';
import {
  collectingLogger,
  FakeClock,
  temporaryDirectory,
  waitFor,
  type TemporaryDirectory,
} from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alarmBook } from '../testing/alarm-book.js';
import { serviceStorage } from './service-storage.js';
import { StateStore } from './state-store.js';

let home: TemporaryDirectory;
let path: string;

beforeEach(async () => {
  home = await temporaryDirectory();
  path = join(home.path, 'state.mdb');
});

afterEach(() => home[Symbol.asyncDispose]());

const openStore = (options: { clock?: Clock; maxPendingBytes?: number } = {}): StateStore =>
  StateStore.open(path, { clock: systemClock, logger: silentLogger, ...options });

describe('a table of the store (§16.5)', () => {
  it('gives back what was put, before and after it is on disk, and after a restart', async () => {
    const value = { text: 'ä', list: [1, 2n, null, undefined], map: new Map([['a', NaN]]), bytes: Uint8Array.of(1, 2) };
    {
      await using store = openStore();
      const table = store.table('a');
      table.put('one', value);
      table.put('two', 2);
      expect(await table.get('one')).toEqual(value);
      await table.settled();
      expect(await table.get('one')).toEqual(value);
      table.delete('two');
      expect([await table.get('two'), await table.get('three')]).toEqual([undefined, undefined]);
    }
    await using store = openStore();
    expect(await store.table('a').entries()).toEqual([['one', value]]);
  });

  it('keeps a copy: what its owner changes later is not stored', async () => {
    await using store = openStore();
    const value = { list: [1], bytes: Uint8Array.of(1) };
    const table = store.table('a');
    table.put('one', value);
    value.list.push(2);
    const read = (await table.get('one')) as typeof value;
    read.bytes[0] = 9;
    read.list.push(3);
    await table.settled();
    expect(await table.get('one')).toEqual({ list: [1], bytes: Uint8Array.of(1) });
  });

  it('is apart from all others, whatever their names and keys', async () => {
    await using store = openStore();
    const names = ['a', 'a/b', 'a.b', 'aa', 'a-'];
    for (const name of names) {
      store.table(name).put('', `${name} empty`);
      store.table(name).put('b', `${name} b`);
      store.table(name).put('\u0000b', `${name} zero`);
      store.table(name).put('\u{1f600}\uffff', `${name} last`);
    }
    for (const settle of [false, true]) {
      if (settle) await store.settled();
      for (const name of names)
        expect(await store.table(name).entries()).toEqual([
          ['', `${name} empty`],
          ['\u0000b', `${name} zero`],
          ['b', `${name} b`],
          ['\u{1f600}\uffff', `${name} last`],
        ]);
    }
    expect(await store.table('b').entries()).toEqual([]);
  });

  it('shows many records in order, with what is not on disk yet', async () => {
    await using store = openStore();
    const table = store.table('many');
    const key = (i: number): string => String(i).padStart(5, '0');
    for (let i = 0; i < 2_500; i += 1) table.put(key(i), i);
    await table.settled();
    for (let i = 0; i < 2_500; i += 3) table.delete(key(i));
    for (let i = 1; i < 2_500; i += 3) table.put(key(i), -i);
    table.put(key(2_500), 'new');
    const expected = Array.from({ length: 2_501 }, (_, i) => [key(i), i === 2_500 ? 'new' : i % 3 === 1 ? -i : i]);
    const rest = expected.filter((_, i) => i % 3 !== 0 || i === 2_500);
    expect(await table.entries()).toEqual(rest);
    await table.settled();
    expect(await table.entries()).toEqual(rest);
  });

  it('refuses what no record can hold, and says which', async () => {
    await using store = openStore();
    const table = store.table('a');
    const refusal = (said: RegExp): unknown => {
      const message = expect.stringMatching(said) as string;
      return expect.objectContaining({ kind: 'bug', code: 'STATE_RECORD_INVALID', message });
    };
    expect(() => table.put('ä'.repeat(251), 1)).toThrow(refusal(/no key/));
    expect(() => table.put('\ud800', 1)).toThrow(refusal(/no key/));
    expect(() => table.put('function', () => 1)).toThrow(refusal(/a function cannot be stored/));
    expect(() => table.put('large', 'x'.repeat(1 << 20))).toThrow(refusal(/a large has .* bytes/));
    expect(() => store.table('../a\0')).toThrow(refusal(/no name/));
    table.put('ä'.repeat(250), 'x'.repeat((1 << 20) - 100));
    await table.settled();
  });

  it('of a service is its own', async () => {
    await using store = openStore();
    const [first, second] = [serviceStorage(store, 'mqtt'), serviceStorage(store, 'history')];
    (await first.table('outbox')).put('a', 1);
    expect(await (await second.table('outbox')).get('a')).toBeUndefined();
    expect(await (await serviceStorage(store, 'mqtt').table('outbox')).get('a')).toBe(1);
  });
});

describe('a commit (§16.5)', () => {
  it('begins 200 ms after the first change, and holds all that have come by then', async () => {
    const clock = new FakeClock();
    await using store = openStore({ clock });
    const table = store.table('a');
    await table.get('x');
    table.put('one', 1);
    await clock.advance(199);
    table.put('two', 2);
    expect(store.waiting.bytes).toBeGreaterThan(0);
    await clock.advance(1);
    await waitFor(() => store.waiting.bytes === 0, { what: 'the commit' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('comes at once where it is asked for', async () => {
    const clock = new FakeClock();
    await using store = openStore({ clock });
    const table = store.table('a');
    table.put('one', 1);
    await table.settled();
    expect([store.waiting.bytes, clock.pendingTimers]).toEqual([0, 0]);
  });

  it('does not wait when much has changed', async () => {
    await using store = openStore({ clock: new FakeClock() });
    for (let i = 0; i < 10; i += 1) store.table('a').put(String(i), 'x'.repeat(900_000));
    await waitFor(() => store.waiting.bytes === 0, { what: 'the commit' });
  });

  it('leaves out nothing that changes while it is under way', async () => {
    await using store = openStore();
    const table = store.table('a');
    const rounds = Array.from({ length: 100 }, async (_, i) => {
      await sleep(i % 7);
      table.put('last', i);
      table.put(`key ${i}`, i);
      await table.settled();
      expect(await table.get(`key ${i}`)).toBe(i);
    });
    await Promise.all(rounds);
    expect(await table.entries()).toHaveLength(101);
  });

  it('is the last thing before the end', async () => {
    const clock = new FakeClock();
    const store = openStore({ clock });
    store.table('a').put('one', 1);
    await store.close();
    store.table('a').put('two', 2);
    await using after = openStore();
    expect(await after.table('a').entries()).toEqual([['one', 1]]);
  });
});

describe('a store that cannot be opened', () => {
  it('keeps changes in memory, says so, and writes them once it can', async () => {
    const clock = new FakeClock();
    const alarms = alarmBook();
    await mkdir(`${path}-lock`); // in LMDB's way
    await using store = openStore({ clock });
    store.reportTo(alarms);
    const table = store.table('a');
    table.put('one', 1);
    await expect(table.settled()).rejects.toMatchObject({ kind: 'unreachable', code: 'STATE_NOT_WRITABLE' });
    await expect(table.get('two')).rejects.toMatchObject({ kind: 'unreachable' });
    expect(await table.get('one')).toBe(1);
    expect([...alarms.standing.keys()]).toEqual(['state-not-written']);
    await rm(`${path}-lock`, { recursive: true });
    await clock.advance(5_000);
    await waitFor(() => store.waiting.bytes === 0, { what: 'the commit' });
    expect([...alarms.standing.keys()]).toEqual([]);
    expect(await table.entries()).toEqual([['one', 1]]);
  });

  it('takes no more than fits into memory, counts the rest and tells whoever asks', async () => {
    await mkdir(`${path}-lock`);
    const logger = collectingLogger();
    await using store = StateStore.open(path, { clock: new FakeClock(), logger, maxPendingBytes: 100_000 });
    const table = store.table('a');
    table.put('first', 'x'.repeat(60_000));
    table.put('second', 'x'.repeat(60_000));
    table.put('first', 'y'.repeat(50_000));
    expect(store.waiting).toMatchObject({ refused: 1 });
    expect(await table.get('first')).toMatch(/^y/);
    await rm(`${path}-lock`, { recursive: true });
    await expect(table.settled()).rejects.toMatchObject({ message: expect.stringContaining('refused') as string });
    await table.settled();
    expect(await table.get('second')).toBeUndefined();
    expect(logger.messages('error')).toContainEqual(expect.stringMatching(/changes of a are lost/));
  });
});
