import { mayMount, SmallDisk, temporaryDirectory } from '@fieldwarden/testkit';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { batchOf, define, kept, openStore } from '../testing/test-store.js';

const t0 = Date.UTC(2026, 10, 15);

it.runIf(mayMount())(
  'waits for a full disk, and loses nothing that it took when there is room again (§8.4)',
  async () => {
    await using home = await temporaryDirectory('history-');
    using disk = new SmallDisk(join(home.path, 'disk'), '16m');
    const accepted: number[] = [];
    await using store = await openStore(disk.path, { accepted: (rows) => accepted.push(rows) });
    define(store, 1, 'a');
    store.record(batchOf([1, t0, 0]));
    store.flush();
    const rows = (from: number) =>
      batchOf(...Array.from({ length: 20_000 }, (_, i) => [1, t0 + (from + i) * 1_000, Math.random()] as const));
    {
      using _full = disk.fill();
      store.record(rows(1));
      expect(() => store.flush()).toThrow(/history cannot be written/);
      expect(store.state.refusal).toContain('history cannot be written');
      expect(kept(store, 'a')).toHaveLength(1);
      await expect(store.sealAll()).rejects.toThrow();
    }
    await store.sealAll();
    expect(kept(store, 'a')).toHaveLength(20_001);
    expect(store.state.refusal).toBeNull();
    {
      store.record(rows(30_000));
      store.flush();
      using _full = disk.fill();
      await expect(store.sealAll()).rejects.toThrow(); // they are in the journal, and can't be sealed
      expect(kept(store, 'a')).toHaveLength(40_001);
    }
    await store.sealAll();
    expect(kept(store, 'a')).toHaveLength(40_001);
    expect(accepted.reduce((sum, count) => sum + count, 0)).toBe(40_001);
  },
);
