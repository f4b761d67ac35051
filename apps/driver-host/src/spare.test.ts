import { silentLogger, systemClock } from '@fieldwarden/core';
import { Supervisor, type Host, type HostEvent } from '@fieldwarden/supervisor';
import { waitFor } from '@fieldwarden/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { driverHostMain } from './index.js';
import { hostFolders } from './test-drivers/host-folders.js';
import { isRunning, quickSupervision } from './test-drivers/start-host.js';

let supervisor: Supervisor;
let host: Host;
let events: HostEvent[];

beforeEach(async () => {
  supervisor = new Supervisor({
    hostMain: driverHostMain,
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
  });
  events = [];
  host = makeHost('first');
  host.onEvent((event) => void events.push(event));
  host.start();
  await ready(host);
});

afterEach(() => supervisor.close());

function makeHost(driverId: string, initialMs = 10): Host {
  return supervisor.createHost({
    driverId,
    driverType: 'misbehaving',
    entry: import.meta.resolve('@fieldwarden/driver-host/test-drivers/misbehaving'),
    options: {},
    devices: [{ id: 'device', options: {} }],
    folders: hostFolders(driverId),
    supervision: { ...quickSupervision, backoff: { ...quickSupervision.backoff, initialMs, firstAtOnce: true } },
  });
}

const ready = (one: Host, spawn = 1): Promise<true> =>
  waitFor(() => one.snapshot.state === 'ready' && one.snapshot.spawn === spawn, { what: `process ${spawn}` });

const spareBeside = (other: number | undefined): Promise<number> =>
  waitFor(() => (supervisor.spare?.pid === other ? undefined : supervisor.spare?.pid), { what: 'the spare process' });

/** It says nothing to anybody else; a Host that is asked for a process takes it as soon as it has said hello. */
async function taken(spare: number): Promise<boolean> {
  process.kill(host.snapshot.pid!, 'SIGKILL');
  await ready(host, 2);
  return host.snapshot.pid === spare;
}

it('the process that was there before takes over from the one that dies, and there is another one soon (§4.4)', async () => {
  const spare = await spareBeside(undefined);
  expect(spare).not.toBe(host.snapshot.pid);
  await waitFor(() => supervisor.spare?.isWaiting, { what: 'its hello' });
  expect(await taken(spare)).toBe(true);
  expect(events.filter(({ type }) => type === 'ready')).toMatchObject([{ spawn: 1 }, { spawn: 2, pid: spare }]);
  const next = await spareBeside(spare);
  expect([await isRunning(spare), await isRunning(next)]).toEqual([true, true]);
  expect(supervisor.spare?.memoryBytes).toBeGreaterThan(0);
});

it('one that is killed is nobody’s death, and is replaced', async () => {
  const spare = await spareBeside(undefined);
  process.kill(spare, 'SIGKILL');
  await spareBeside(spare);
  expect([host.snapshot.state, host.snapshot.spawn]).toEqual(['ready', 1]);
  expect(events.filter(({ type }) => type === 'down')).toEqual([]);
});

it('one that stands still is not taken: the Host starts in a process of its own', async () => {
  const spare = await spareBeside(undefined);
  await waitFor(() => supervisor.spare?.isWaiting, { what: 'its hello' });
  process.kill(spare, 'SIGSTOP');
  expect(await taken(spare)).toBe(false);
  await waitFor(async () => !(await isRunning(spare)), { what: 'its end' });
});

it('it ends with the last Host, and with the Supervisor', async () => {
  const spare = await spareBeside(undefined);
  await host.stop();
  await waitFor(async () => !(await isRunning(spare)), { what: 'its end' });
  await waitFor(() => supervisor.spare === undefined, { what: 'the supervisor to know' });
  host.start();
  await ready(host, 2);
  const next = await spareBeside(undefined);
  await supervisor.close();
  expect(await isRunning(next)).toBe(false);
});

it('a Host that dies again waits longer each time, and another that dies once does not wait for it (§4.4)', async () => {
  const again = makeHost('again', 60_000);
  again.start();
  await ready(again);
  process.kill(again.snapshot.pid!, 'SIGKILL');
  await ready(again, 2);
  process.kill(again.snapshot.pid!, 'SIGKILL');
  await waitFor(() => again.snapshot.state === 'backing-off', { what: 'its pause' });
  process.kill(host.snapshot.pid!, 'SIGKILL');
  await ready(host, 2);
  expect(again.snapshot).toMatchObject({ state: 'backing-off', spawn: 2, pid: null });
});
