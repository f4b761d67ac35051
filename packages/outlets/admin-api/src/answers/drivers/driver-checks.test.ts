import { GatewayError, silentLogger, systemClock } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import simulatorDriver from '@fieldwarden/driver-simulator';
import { DeviceInvoker, SessionInvoker, uniformCalls } from '@fieldwarden/invoker';
import { waitFor, testBelongings } from '@fieldwarden/testkit';
import { afterEach, expect, test } from 'vitest';
import { browseDevice, testDevices, type AskedDriver } from './driver-checks.js';

const call = { timeoutMs: 1_000, retries: 0 };
const invokers: DeviceInvoker[] = [];
afterEach(() => {
  for (const invoker of invokers.splice(0)) invoker.dispose();
});

/** A driver `lab` with these devices; `session: undefined` = its Host is away. */
function driver(
  session: DriverSession | undefined,
  deviceIds: readonly string[] = ['d1'],
  state: AskedDriver['state'] = 'Healthy',
) {
  const devices = deviceIds.map((id) => ({ id, invoker: invokerOf(id, session) }));
  const deps = { driverId: 'lab', session: { current: session }, clock: systemClock, logger: silentLogger };
  return { id: 'lab', state, services: new SessionInvoker(deps), devices };
}

function invokerOf(deviceId: string, session: DriverSession | undefined): DeviceInvoker {
  const invoker = new DeviceInvoker({
    driverId: 'lab',
    deviceId,
    session: { current: session },
    settings: {
      calls: uniformCalls(call),
      bulkhead: { concurrent: 2, queued: 2 },
      breaker: { failures: 1, probeMs: 60_000, maxProbeMs: 60_000 },
      writeWhileDemoted: 'refuse',
    },
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
    onSettled: () => undefined,
    onRetried: () => undefined,
    onLateReply: () => undefined,
    onStatusChanged: () => undefined,
  });
  invokers.push(invoker);
  return invoker;
}

const top = { parent: undefined, text: undefined, cursor: undefined, limit: 1_000 };

const nowMs = (): number => systemClock.monotonicMs();
const noAnswer = new GatewayError({ code: 'LAB_SILENT', kind: 'timeout', message: 'no answer' });

function session(members: Partial<DriverSession>): DriverSession {
  return { close: () => Promise.resolve(), ...members };
}

test('a test has one row per device, with the reason of one that does not answer', async () => {
  const probe = (id: string): Promise<void> => (id === 'd1' ? Promise.resolve() : Promise.reject(noAnswer));
  const tick = [10, 10, 12, 12];
  const rows = await testDevices(driver(session({ probe }), ['d1', 'd2']), 'c-1', () => tick.shift()!);
  expect(rows).toEqual([
    { device: 'd1', ok: true, durationMs: 2, error: null },
    { device: 'd2', ok: false, durationMs: 2, error: { code: 'LAB_SILENT', kind: 'timeout', message: 'no answer' } },
  ]);
});

test('a test asks a demoted device too', async () => {
  let answers = false;
  const asked = driver(session({ probe: () => (answers ? Promise.resolve() : Promise.reject(noAnswer)) }));
  const [{ invoker }] = asked.devices;
  await testDevices(asked, 'c-1', nowMs);
  await waitFor(() => invoker.demoted, { what: 'the device to be demoted' });
  answers = true;
  expect(await testDevices(asked, 'c-2', nowMs)).toMatchObject([{ device: 'd1', ok: true }]);
});

test('a driver that is stopped, or cannot, is told so', async () => {
  const stopped = driver(undefined, ['d1'], 'Stopped');
  await expect(testDevices(stopped, 'c', nowMs)).rejects.toMatchObject({ code: 'DRIVER_STOPPED' });
  await expect(browseDevice(stopped, 'd1', top, 'c')).rejects.toMatchObject({ code: 'DRIVER_STOPPED' });
  const unable = driver(session({}));
  await expect(testDevices(unable, 'c', nowMs)).rejects.toMatchObject({ code: 'PROBE_UNSUPPORTED' });
  await expect(browseDevice(unable, 'd1', top, 'c')).rejects.toMatchObject({ code: 'BROWSE_UNSUPPORTED' });
});

test('of a driver whose Host is away every device says so', async () => {
  const rows = await testDevices(driver(undefined, ['d1'], 'Reconnecting'), 'c', nowMs);
  expect(rows).toMatchObject([{ ok: false, error: { code: 'DRIVER_NOT_RUNNING', kind: 'host-lost' } }]);
});

test('the simulator can be browsed, and has nothing below its generators', async () => {
  const simulator = driver(
    simulatorDriver.create({
      driverId: 'lab',
      options: simulatorDriver.options.parse({}),
      devices: [{ id: 'd1', options: simulatorDriver.deviceOptions.parse({}) }],
      clock: systemClock,
      logger: silentLogger,
      random: Math.random,
      ...testBelongings(),
    }),
  );
  const { nodes, nextCursor } = await browseDevice(simulator, 'd1', top, 'c');
  expect(nextCursor).toBeNull();
  expect(nodes).toContainEqual({
    address: 'memory?initial=5',
    name: 'memory',
    dataType: null,
    writable: true,
    hasChildren: false,
  });
  const below = await browseDevice(simulator, 'd1', { ...top, parent: 'memory?initial=5' }, 'c');
  expect(below).toEqual({ nodes: [], nextCursor: null });
  const first = await browseDevice(simulator, 'd1', { ...top, limit: 2 }, 'c');
  const second = await browseDevice(simulator, 'd1', { ...top, limit: 2, cursor: first.nextCursor! }, 'c');
  expect([...first.nodes, ...second.nodes]).toEqual(nodes.slice(0, 4));
  const found = await browseDevice(simulator, 'd1', { ...top, text: 'MEM' }, 'c');
  expect(found.nodes.map(({ name }) => name)).toEqual(['memory']);
  await expect(browseDevice(simulator, 'd2', top, 'c')).rejects.toMatchObject({ code: 'DEVICE_UNKNOWN' });
});

test('a node carries its type as the plant document writes it', async () => {
  const discover: DriverSession['discover'] = (_device, { parent }) =>
    Promise.resolve({
      nodes: [
        {
          address: `${parent}.a`,
          name: 'a',
          type: { scalar: 'int16', arrayLength: 4 },
          writable: true,
          hasChildren: false,
        },
      ],
      nextCursor: undefined,
    });
  const asked = { ...top, parent: 'DB1' };
  const [node] = (await browseDevice(driver(session({ discover })), 'd1', asked, 'c')).nodes;
  expect(node).toEqual({ address: 'DB1.a', name: 'a', dataType: 'int16[4]', writable: true, hasChildren: false });
});
