import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger, statusCodes } from '@fieldwarden/core';
import type { HistoryPage } from '@fieldwarden/service';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { batchOf, wideLimits } from '../testing/test-store.js';
import { HistoryWorker, type HistoryWorkerOptions } from './history-worker.js';

const t0 = Date.UTC(2026, 10, 15);

function start(folder: string, options: Partial<HistoryWorkerOptions> = {}): HistoryWorker {
  const nothing = (): void => undefined;
  return new HistoryWorker({
    folder,
    limits: wideLimits,
    logger: silentLogger,
    roomAgain: nothing,
    failed: nothing,
    ...options,
  });
}

const define = (worker: HistoryWorker): void =>
  worker.define([{ number: 1, path: 'a', type: { scalar: 'float64' }, stepped: false }]);

const raw = async (worker: HistoryWorker): Promise<HistoryPage> =>
  (await worker.ask('raw', { path: 'a', fromMs: 0, toMs: t0 + 1e9, limit: 10_000, bounds: false })) as HistoryPage;

describe('the thread of history, from outside (§8.4)', () => {
  it('takes what comes before its files are open, and has it after it was closed', async () => {
    await using home = await temporaryDirectory('history-');
    const worker = start(home.path);
    define(worker);
    worker.record(batchOf([1, t0, 1], [1, t0 + 1, 2]));
    await worker.close();
    const again = start(home.path);
    const { values } = await raw(again);
    expect([...(values as Float64Array)]).toEqual([1, 2]);
    await again.close();
    await expect(raw(again)).rejects.toMatchObject({ code: 'HISTORY_STOPPED' });
  });

  it('drops what finds no room, counts it, and shows it as a gap', async () => {
    await using home = await temporaryDirectory('history-');
    let roomAgain = 0;
    const worker = start(home.path, { maxRowsUnderWay: 4, roomAgain: () => (roomAgain += 1) });
    define(worker);
    worker.record(batchOf([1, t0, 1], [1, t0 + 1, 2], [1, t0 + 2, 3]));
    worker.record(batchOf([1, t0 + 3, 4], [1, t0 + 4, 5])); // no room
    worker.record(batchOf([1, t0 + 5, 6])); // after what was dropped: dropped, too
    expect(worker.dropped).toBe(3);
    await waitFor(() => roomAgain === 1, { what: 'room' });
    worker.record(batchOf([1, t0 + 9, 7]));
    const { timesMs, statuses } = await waitFor(async () => {
      const page = await raw(worker);
      return page.timesMs.length === 5 && page;
    }, { what: 'five rows' }); // prettier-ignore
    expect([...timesMs].map((atMs) => atMs - t0)).toEqual([0, 1, 2, 3, 9]);
    expect(statuses[3]).toBe(statusCodes.BadDataLost);
    await worker.close();
  });

  it('refuses what is too much at a time, and what it does not know', async () => {
    await using home = await temporaryDirectory('history-');
    const worker = start(home.path);
    await worker.opened;
    const answers = await Promise.allSettled(Array.from({ length: 70 }, () => raw(worker)));
    const codes = answers.map((answer) => (answer as PromiseRejectedResult).reason as { readonly code: string });
    expect(codes.filter(({ code }) => code === 'HISTORY_BUSY')).toHaveLength(6);
    expect(codes.filter(({ code }) => code === 'TAG_UNKNOWN')).toHaveLength(64);
    await worker.close();
  });

  it('says why its files cannot be opened', async () => {
    await using home = await temporaryDirectory('history-');
    writeFileSync(join(home.path, 'no-folder'), '');
    const failures: unknown[] = [];
    const worker = start(join(home.path, 'no-folder'), { failed: (error) => failures.push(error) });
    await expect(worker.opened).rejects.toThrow(/no-folder/);
    expect(failures).toHaveLength(1);
    await worker.close();
  });
});
