import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../testing/memory-table.js';
import { AlarmJournal, type JournalLimits } from './alarm-journal.js';
import type { JournalQuery, JournalRow } from './journal-row.js';

const startMs = Date.UTC(2030, 0, 1);

function row(second: number, more: Partial<JournalRow> = {}): Omit<JournalRow, 'seq'> {
  return {
    at: new Date(startMs + second * 1_000).toISOString(),
    id: 'filler-hot',
    driverId: null,
    device: null,
    area: 'packaging/filler',
    priority: 'high',
    message: 'Filler is hot',
    transition: 'active',
    value: second,
    quality: 'Good',
    user: null,
    note: null,
    generation: 1,
    ...more,
  };
}

async function journalOn(table: MemoryTable, limits: Partial<JournalLimits> = {}): Promise<AlarmJournal> {
  const journal = new AlarmJournal(limits);
  await journal.load(table.tables);
  return journal;
}

const seqs = async (journal: AlarmJournal, query: Partial<JournalQuery> = {}): Promise<readonly number[]> =>
  (await journal.page({ limit: 1_000, ...query })).rows.map(({ seq }) => seq);

describe('the journal of alarms (§18.3)', () => {
  it('has every row, also over a restart, and goes on counting', async () => {
    const table = new MemoryTable();
    const first = await journalOn(table);
    for (let i = 0; i < 150; i += 1) first.append(row(i));
    first.flush();
    await table.settled();
    const second = await journalOn(table);
    second.append(row(150));
    expect([second.size, await seqs(second)]).toEqual([151, Array.from({ length: 151 }, (_, i) => 151 - i)]);
  });

  it('is asked page by page, newest first', async () => {
    const journal = await journalOn(new MemoryTable());
    for (let i = 0; i < 130; i += 1) journal.append(row(i));
    const first = await journal.page({ limit: 70 });
    expect([first.rows[0].seq, first.next]).toEqual([130, 61]);
    const second = await journal.page({ limit: 60, beforeSeq: first.next! });
    expect([second.rows[0].seq, second.rows.length, second.next]).toEqual([60, 60, null]);
  });

  it('is asked by time, area, condition, transition and text', async () => {
    const journal = await journalOn(new MemoryTable());
    journal.append(row(0, { area: 'packaging', id: 'belt' }));
    journal.append(row(1, { transition: 'acknowledged', user: 'Anna', note: 'on my way' }));
    journal.append(row(2, { area: 'packaging/fillers' }));
    journal.append(row(3, { area: null, message: 'many Hosts end' }));
    expect(await seqs(journal, { fromMs: startMs + 1_000, toMs: startMs + 3_000 })).toEqual([3, 2]);
    expect(await seqs(journal, { area: 'packaging' })).toEqual([3, 2, 1]);
    expect(await seqs(journal, { area: 'packaging/filler' })).toEqual([2]);
    expect(await seqs(journal, { id: 'belt' })).toEqual([1]);
    expect(await seqs(journal, { transition: 'acknowledged' })).toEqual([2]);
    for (const text of ['anna', 'MY WAY']) expect(await seqs(journal, { text })).toEqual([2]);
    expect(await seqs(journal, { text: 'hosts' })).toEqual([4]);
  });

  it('finds rows of a time also where the clock was set back', async () => {
    const journal = await journalOn(new MemoryTable());
    for (let i = 0; i < 100; i += 1) journal.append(row(i));
    for (let i = 0; i < 100; i += 1) journal.append(row(i - 50));
    expect(await seqs(journal, { fromMs: startMs + 10_000, toMs: startMs + 11_000 })).toEqual([161, 11]);
  });

  it.each([
    ['rows', { rows: 128 }],
    ['size', { bytes: 40_000 }],
    ['age', { ageMs: 150_000 }],
  ])('is bounded by %s: the oldest go, on the disk, too', async (_, limits) => {
    const table = new MemoryTable();
    const journal = await journalOn(table, limits);
    for (let i = 0; i < 1_000; i += 1) journal.append(row(i));
    journal.flush();
    await table.settled();
    expect(journal.size).toBeLessThan(300);
    expect(journal.size).toBeGreaterThan(100);
    expect((await seqs(await journalOn(table, limits))).length).toBe(journal.size);
  });

  it('keeps 100,000 rows', () => {
    const journal = new AlarmJournal();
    for (let i = 0; i < 140_000; i += 1) journal.append(row(i / 100));
    expect(journal.size).toBeGreaterThanOrEqual(131_072);
    expect(journal.size).toBeLessThan(131_200);
  });

  it('goes on behind what was damaged', async () => {
    const table = new MemoryTable();
    const first = await journalOn(table);
    for (let i = 0; i < 100; i += 1) first.append(row(i));
    first.flush();
    await table.settled();
    const { chunks } = table.tables;
    chunks.delete((await chunks.entries()).map(([key]) => key).toSorted()[1]);
    const second = await journalOn(table);
    expect(second.append(row(200)).seq).toBe(101);
    expect(await seqs(second, { limit: 3 })).toEqual([101, 64, 63]);
  });
});
