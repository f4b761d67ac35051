import { driverFolders } from '@fieldwarden/belongings';
import {
  silentLogger,
  statusCodes,
  systemClock,
  toGatewayError,
  ValueColumns,
  type GatewayError,
} from '@fieldwarden/core';
import {
  capabilities,
  sessionServices,
  type Capability,
  type DriverDefinition,
  type DriverSession,
  type Point,
} from '@fieldwarden/driver';
import { driverHostMain } from '@fieldwarden/driver-host';
import { DeviceInvoker, SessionInvoker, uniformCalls } from '@fieldwarden/invoker';
import { defaultSupervision, Supervisor } from '@fieldwarden/supervisor';
import { temporaryDirectory, waitFor, testBelongings } from '@fieldwarden/testkit';
import { describe, expect, test } from 'vitest';
import { builtInDrivers } from './built-in-drivers.js';

/** Port 1 of the loopback: nobody listens there, and a connect is refused at once. */
const nobody = { host: '127.0.0.1', port: 1 };

/** For every registered type, a configuration that needs no device: what a driver cannot do must not depend on one. */
const samples: Readonly<
  Record<string, { readonly options: object; readonly address: string; readonly device?: object }>
> = {
  modbus: { options: nobody, address: '400001' },
  'modbus-rtu': { options: { port: '/dev/fieldwarden-absent' }, address: '400001' },
  mqtt: { options: { url: 'mqtt://127.0.0.1:1' }, address: 'plant/speed' },
  'opcua-client': { options: { endpointUrl: 'opc.tcp://127.0.0.1:1', securityMode: 'None' }, address: 'ns=2;s=Speed' },
  s7: { options: nobody, address: 'DB1.DBD0' },
  simulator: { options: {}, address: 'sine' },
  chaos: { options: {}, address: 'counter' },
};

const definitions = builtInDrivers().types();
const deviceId = 'd1';

test('every registered type has its place in this walk', () => {
  expect(definitions.map(({ type }) => type).sort()).toEqual(Object.keys(samples).sort());
});

interface Running extends AsyncDisposable {
  readonly session: DriverSession;
}

function configured(definition: DriverDefinition) {
  const { options, device = {} } = samples[definition.type];
  return {
    driverId: `coverage-${definition.type}`,
    options: definition.options.parse(options),
    devices: [{ id: deviceId, options: definition.deviceOptions.parse(device) }],
  };
}

async function inProcess(definition: DriverDefinition): Promise<Running> {
  const deps = { clock: systemClock, logger: silentLogger, random: Math.random, ...testBelongings() };
  const session = definition.create({ ...configured(definition), ...deps });
  await session.open?.(AbortSignal.timeout(10_000));
  return { session, [Symbol.asyncDispose]: () => session.close() };
}

async function inHost(definition: DriverDefinition): Promise<Running> {
  const state = await temporaryDirectory('fieldwarden-coverage-');
  const supervisor = new Supervisor({
    hostMain: driverHostMain,
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
    stateDir: state.path,
  });
  const { type: driverType, entry } = definition;
  const folders = driverFolders(state.path, `coverage-${driverType}`);
  const host = supervisor.createHost({
    ...configured(definition),
    driverType,
    entry,
    folders,
    supervision: defaultSupervision,
  });
  host.start();
  await waitFor(() => host.snapshot.state === 'ready', { what: `a Host of ${driverType}`, timeoutMs: 20_000 });
  return {
    session: host.session!,
    async [Symbol.asyncDispose]() {
      await host.stop();
      await state[Symbol.asyncDispose]();
    },
  };
}

/** One call of each capability, as the gateway makes it. */
const calls: Readonly<Record<Capability, (device: DeviceInvoker, point: Point) => Promise<unknown>>> = {
  discover: (device) => device.discover({ parent: undefined, text: undefined, cursor: undefined, limit: 5 }, 'c'),
  read: (device, point) =>
    device.read(
      device.supports('prepareRead') ? device.prepareRead([point]) : { deviceId, points: [] },
      new ValueColumns(1),
    ),
  write: (device, point) => device.write([{ point, value: 1 }], false, 'c'),
  subscribe: (device, point) => device.subscribe([point], sink),
  unsubscribe: async (device, point) => {
    const subscription = device.supports('subscribe') ? await device.subscribe([point], sink) : { deviceId };
    await device.unsubscribe(subscription);
  },
  probe: (device) => device.probe(),
  subscribeAlarms: (device) => device.subscribeAlarms(sink),
  unsubscribeAlarms: async (device) => {
    const subscription = device.supports('subscribeAlarms') ? await device.subscribeAlarms(sink) : { deviceId };
    await device.unsubscribeAlarms(subscription);
  },
  acknowledge: (device) => device.acknowledge([{ eventId: 'e', conditionId: 'c', comment: '' }], 'c'),
  readRaw: (device, point) => device.readRaw(point, { ...page, bounds: false }, 'c'),
  readProcessed: (device, point) =>
    device.readProcessed(point, { ...page, aggregate: 'count', intervalMs: 1_000 }, 'c'),
  readAtTime: (device, point) => device.readAtTime(point, [page.fromMs], 'c'),
  readEvents: (device) => device.readEvents(page, 'c'),
  callMethod: (device) => device.callMethod({ object: '', method: 'none', inputs: [] }, 'c'),
};

