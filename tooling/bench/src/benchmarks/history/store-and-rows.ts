import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { HistoryStore, StoreReader } from '@fieldwarden/history';
import type { HistoryPage } from '@fieldwarden/service';
import { temporaryDirectory } from '@fieldwarden/testkit';
import type { BenchResult } from '../../benchmark.js';
import type { HistoryPart } from './history-part.js';
import { roundOf, valueOf } from './history-load.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const everyMs = 1_000;
const tags = 10_000;
const perSecond = 50_000;
const peerName = 'node:sqlite rows';

/** What is needed of a store for this benchmark. */
interface Written {
  readonly cpuUs: number;
  readonly bytes: number;
}

/** The store with its files, beside rows in SQLite with key (tag, time) in the same run. */
export const storeAndRows: HistoryPart = async ({ quick }) => {
  const rounds = quick ? 60 : 600;
  await using home = await temporaryDirectory('fieldwarden-bench-history-');
  const firstMs = Math.floor(Date.now() / dayMs) * dayMs - 40 * dayMs;
  await using store = await HistoryStore.open({
    folder: home.path,
    limits: { retentionDays: 3_650, maxBytes: 2 ** 40 },
    clock: systemClock,
    logger: silentLogger,
  });
  const float32 = { scalar: 'float32' } as const;
  store.define(
    Array.from({ length: tags + 1 }, (_, i) => ({ number: i + 1, path: `t${i + 1}`, type: float32, stepped: false })),
  );
  const blocks = await writeBlocks(store, rounds, firstMs);
  const rows = new RowStore(join(home.path, 'rows.db'));
  const peerRounds = Math.max(6, rounds / 20);
  const rowsWritten = rows.write(peerRounds, firstMs);
  const month = await writeMonth(store, firstMs);
  rows.writeMonth(month.fromMs, month.count);
  const read = await readings(store, rows, firstMs, month, quick);
  rows.close();
  return [
    { metric: 'written, CPU a value', value: blocks.cpuUs, unit: 'us', peer: { name: peerName, value: rowsWritten.cpuUs } },
    { metric: `CPU at ${perSecond} values/s`, value: (blocks.cpuUs * perSecond) / 1e4, unit: '% of a core', target: { atMost: 5 }, peer: { name: peerName, value: (rowsWritten.cpuUs * perSecond) / 1e4 } },
    { metric: "at rest, the rig's mix", value: blocks.bytes, unit: 'B a value', target: { atMost: 5 }, peer: { name: peerName, value: rowsWritten.bytes } },
    ...read,
  ]; // prettier-ignore
};

async function writeBlocks(store: HistoryStore, rounds: number, firstMs: number): Promise<Written> {
  const batches = 60;
  let values = 0;
  let cpuUs = 0;
  for (let round = 0; round < rounds; round += 1) {
    const batch = roundOf(tags, round, firstMs + round * everyMs);
    values += batch.count;
    const before = process.cpuUsage();
    store.record(batch);
    if (round % batches === batches - 1) store.flush();
    if (round % 600 === 599 || round === rounds - 1) await store.sealAll();
    const { user, system } = process.cpuUsage(before);
    cpuUs += user + system;
  }
  return { cpuUs: cpuUs / values, bytes: store.state.bytes / values };
}

/** A tag of its own at 1 s for 30 days. */
async function writeMonth(
  store: HistoryStore,
  firstMs: number,
): Promise<{ fromMs: number; toMs: number; count: number }> {
  const fromMs = firstMs;
  const seconds = 30 * 86_400;
  for (let from = 0; from < seconds; from += 3_600) {
    const batch = roundOf(1, 0, 0);
    const { timesMs, values, tags: numbers, statuses } = columnsOf(3_600);
    for (let i = 0; i < 3_600; i += 1) {
      timesMs[i] = fromMs + (from + i) * 1_000;
      values[i] = valueOf(4, from + i)!;
      numbers[i] = tags + 1;
    }
    store.record({ ...batch, timesMs, values, tags: numbers, statuses, count: 3_600 });
  }
  await store.sealAll();
  return { fromMs, toMs: fromMs + 30 * dayMs, count: seconds };
}

function columnsOf(count: number) {
  return {
    timesMs: new Float64Array(count),
    values: new Float64Array(count),
    tags: new Uint32Array(count),
    statuses: new Uint32Array(count),
  };
}

