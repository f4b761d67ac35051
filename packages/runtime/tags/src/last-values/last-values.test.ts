import { statusCodes, ValueColumns, type TagValue } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { collectingLogger, FakeClock, MemoryStorage } from '@fieldwarden/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { TagStore } from '../store/tag-store.js';
import { tag } from '../testing/test-tags.js';
import { LastValues } from './last-values.js';

const numbers = Array.from({ length: 3_000 }, (_, i) => tag(`line/n${i}`));
const others = [
  tag('line/name', { type: { scalar: 'string' }, rawType: { scalar: 'string' } }),
  tag('line/total', { type: { scalar: 'int64' }, rawType: { scalar: 'int64' } }),
  tag('_system/x', { driverId: null, deviceId: null }),
];

let clock: FakeClock;
let storage: MemoryStorage;
let changes: number;

beforeEach(() => {
  clock = new FakeClock();
  storage = new MemoryStorage();
  changes = 0;
});

async function run(definitions: readonly TagDefinition[], mayRecall?: (handle: number) => boolean) {
  const store = new TagStore(clock, collectingLogger());
  store.define(definitions);
  store.onChange((_, count) => (changes += count));
  const table = await storage.table('last');
  const values = await LastValues.open({ store, table, clock, logger: collectingLogger() }, mayRecall);
  const read = (path: string) => store.read(store.handleOf(path)!);
  const set = (path: string, value: TagValue, sourceAtMs = 5): void =>
    store.set(store.handleOf(path)!, value, sourceAtMs);
  const fail = (path: string): void => store.fail(Uint32Array.of(store.handleOf(path)!), statusCodes.BadTimeout, 9);
  return { store, values, read, set, fail };
}

const uncertain = statusCodes.UncertainLastUsableValue;

describe('last values over a restart (§17.1)', () => {
  it('are there again, uncertain, with their old time; nobody is told of a change', async () => {
    const first = await run([...numbers, ...others]);
    for (const [i, { path }] of numbers.entries()) first.set(path, i, 1_000 + i);
    first.set('line/name', 'batch 7');
    first.set('line/total', 2n ** 60n);
    first.set('_system/x', 1);
    await first.values.close();
    changes = 0;
    const { read } = await run([...others, ...numbers.toReversed()]);
    expect(read('line/n2999')).toMatchObject({ value: 2_999, status: uncertain, sourceAtMs: 3_999 });
    expect(read('line/n0')).toMatchObject({ value: 0, status: uncertain, sourceAtMs: 1_000 });
    expect(read('line/name')).toMatchObject({ value: 'batch 7', status: uncertain, sourceAtMs: 5 });
    expect(read('line/total')).toMatchObject({ value: 2n ** 60n, status: uncertain });
    expect(read('_system/x').status).toBe(statusCodes.BadWaitingForInitialData);
    expect(changes).toBe(0);
  });

  it('give way to the first answer, and to the first failure', async () => {
    const first = await run(numbers.slice(0, 2));
    first.set('line/n0', 1);
    first.set('line/n1', 2);
    await first.values.close();
    const { store, read, fail } = await run(numbers.slice(0, 2));
    const columns = new ValueColumns(1);
    columns.setNumber(0, 1, 77);
    store.apply(Uint32Array.of(store.handleOf('line/n0')!), columns);
    expect(read('line/n0')).toMatchObject({ value: 1, status: statusCodes.Good, sourceAtMs: 77 });
    fail('line/n1');
    expect(read('line/n1').status).toBe(statusCodes.BadTimeout);
    expect(changes).toBe(4);
  });

  it('wait for the first answer however long it takes, and go stale only after it', async () => {
    const first = await run(numbers.slice(0, 1));
    first.set('line/n0', 1);
    await first.values.close();
    const { store, read, set } = await run(numbers.slice(0, 1));
    store.expect(Uint32Array.of(store.handleOf('line/n0')!), 100);
    const rule = { uncertainAfter: 3, badAfter: 6, slackMs: 0 };
    await clock.advance(3_000);
    store.markStale(rule);
    expect(read('line/n0').status).toBe(uncertain);
    set('line/n0', 2);
    await clock.advance(3_000);
    store.markStale(rule);
    expect(read('line/n0').status).toBe(statusCodes.BadNoCommunication);
  });

  it('are those before the failure for a tag that is Bad at the end, over several starts', async () => {
    const first = await run(numbers.slice(0, 1));
    first.set('line/n0', 4, 123);
    await clock.advance(10_000);
    first.fail('line/n0');
    await first.values.close();
    const second = await run(numbers.slice(0, 1));
    second.fail('line/n0');
    await second.values.close();
    const { read } = await run(numbers.slice(0, 1));
    expect(read('line/n0')).toMatchObject({ value: 4, status: uncertain, sourceAtMs: 123 });
  });

  it('are on disk every 10 s, and what is on disk stays until there is something newer', async () => {
    const first = await run(numbers.slice(0, 1));
    first.set('line/n0', 4);
    await clock.advance(10_000);
    await (await storage.table('last')).settled();
    storage.crash();
    await run(numbers.slice(0, 1)); // killed at once
    await (await storage.table('last')).settled();
    storage.crash();
    const { read } = await run(numbers.slice(0, 1));
    expect(read('line/n0')).toMatchObject({ value: 4, status: uncertain });
  });

  it('count no more for a tag with another address or type, nor for one that may not recall', async () => {
    const first = await run(numbers.slice(0, 4));
    for (const { path } of numbers.slice(0, 4)) first.set(path, 1);
    await first.values.close();
    const { store, read } = await run(
      [
        { ...numbers[0], address: 'elsewhere' },
        { ...numbers[1], type: { scalar: 'int32' }, rawType: { scalar: 'int32' } },
        numbers[2],
        numbers[3],
      ],
      (handle) => handle !== 3,
    );
    expect(store.pathOf(3)).toBe('line/n2');
    expect(numbers.slice(0, 4).map(({ path }) => read(path).status === uncertain)).toEqual([false, false, false, true]);
  });

  it('follow tags that come and go while the gateway runs', async () => {
    const first = await run(numbers.slice(0, 2));
    first.set('line/n0', 1);
    await clock.advance(10_000);
    first.store.remove(Uint32Array.of(first.store.handleOf('line/n0')!));
    first.store.define([numbers[5]]);
    first.set('line/n5', 55);
    await first.values.close();
    const { read } = await run([numbers[0], numbers[5]]);
    expect(read('line/n0').status).toBe(statusCodes.BadWaitingForInitialData);
    expect(read('line/n5')).toMatchObject({ value: 55, status: uncertain });
  });

  it('put nothing while nothing changes, and leave out what is too large', async () => {
    const first = await run(others.slice(0, 1));
    first.set('line/name', 'x'.repeat(1_000_000));
    await first.values.close();
    const table = await storage.table('last');
    const { read, values } = await run(others.slice(0, 1));
    expect(read('line/name').status).toBe(statusCodes.BadWaitingForInitialData);
    await clock.advance(10_000);
    const before = await table.get('values/0');
    table.delete('values/0');
    await clock.advance(10_000);
    expect([before !== undefined, await table.get('values/0')]).toEqual([true, undefined]);
    await values.close();
  });
});
