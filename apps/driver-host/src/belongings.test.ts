import { stat } from 'node:fs/promises';
import { silentLogger, systemClock, ValueColumns } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import { driverFolders } from '@fieldwarden/belongings';
import { Supervisor, type Host } from '@fieldwarden/supervisor';
import { temporaryDirectory, testCall, waitFor, type TemporaryDirectory } from '@fieldwarden/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { driverHostMain } from './index.js';
import keepingDriver from './test-drivers/keeping.js';
import { quickSupervision } from './test-drivers/start-host.js';

let home: TemporaryDirectory;
let supervisor: Supervisor;

beforeEach(async () => {
  home = await temporaryDirectory();
  supervisor = new Supervisor({
    hostMain: driverHostMain,
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
    stateDir: home.path,
  });
});

afterEach(async () => {
  await supervisor.close();
  await home[Symbol.asyncDispose]();
});

function makeHost(driverId: string): Host {
  return supervisor.createHost({
    driverId,
    driverType: keepingDriver.type,
    entry: import.meta.resolve('@fieldwarden/driver-host/test-drivers/keeping'),
    options: {},
    devices: [{ id: 'device', options: {} }],
    folders: driverFolders(home.path, driverId),
    supervision: quickSupervision,
  });
}

async function started(driverId: string): Promise<Host> {
  const host = makeHost(driverId);
  host.start();
  await ready(host);
  return host;
}

async function ready(host: Host, spawn = 1): Promise<void> {
  const isReady = (): boolean => host.snapshot.state === 'ready' && host.snapshot.spawn >= spawn;
  await waitFor(isReady, { what: 'a Host that is ready', timeoutMs: 20_000 });
}

const pointAt = (address: string) => ({ path: address, address, type: { scalar: 'string' } }) as const;

async function keep(session: DriverSession, address: string, value: string): Promise<void> {
  const [{ outcome }] = await session.write!('device', [{ point: pointAt(address), value }], testCall());
  expect(outcome).toBe('done');
}

async function kept(session: DriverSession, address: string): Promise<unknown> {
  const into = new ValueColumns(1);
  await session.read!(session.prepareRead!('device', [pointAt(address)]), into, testCall());
  return into.objects?.get(0);
}

it('a driver in a Host finds again what it stored, also after it was killed in the act', async () => {
  const host = await started('press');
  await keep(host.session!, 'sequence', '17');
  process.kill(host.snapshot.pid!, 'SIGKILL');
  await ready(host, 2);
  expect(await kept(host.session!, 'sequence')).toBe('17');
  await host.restart();
  expect(await kept(host.session!, 'sequence')).toBe('17');
});

it('a session that overlaps with its successor shares its storage with it', async () => {
  const [old, next] = [await started('press'), await started('press')];
  await keep(old.session!, 'a', '1');
  await keep(next.session!, 'b', '2');
  expect([await kept(next.session!, 'a'), await kept(old.session!, 'b')]).toEqual(['1', '2']);
});

it('each driver has a table and a folder for certificates of its own', async () => {
  const [press, oven] = [await started('press'), await started('oven')];
  await keep(press.session!, 'sequence', '17');
  expect(await kept(oven.session!, 'sequence')).toBeUndefined();
  const folder = (await kept(press.session!, 'certificates')) as string;
  expect(folder).toBe(driverFolders(home.path, 'press').certificates);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
});