async function readings(
  store: HistoryStore,
  rows: RowStore,
  firstMs: number,
  month: { readonly fromMs: number; readonly toMs: number },
  quick: boolean,
): Promise<readonly BenchResult[]> {
  const reader = new StoreReader(store);
  const times = quick ? 5 : 20;
  const fromMs = firstMs + hourMs;
  const hour = { path: `t${tags + 1}`, fromMs, toMs: fromMs + hourMs, limit: 10_000, bounds: false };
  const intervalMs = (month.toMs - month.fromMs) / 1_000;
  const processed = { path: `t${tags + 1}`, ...month, aggregate: 'time-average', intervalMs, limit: 1_000 } as const;
  const curve = { path: `t${tags + 1}`, ...month, buckets: 1_000 };
  const rowHour = await quietestMs(times, () => Promise.resolve(rows.hour(tags + 1, fromMs, fromMs + hourMs)));
  const rowMonth = await quietestMs(Math.min(3, times), () => Promise.resolve(rows.buckets(month.fromMs, month.toMs)));
  const beside = await hourBesideMonths(reader, hour, processed);
  return [
    { metric: `raw hour at 1 s of one tag of ${tags}`, value: await quietestMs(times, () => reader.ask('raw', hour)), unit: 'ms', target: { atMost: 1 }, peer: { name: peerName, value: rowHour } },
    { metric: '30 days at 1 s in 1,000 buckets, time-average', value: await quietestMs(times, () => reader.ask('processed', processed)), unit: 'ms', target: { atMost: 100 }, peer: { name: peerName, value: rowMonth } },
    { metric: '30 days at 1 s in 1,000 buckets, for a curve', value: await quietestMs(times, () => reader.ask('buckets', curve)), unit: 'ms', target: { atMost: 100 }, peer: { name: peerName, value: rowMonth } },
    { metric: 'raw hour while four times 30 days are read', value: beside, unit: 'ms' },
  ]; // prettier-ignore
}

/** How long a short question waits among long ones. */
async function hourBesideMonths(reader: StoreReader, hour: object, month: object): Promise<number> {
  const long = Array.from({ length: 4 }, () => reader.ask('processed', month));
  const startMs = performance.now();
  const page = (await reader.ask('raw', hour)) as HistoryPage;
  const tookMs = performance.now() - startMs;
  await Promise.all(long);
  if (page.timesMs.length !== 3_600) throw new Error('the hour was not read');
  return tookMs;
}

async function quietestMs(times: number, work: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < times; i += 1) {
    const startMs = performance.now();
    await work();
    least = Math.min(least, performance.now() - startMs);
  }
  return least;
}

/** Rows with key (tag, time), as a gateway keeps them that takes a database for history. */
class RowStore {
  readonly #path: string;
  readonly #db: DatabaseSync;

  constructor(path: string) {
    this.#path = path;
    this.#db = new DatabaseSync(path);
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    this.#db.exec(
      'CREATE TABLE value (tag INTEGER, at INTEGER, value REAL, status INTEGER, PRIMARY KEY (tag, at)) WITHOUT ROWID',
    );
  }

  write(rounds: number, firstMs: number): Written {
    let values = 0;
    const before = process.cpuUsage();
    for (let round = 0; round < rounds; round += 1) {
      const batch = roundOf(tags, round, firstMs + round * everyMs);
      values += batch.count;
      this.#insert(batch.count, (i) => [batch.tags[i], batch.timesMs[i], batch.values[i]]);
    }
    const { user, system } = process.cpuUsage(before);
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return { cpuUs: (user + system) / values, bytes: statSync(this.#path).size / values };
  }

  writeMonth(fromMs: number, count: number): void {
    this.#insert(count, (i) => [tags + 1, fromMs + i * 1_000, valueOf(4, i)!]);
  }

  hour(tag: number, fromMs: number, toMs: number): number {
    const query = 'SELECT at, value, status FROM value WHERE tag = ? AND at >= ? AND at < ?';
    return this.#db.prepare(query).all(BigInt(tag), BigInt(fromMs), BigInt(toMs)).length;
  }

  buckets(fromMs: number, toMs: number): number {
    const widthMs = BigInt(Math.floor((toMs - fromMs) / 1_000));
    const query =
      'SELECT (at - ?) / ? AS bucket, avg(value), min(value), max(value), count(*) FROM value WHERE tag = ? AND at >= ? AND at < ? GROUP BY bucket';
    return this.#db.prepare(query).all(BigInt(fromMs), widthMs, BigInt(tags + 1), BigInt(fromMs), BigInt(toMs)).length;
  }

  close(): void {
    this.#db.close();
  }

  #insert(count: number, rowOf: (i: number) => readonly [tag: number, atMs: number, value: number]): void {
    const statement = this.#db.prepare('INSERT OR REPLACE INTO value VALUES (?, ?, ?, 0)');
    this.#db.exec('BEGIN');
    for (let i = 0; i < count; i += 1) {
      const [tag, atMs, value] = rowOf(i);
      statement.run(BigInt(tag), BigInt(atMs), value);
    }
    this.#db.exec('COMMIT');
  }
}
