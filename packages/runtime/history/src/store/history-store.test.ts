import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { statusCodes, systemClock } from '@fieldwarden/core';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { batchOf, define, kept, openStore } from '../testing/test-store.js';

const t0 = Date.UTC(2026, 10, 15, 12, 59, 58);
const lost = statusCodes.BadDataLost;

describe('the store of history (§8.4)', () => {
  it('gives back what was recorded, before and after it is sealed, and after a restart', async () => {
    await using home = await temporaryDirectory('history-');
    const rows = [
      [t0, 1],
      [t0 + 1_000, 2.5],
      [t0 + 3_000, -0],
      [t0 + 4_000, NaN],
    ] as const; // over the hour
    {
      await using store = await openStore(home.path);
      define(store, 7, 'a/speed');
      store.record(batchOf(...rows.map(([at, value]) => [7, at, value] as const)));
      store.flush();
      expect(kept(store, 'a/speed')).toEqual(rows);
      await store.sealAll();
      expect(kept(store, 'a/speed')).toEqual(rows);
      store.record(batchOf([7, t0 + 5_000, 6]));
    }
    await using store = await openStore(home.path);
    expect(kept(store, 'a/speed')).toEqual([...rows, [t0 + 5_000, 6]]);
    expect(readdirSync(home.path).filter((name) => name.endsWith('.mdb'))).toEqual([
      'history.2026-11.mdb',
      'history.journal.mdb',
    ]);
  });

  it('keeps texts, lists, 64-bit integers, infinities and bytes exactly', async () => {
    await using home = await temporaryDirectory('history-');
    await using store = await openStore(home.path);
    const values = {
      string: ['', 'ä', 'x'.repeat(5_000)],
      int64: [2n ** 63n - 1n, -1n],
      bytes: [Uint8Array.of(0, 255)],
      float32: [Infinity, -Infinity, NaN],
    } as const;
    for (const [i, [scalar, list]] of Object.entries(values).entries()) {
      define(store, i + 1, scalar, { scalar: scalar as keyof typeof values });
      store.record(batchOf(...list.map((value, k) => [i + 1, t0 + k, value] as const)));
    }
    define(store, 9, 'list', { scalar: 'int16', arrayLength: 3 });
    store.record(batchOf([9, t0, [1, -2, 3]]));
    await store.sealAll();
    for (const [scalar, list] of Object.entries(values)) {
      expect(kept(store, scalar).map(([, value]) => value)).toEqual([...list]);
    }
    expect(kept(store, 'list')).toEqual([[t0, [1, -2, 3]]]);
  });

  it('merges what comes late, and what a clock that stepped back says again, in order of time', async () => {
    await using home = await temporaryDirectory('history-');
    await using store = await openStore(home.path);
    define(store, 1, 'a');
    store.record(batchOf([1, t0, 1], [1, t0 + 10_000, 2]));
    await store.sealAll();
    store.record(batchOf([1, t0 + 5_000, 1.5], [1, t0 - 40 * 86_400_000, 0]));
    const all = [
      [t0 - 40 * 86_400_000, 0],
      [t0, 1],
      [t0 + 5_000, 1.5],
      [t0 + 10_000, 2],
    ];
    store.flush();
    expect(kept(store, 'a')).toEqual(all);
    await store.sealAll();
    expect(kept(store, 'a')).toEqual(all);
  });

  it('reads what a tag was under another type as the type that it has', async () => {
    await using home = await temporaryDirectory('history-');
    await using store = await openStore(home.path);
    define(store, 1, 'a', { scalar: 'int64' });
    store.record(batchOf([1, t0, 5n]));
    define(store, 2, 'a', { scalar: 'float32' });
    store.record(batchOf([2, t0 + 1, 5.5]));
    await store.sealAll();
    expect(kept(store, 'a')).toEqual([
      [t0, 5],
      [t0 + 1, 5.5],
    ]);
    define(store, 3, 'a', { scalar: 'string' });
    store.record(batchOf([3, t0 + 2, 'six']));
    store.flush();
    expect(kept(store, 'a').map(([, value]) => value)).toEqual(['5', '5.5', 'six']);
  });

  it('shows the time without a gateway, without a tag and without room as gaps', async () => {
    await using home = await temporaryDirectory('history-');
    const began = Date.now();
    {
      await using store = await openStore(home.path);
      define(store, 1, 'a');
      define(store, 2, 'b');
      store.record(batchOf([1, began - 1_000, 1], [2, began - 1_000, 1]));
      store.end([2], began - 500);
    }
    await using store = await openStore(home.path);
    define(store, 5, 'a');
    store.record(batchOf([5, Date.now() + 1_000, 3]));
    store.gap(Date.now() + 2_000);
    store.flush();
    expect(kept(store, 'a').map(([, value, status]) => [value, status])).toEqual([
      [1, undefined],
      [null, lost],
      [3, undefined],
      [null, lost],
    ]);
    expect(kept(store, 'b')).toEqual([
      [began - 1_000, 1],
      [began - 500, null, lost],
    ]);
    define(store, 6, 'a'); // its second number in this run: no second gap
    store.flush();
    expect(kept(store, 'a')).toHaveLength(4);
  });

  it('removes what is too old, month by month and hour by hour', async () => {
    await using home = await temporaryDirectory('history-');
    const nowMs = Date.UTC(2026, 10, 15, 12);
    const clock = { ...systemClock, wallMs: () => nowMs };
    await using store = await openStore(home.path, { clock, limits: { retentionDays: 10, maxBytes: 2 ** 40 } });
    define(store, 1, 'a');
    const dayMs = 86_400_000;
    store.record(batchOf(...[70, 40, 12, 9, 1].map((days) => [1, nowMs - days * dayMs, days] as const)));
    await store.sealAll();
    expect(kept(store, 'a')).toHaveLength(5);
    await store.retain();
    expect(kept(store, 'a').map(([, value]) => value)).toEqual([9, 1]);
    expect(readdirSync(home.path).filter((name) => /\d\.mdb$/.test(name))).toEqual(['history.2026-11.mdb']);
    expect(store.state.oldestAtMs).toBe(nowMs - 9 * dayMs);
  });

  it('removes the oldest where it is too much, and gives the room back', async () => {
    await using home = await temporaryDirectory('history-');
    const limits = { retentionDays: 3_650, maxBytes: 2 ** 20 };
    await using store = await openStore(home.path, { limits });
    define(store, 1, 'a');
    const nowMs = Date.now();
    const count = 600_000;
    for (let from = 0; from < count; from += 100_000) {
      store.record(
        batchOf(
          ...Array.from(
            { length: 100_000 },
            (_, i) => [1, nowMs - (count - from - i) * 1_000, Math.sin(from + i)] as const,
          ),
        ),
      );
    }
    await store.sealAll();
    expect(store.state.bytes).toBeGreaterThan(2 * limits.maxBytes);
    await store.retain();
    expect(store.state.bytes).toBeLessThanOrEqual(limits.maxBytes);
    const rest = kept(store, 'a');
    expect(rest.length).toBeGreaterThan(10_000);
    expect(rest.at(-1)![0]).toBe(nowMs - 1_000);
    const { statSync } = await import('node:fs');
    const onDisk = readdirSync(home.path).filter((name) => /\d\.mdb$/.test(name));
    expect(onDisk.reduce((sum, name) => sum + statSync(join(home.path, name)).size, 0)).toBeLessThan(
      2 * limits.maxBytes,
    );
  });
});