const sink = { push: () => undefined, fail: () => undefined, lost: () => undefined };
const page = { fromMs: Date.UTC(2030, 0, 1), toMs: Date.UTC(2030, 0, 1, 0, 0, 5), limit: 10, continuation: undefined };

function invokerOf(session: DriverSession): DeviceInvoker {
  const nothing = (): void => undefined;
  return new DeviceInvoker({
    driverId: 'coverage',
    deviceId,
    session: { current: session },
    settings: {
      calls: uniformCalls({ timeoutMs: 2_000, retries: 0 }),
      bulkhead: { concurrent: 8, queued: 128 },
      breaker: { failures: 1, probeMs: 60_000, maxProbeMs: 60_000 },
      writeWhileDemoted: 'refuse',
    },
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
    onSettled: nothing,
    onRetried: nothing,
    onLateReply: nothing,
    onStatusChanged: nothing,
  });
}

async function errorOf(call: Promise<unknown>): Promise<GatewayError | undefined> {
  try {
    await call;
    return undefined;
  } catch (thrown) {
    return toGatewayError(thrown);
  }
}

/** What a device that is not there may answer; a driver's bug or a claim not kept is neither. */
const honest: readonly (GatewayError['kind'] | undefined)[] = [undefined, 'unreachable', 'timeout', 'rejected'];

async function walk({ session }: Running, address: string): Promise<void> {
  const point: Point = { path: 'coverage/point', address, type: { scalar: 'float32' } };
  for (const capability of capabilities) {
    const invoker = invokerOf(session);
    const error = await errorOf(calls[capability](invoker, point));
    if (invoker.supports(capability)) {
      expect(honest, `${capability}: ${error?.code} ${error?.message}`).toContain(error?.kind);
    } else {
      expect(error, capability).toMatchObject({ kind: 'unsupported', status: statusCodes.BadNotSupported });
      expect(invoker.status, capability).toMatchObject({ breaker: 'closed', consecutiveFailures: 0 });
    }
    invoker.dispose();
  }
}

function servicesOf({ session }: Running): SessionInvoker {
  return new SessionInvoker({ driverId: 'c', session: { current: session }, clock: systemClock, logger: silentLogger });
}

async function walkServices(running: Running): Promise<void> {
  const services = servicesOf(running);
  for (const service of sessionServices) expect(services.supports(service)).toBe(!services.lacks(service));
  if (services.supports('prepareRead')) {
    const plan = services.prepareRead(deviceId, []);
    expect([undefined, 'unsupported']).toContain((await errorOf(services.describePlan(plan)))?.kind);
  }
  services.flushOptionalCaches();
  expect([null, 'number']).toContain(services.memoryFootprint() === null ? null : typeof services.memoryFootprint());
  expect(await services.reinitialize()).toBe(services.supports('reinitialize'));
}

describe.each(definitions.map((definition) => [definition.type, definition] as const))(
  'every capability of %s through the invoker (§5.6)',
  (type, definition) => {
    test.each([
      ['in the gateway', inProcess],
      ['in a Host', inHost],
    ] as const)('%s answers, or is refused as unsupported without counting as a failure', async (_where, start) => {
      await using running = await start(definition);
      await walk(running, samples[type].address);
      await walkServices(running);
    });

    test('is the same in the gateway and in a Host', async () => {
      await using near = await inProcess(definition);
      await using far = await inHost(definition);
      const members = [...capabilities, ...sessionServices];
      const has = (running: Running): string[] => members.filter((name) => servicesOf(running).supports(name));
      expect(has(far)).toEqual(has(near));
    });
  },
);
