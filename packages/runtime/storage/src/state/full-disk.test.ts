import { join } from 'node:path';
import { silentLogger, systemClock } from '@fieldwarden/core';
import {
  FakeClock,
  mayMount,
  SmallDisk,
  temporaryDirectory,
  waitFor,
  type TemporaryDirectory,
} from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alarmBook } from '../testing/alarm-book.js';
import { StateStore } from './state-store.js';

const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown): void => void unhandled.push(reason);

let home: TemporaryDirectory;

beforeEach(async () => {
  home = await temporaryDirectory('fieldwarden-disk-');
  unhandled.length = 0;
  process.on('unhandledRejection', noteUnhandled);
});

afterEach(async () => {
  process.off('unhandledRejection', noteUnhandled);
  await home[Symbol.asyncDispose]();
  expect(unhandled).toEqual([]);
});

const title = 'a store on a disk that takes nothing (§16.5)';

describe(mayMount() ? title : `${title}: needs the right to mount (root)`, () => {
  it.runIf(mayMount())('that is full keeps changes, says so once, and writes them when there is room', async () => {
    using disk = new SmallDisk(join(home.path, 'disk'), '1m');
    const path = join(disk.path, 'state.mdb');
    const clock = new FakeClock();
    const alarms = alarmBook();
    {
      await using store = StateStore.open(path, { clock, logger: silentLogger });
      store.reportTo(alarms);
      const table = store.table('a');
      table.put('before', 1);
      await table.settled();
      {
        using _ballast = disk.fill();
        for (let i = 0; i < 5; i += 1) table.put(`large ${i}`, 'x'.repeat(50_000));
        await expect(table.settled()).rejects.toMatchObject({
          kind: 'unreachable',
          message: expect.stringMatching(/cannot be written/) as string,
        });
        table.put('later', 2);
        await clock.advance(5_000);
        await waitFor(() => clock.pendingTimers === 1, { what: 'the next attempt to be due' });
        expect([await table.get('before'), await table.get('later'), (await table.entries()).length]).toEqual([
          1, 2, 7,
        ]);
        expect([...alarms.standing.keys()]).toEqual(['state-not-written']);
      }
      await clock.advance(5_000);
      await waitFor(() => store.waiting.bytes === 0, { what: 'the commit' });
      expect([...alarms.standing.keys()]).toEqual([]);
    }
    await using after = StateStore.open(path, { clock: systemClock, logger: silentLogger });
    expect(await after.table('a').entries()).toHaveLength(7);
  });

  it.runIf(mayMount())('that is full at the start, whatever little room is left, shows what is there', async () => {
    using disk = new SmallDisk(join(home.path, 'disk'), '1m');
    const path = join(disk.path, 'state.mdb');
    {
      await using store = StateStore.open(path, { clock: systemClock, logger: silentLogger });
      for (let i = 0; i < 20; i += 1) store.table('a').put(String(i), 'x'.repeat(5_000));
    }
    for (const pages of [0, 1, 2, 5, 10, 30]) {
      using _ballast = disk.fill(pages * 4_096);
      await using store = StateStore.open(path, { clock: systemClock, logger: silentLogger });
      expect(await store.table('a').entries()).toHaveLength(20);
    }
  });

  it.runIf(mayMount())('that is full at the very first start ends no gateway', async () => {
    using disk = new SmallDisk(join(home.path, 'disk'), '64k');
    const clock = new FakeClock();
    const alarms = alarmBook();
    const path = join(disk.path, 'state.mdb');
    const ballast = disk.fill();
    await using store = StateStore.open(path, { clock, logger: silentLogger });
    store.reportTo(alarms);
    store.table('a').put('one', 1);
    await expect(store.settled()).rejects.toMatchObject({ code: 'STATE_NOT_WRITABLE' });
    expect(alarms.standing.get('state-not-written')).toMatch(/state\.mdb cannot be opened: .*ENOSPC.*kept in memory/);
    ballast[Symbol.dispose]();
    await store.settled();
    expect([await store.table('a').get('one'), alarms.standing.size]).toEqual([1, 0]);
  });

  it.runIf(mayMount())('that is read-only ends no gateway, and is written when it is no more', async () => {
    using disk = new SmallDisk(join(home.path, 'disk'), '1m');
    const path = join(disk.path, 'state.mdb');
    {
      await using store = StateStore.open(path, { clock: systemClock, logger: silentLogger });
      store.table('a').put('one', 1);
    }
    disk.remount('ro');
    await using store = StateStore.open(path, { clock: new FakeClock(), logger: silentLogger });
    store.table('a').put('two', 2);
    await expect(store.settled()).rejects.toMatchObject({ kind: 'unreachable' });
    disk.remount('rw');
    await store.settled();
    expect(await store.table('a').entries()).toEqual([
      ['one', 1],
      ['two', 2],
    ]);
  });
});
