import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AlarmBook, AlarmEvents, TableMemory } from '@fieldwarden/alarms';
import { testCondition, testVerdict } from '@fieldwarden/alarms/testing';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { StateStore } from '@fieldwarden/storage';
import { temporaryDirectory } from '@fieldwarden/testkit';
import type { Benchmark, BenchResult } from '../benchmark.js';

/** What a flood of alarms costs the book, and a long journal who reads it. */
export const alarmJournal: Benchmark = {
  name: 'alarm-journal',
  title: 'a thousand alarms in a second, and a journal of a hundred thousand rows',
  async run({ quick }): Promise<BenchResult[]> {
    await using home = await temporaryDirectory();
    const flood = await ofFlood(join(home.path, 'state.mdb'));
    return [...flood, ...(await ofLongJournal(home.path, quick ? 20_000 : 100_000))];
  },
};

const count = 1_000;

/** A thousand conditions become active within a second, ten each 10 ms, as in a plant that loses its air. */
async function ofFlood(file: string): Promise<BenchResult[]> {
  await using store = StateStore.open(file, { clock: systemClock, logger: silentLogger });
  const book = await bookOn(store);
  using events = new AlarmEvents({ clock: systemClock, events: { append: () => undefined } });
  book.follow(events.tell);
  const ids = Array.from({ length: count }, (_, i) => `condition-${i}`);
  const conditions = book.conditionsOf('alarms');
  conditions.define(ids.map((id) => testCondition({ id })));
  const before = process.cpuUsage();
  for (let i = 0; i < count; i += 10) {
    for (const id of ids.slice(i, i + 10)) conditions.judge(id, testVerdict(true));
    await sleep(10);
  }
  const judged = performance.now();
  await book.kept();
  const kept = performance.now();
  const { user, system } = process.cpuUsage(before);
  const listing = performance.now();
  const listed = book.list().length;
  const listMs = performance.now() - listing;
  const { rows } = await book.journal({ limit: count + 1 });
  if (listed !== count) throw new Error(`the list has ${listed} of ${count} alarms`);
  await book.close();
  return [
    {
      metric: '1,000 alarms in 1 s: rows of the journal',
      value: rows.length,
      unit: 'rows',
      target: { atLeast: count },
    },
    { metric: '1,000 alarms in 1 s: list', value: listMs, unit: 'ms', target: { atMost: 1_000 } },
    { metric: '1,000 alarms in 1 s: on the disk after the last', value: kept - judged, unit: 'ms' },
    { metric: 'CPU of an alarm, its event and its row', value: (user + system) / count, unit: 'µs' },
  ];
}

async function ofLongJournal(folder: string, rows: number): Promise<BenchResult[]> {
  const file = join(folder, 'long.mdb');
  {
    await using store = StateStore.open(file, { clock: systemClock, logger: silentLogger });
    const book = await bookOn(store);
    const conditions = book.conditionsOf('alarms');
    const ids = Array.from({ length: 100 }, (_, i) => `condition-${i}`);
    conditions.define(ids.map((id) => testCondition({ id })));
    for (let i = 0; i < rows; i += 1) {
      conditions.judge(ids[i % 100], testVerdict(Math.floor(i / 100) % 2 === 0));
      if (i % 1_000 === 999) await book.kept();
    }
    await book.close();
  }
  const opening = performance.now();
  await using store = StateStore.open(file, { clock: systemClock, logger: silentLogger });
  const book = await bookOn(store);
  const restored = performance.now();
  await book.journal({ limit: 100 });
  const first = performance.now();
  const found = await book.journal({ limit: 100, text: 'no such text' });
  const searched = performance.now();
  if (found.rows.length > 0) throw new Error('the journal has what nobody wrote');
  await book.close();
  return [
    { metric: `restored with ${rows.toLocaleString('en')} rows`, value: restored - opening, unit: 'ms' },
    { metric: 'first page', value: first - restored, unit: 'ms' },
    { metric: 'search through all', value: searched - first, unit: 'ms' },
  ];
}

/** As the gateway has it. */
async function bookOn(store: StateStore): Promise<AlarmBook> {
  const memory = new TableMemory(() =>
    Promise.resolve({
      alarms: store.table('gateway/alarms'),
      chunks: store.table('gateway/alarm-journal'),
      heads: store.table('gateway/alarm-journal-heads'),
    }),
  );
  const book = new AlarmBook({ clock: systemClock, logger: silentLogger, memory });
  await book.restore();
  return book;
}
