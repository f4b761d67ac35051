import { PostgresServer } from '@fieldwarden/authority/testing';
import { parseDataType, type TagValue } from '@fieldwarden/core';
import { FaultProxy, temporaryDirectory, waitFor, type TemporaryDirectory } from '@fieldwarden/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openQueue, wideQueue } from '../testing/test-database.js';
import { batchOf } from '../testing/test-store.js';
import type { DatabaseQueue } from './queue/database-queue.js';

const dayMs = 86_400_000;
const todayMs = Math.floor(Date.now() / dayMs) * dayMs;

let server: PostgresServer;
let url: string;
let home: TemporaryDirectory;

beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(async () => await server?.[Symbol.asyncDispose]());
beforeEach(async () => {
  url = await server.database();
  home = await temporaryDirectory('history-');
});
afterEach(async () => await home[Symbol.asyncDispose]());

const sql = async (text: string): Promise<readonly Record<string, unknown>[]> => await server.superuser(url, text);

const drained = async (queue: DatabaseQueue): Promise<void> => {
  await waitFor(() => queue.state.waiting === 0 && queue.state.lastError === null, {
    what: 'an empty queue',
    timeoutMs: 60_000,
  });
};

/** 5,000 rows: the value of tag t1 at each millisecond from `first` on. */
function feed(queue: DatabaseQueue, first: number, count = 5_000): void {
  queue.record(batchOf(...Array.from({ length: count }, (_, i) => [1, todayMs + first + i, first + i] as const)));
}

/** Each of the first `count` values once, at its time. */
async function expectOnce(count: number): Promise<void> {
  const [found] = await sql(
    `select count(*)::int as rows, count(distinct number)::int as values, min(number) as first, max(number) as last,
       bool_and(at = to_timestamp(${todayMs / 1_000}) + number * interval '1 ms') as timely from fieldwarden_history.value`,
  );
  expect(found).toEqual({ rows: count, values: count, first: 0, last: count - 1, timely: true });
}

