import { silentLogger } from '@fieldwarden/core';
import { PostgresServer } from '@fieldwarden/authority/testing';
import { FakeClock, RecordedAlarms, temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { historySettings } from '../settings.js';
import { batchOf } from '../testing/test-store.js';
import { DatabaseLink } from './database-link.js';

it('raises an alarm while the database is away for more than a minute, and shows no password', async () => {
  await using server = await PostgresServer.start();
  await using home = await temporaryDirectory('history-');
  const url = await server.database();
  await server.kill();
  const alarms = new RecordedAlarms();
  const clock = new FakeClock();
  const link = new DatabaseLink({
    url,
    site: 'lab',
    home: home.path,
    settings: historySettings.parse({}),
    clock,
    logger: silentLogger,
    alarms,
    takesAgain: () => undefined,
  });
  link.define([{ number: 1, path: 'a', type: { scalar: 'float64' }, stepped: false }]);
  link.record(batchOf([1, Date.now(), 1]));
  const said = async (what: string, isSo: (status: Readonly<Record<string, unknown>>) => boolean): Promise<void> => {
    await waitFor(() => isSo(link.status()), { what, timeoutMs: 30_000 });
  };
  await said('an error', ({ lastError, waiting }) => lastError !== null && waiting === 1);
  link.look();
  await clock.advance(59_000);
  link.look();
  expect(alarms.active).toEqual([]);
  await clock.advance(2_000);
  link.look();
  expect(alarms.active).toMatchObject([{ conditionId: 'history-database' }]);
  const told = JSON.stringify([link.status(), link.metrics(), alarms.active, link.reason]);
  expect(told).toContain(`127.0.0.1:${server.port}`);
  for (const secret of [server.password, encodeURIComponent(server.password)]) expect(told).not.toContain(secret);
  await server.restart();
  await said('the value to be written', ({ written }) => written === 1);
  link.look();
  expect([alarms.active, link.reason]).toEqual([[], undefined]);
  expect(link.status()).toMatchObject({ connected: true, waiting: 0, lagSeconds: 0, lastError: null });
  await link.stop();
}, 60_000);
