import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MonthFile } from '../files/month-file.js';
import { collectingLogger, temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { batchOf, define, kept, openStore } from '../testing/test-store.js';

const october = Date.UTC(2026, 9, 10);
const november = Date.UTC(2026, 10, 10);
const minutes = 60;

/** Two months of a tag; the second of them has its values in blocks of an hour each. */
async function fill(folder: string): Promise<void> {
  await using store = await openStore(folder);
  define(store, 1, 'a');
  for (const start of [october, november]) {
    for (let hour = 0; hour < 5; hour += 1) {
      const first = start + hour * 3_600_000;
      store.record(
        batchOf(...Array.from({ length: minutes }, (_, i) => [1, first + i * 60_000, Math.random()] as const)),
      );
    }
  }
  await store.sealAll();
}

const monthPath = (folder: string, month: string): string => join(folder, `history.${month}.mdb`);

describe('damage (§8.4)', () => {
  it('of a block costs that block, and is told', async () => {
    await using home = await temporaryDirectory('history-');
    await fill(home.path);
    const path = monthPath(home.path, '2026-11');
    const month = await MonthFile.open(path, '2026-11');
    const [place] = month.places(1, november / 3_600_000 + 2);
    const block = Buffer.from(month.block(place) as Uint8Array);
    await month.close();
    const bytes = readFileSync(path);
    for (let at = bytes.indexOf(block); at >= 0; at = bytes.indexOf(block, at)) bytes[at + (block.length >> 1)] ^= 1;
    writeFileSync(path, bytes);
    const logger = collectingLogger();
    await using store = await openStore(home.path, { logger });
    const rest = kept(store, 'a');
    expect(rest.filter(([atMs]) => atMs < november)).toHaveLength(5 * minutes);
    expect(rest.filter(([atMs]) => atMs >= november)).toHaveLength(4 * minutes);
    expect(store.state.damagedBlocks).toBe(1);
    expect(store.state.damage).toContain('history.2026-11.mdb');
  });

  it('of a file costs that month: it is set aside, and a new one is begun', async () => {
    await using home = await temporaryDirectory('history-');
    await fill(home.path);
    truncateSync(monthPath(home.path, '2026-11'), 3 * 4_096);
    await using store = await openStore(home.path);
    expect(kept(store, 'a')).toHaveLength(5 * minutes);
    expect(store.state.damage).toMatch(/history\.2026-11\.mdb could not be used.*what was kept in 2026-11 is missing/);
    expect(readdirSync(home.path).some((name) => name.startsWith('history.2026-11.mdb.damaged-'))).toBe(true);
    define(store, 1, 'a');
    store.record(batchOf([1, november + 7, 7]));
    await store.sealAll();
    expect(kept(store, 'a').filter(([, value]) => value === 7)).toEqual([[november + 7, 7]]);
  });

  it('of the journal costs what was in no block', async () => {
    await using home = await temporaryDirectory('history-');
    await fill(home.path);
    writeFileSync(join(home.path, 'history.journal.mdb'), Buffer.alloc(8_192, 7));
    await using store = await openStore(home.path);
    expect(kept(store, 'a')).toHaveLength(10 * minutes);
    define(store, 1, 'a');
    store.record(batchOf([1, november + 7, 7]));
    await store.sealAll();
    expect(kept(store, 'a')).toHaveLength(10 * minutes + 1);
  });
});