describe('history in PostgreSQL (§8.4)', () => {
  it('has every type in its column, to the last digit', async () => {
    const values: readonly (readonly [string, TagValue | null, number, object])[] = [
      ['float32', 0.5, 0, { number: 0.5, integer: null, text: null }],
      ['float64', NaN, 0, { number: NaN, integer: null, text: null }],
      ['float64', -Infinity, 0, { number: -Infinity, integer: null, text: null }],
      ['float64', null, 0x809d0000, { number: null, integer: null, text: null }],
      ['bool', true, 0, { number: 1, integer: null, text: null }],
      ['datetime', 1_000, 0, { number: 1_000, integer: null, text: null }],
      ['int64', 0n, 0, { number: 0, integer: '0', text: null }],
      ['int64', -(2n ** 63n), 0, { number: -(2 ** 63), integer: '-9223372036854775808', text: null }],
      ['uint64', 10_000_000_000_000_000n, 0, { number: 1e16, integer: '10000000000000000', text: null }],
      ['uint64', 2n ** 64n - 1n, 0x40000000, { number: 2 ** 64, integer: '18446744073709551615', text: null }],
      ['string', 'ü\n"\0"', 0, { number: null, integer: null, text: 'ü\n"\ufffd"' }],
      ['bytes', new Uint8Array([1, 255]), 0, { number: null, integer: null, text: 'Af8=' }],
      ['int32[2]', [1, -2], 0, { number: null, integer: null, text: '[1,-2]' }],
    ];
    await using queue = await openQueue(home.path, url);
    for (const [i, [type, value, status]] of values.entries()) {
      queue.define([{ number: 100 + i, path: `v${i}`, type: parseDataType(type)!, stepped: false }]);
      queue.record(batchOf([100 + i, todayMs + 0.125, value, status]));
    }
    await drained(queue);
    const rows = await sql(
      `select path, data_type, number, integer::text, text, status, extract(epoch from at)::text as at
       from fieldwarden_history.value v join fieldwarden_history.tag t on t.id = v.tag_id order by substr(path, 2)::int`,
    );
    const at = `${todayMs / 1_000}.000125`;
    expect(rows).toEqual(
      values.map(([type, , status, columns], i) => ({
        path: `v${i}`,
        data_type: type,
        status: String(status),
        at,
        ...columns,
      })),
    );
  });

  it('has days as partitions, made ahead; what no site wants any more goes, what is too old or from the future never comes', async () => {
    await using queue = await openQueue(home.path, url, { limits: { ...wideQueue, retentionDays: 3 } });
    queue.record(
      batchOf(
        [1, todayMs - 4 * dayMs, 1],
        [1, todayMs - 3 * dayMs, 2],
        [1, todayMs - 1, 3],
        [1, todayMs + 3 * dayMs, 4],
      ),
    );
    await drained(queue);
    expect(queue.state).toMatchObject({ written: 2, outOfRange: 2, connected: true, layout: 'partitions' });
    const days = async (): Promise<unknown> =>
      (await sql(`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'fieldwarden_history.value'::regclass order by 1`)).map(({ name }) => name); // prettier-ignore
    const name = (day: number): string =>
      `fieldwarden_history.value_${new Date(todayMs + day * dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
    expect(await days()).toEqual([-3, -1, 0, 1, 2].map(name));
    await queue.close();
    await sql(`insert into fieldwarden_history.site values ('other', 2)`);
    await using shorter = await openQueue(home.path, url, { limits: { ...wideQueue, retentionDays: 1 } });
    await drained(shorter);
    await waitFor(() => shorter.state.connected, { what: 'a connection' });
    await waitFor(async () => ((await days()) as string[]).length === 4, { what: 'the old day to go' });
    expect(await days()).toEqual([-1, 0, 1, 2].map(name)); // the other site keeps two
    const plan = JSON.stringify(await sql(`explain select * from fieldwarden_history.value where tag_id = 1 and at > now() and at < now() + interval '1 minute'`)); // prettier-ignore
    expect(plan).toContain('tag_id = 1');
    const indexes = await sql(`select count(*)::int as n from pg_indexes where schemaname = 'fieldwarden_history' and indexdef like '%(tag_id, at)%'`); // prettier-ignore
    expect(indexes).toEqual([{ n: 5 }]); // the table's and each partition's
  });

  it('knows a tag again after a restart, and gives it a second row when its type changes', async () => {
    for (const scalar of ['float64', 'float64', 'int16'] as const) {
      await using queue = await openQueue(home.path, url);
      queue.define([{ number: 9, path: 'line/a', type: { scalar }, stepped: false }]);
      queue.record(batchOf([9, todayMs, 1]));
      await drained(queue);
    }
    expect(await sql('select path, data_type, site from fieldwarden_history.tag order by id')).toEqual([
      { path: 'line/a', data_type: 'float64', site: 'lab' },
      { path: 'line/a', data_type: 'int16', site: 'lab' },
    ]);
    expect(await sql('select count(*)::int as n from fieldwarden_history.value')).toEqual([{ n: 3 }]);
  });
});

describe('a history database that fails (§8.4)', () => {
  let proxy: FaultProxy;
  let through: string;

  beforeEach(async () => {
    proxy = await FaultProxy.listen({ targetPort: server.port });
    through = server.url(new URL(url).pathname.slice(1), { port: proxy.port });
  });
  afterEach(async () => await proxy[Symbol.asyncDispose]());

  it('gets each value once, wherever in its work the connection breaks', async () => {
    await using queue = await openQueue(home.path, through);
    let count = 0;
    for (const [direction, bytes] of [
      ['toServer', 700],
      ['toServer', 5_000],
      ['toServer', 60_000],
      ['toServer', 330_000],
      ['toClient', 600],
      ['toClient', 1_000],
      ['toClient', 1_400],
      ['toClient', 1_800],
      ['toClient', 2_200],
    ] as const) {
      // prettier-ignore
      proxy[direction].cutAfterBytes = bytes;
      proxy.dropConnections();
      feed(queue, count);
      count += 5_000;
      await waitFor(() => queue.state.lastError !== null || queue.state.waiting === 0, { what: 'the break', timeoutMs: 30_000 }); // prettier-ignore
      await proxy.heal();
      await drained(queue);
      await expectOnce(count);
    }
  });

  it('gets each value once when the connection breaks while it commits', async () => {
    await using queue = await openQueue(home.path, through);
    feed(queue, 0);
    await drained(queue);
    await sql(`
      create function slow_commit() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return null; end $$;
      create constraint trigger slow_commit after update on fieldwarden_history.writer deferrable initially deferred
        for each row execute function slow_commit()`);
    const committing = async (): Promise<boolean> =>
      (await sql(`select 1 from pg_stat_activity where query = 'commit' and state = 'active' and datname = current_database()`)).length > 0; // prettier-ignore
    for (const count of [5_000, 10_000]) {
      feed(queue, count);
      await waitFor(committing, { what: 'the commit', timeoutMs: 20_000 });
      expect(queue.state.waiting).toBe(1);
      proxy.dropConnections(); // the server commits, and nobody hears of it
      await drained(queue);
      await expectOnce(count + 5_000);
    }
    expect(queue.state.written).toBe(5_000); // all others were found to be there
  });

  it('gets all of it when it was away, was killed in the midst of a copy, or is slow', async () => {
    await using queue = await openQueue(home.path, through);
    feed(queue, 0);
    await drained(queue);
    proxy.refuse();
    proxy.dropConnections();
    for (let first = 5_000; first < 50_000; first += 5_000) feed(queue, first);
    const allWait = (): boolean => queue.state.waiting === 9 && queue.state.oldestAtMs !== null;
    await waitFor(() => queue.state.lastError !== null && allWait(), {
      what: 'the outage to be seen, and all batches to wait',
      timeoutMs: 20_000,
    });
    expect(queue.state.connected).toBe(false);
    expect(queue.state.oldestAtMs).toBeLessThanOrEqual(Date.now());
    expect(JSON.stringify(queue.state)).not.toContain(encodeURIComponent(server.password));
    proxy.toServer.bytesPerSecond = 400_000;
    await proxy.accept();
    await waitFor(() => queue.state.connected, { what: 'the database to be back', timeoutMs: 60_000 });
    await server.kill();
    await server.restart();
    await drained(queue);
    await expectOnce(50_000);
  });

  it('is filled up by another run of the gateway, beyond the limits with gaps that are counted', async () => {
    proxy.refuse();
    const before = await openQueue(home.path, through);
    for (let first = 0; first < 20_000; first += 5_000) feed(before, first);
    await before.close();
    await proxy.accept();
    const after = await openQueue(home.path, through);
    feed(after, 20_000);
    await drained(after);
    await expectOnce(25_000);
    proxy.refuse();
    proxy.dropConnections();
    after.setLimits({ ...wideQueue, maxMessages: 2 });
    for (let first = 25_000; first < 50_000; first += 5_000) feed(after, first);
    await waitFor(() => after.state.waiting === 2, { what: 'the oldest to go' });
    expect(after.state.dropped.count).toBe(3);
    await proxy.accept();
    await drained(after);
    const [{ rows }] = await sql('select count(*)::int as rows from fieldwarden_history.value');
    expect(rows).toBe(35_000);
    await after.close();
  });
});
