import { fileURLToPath } from 'node:url';
import { loadPlantFile, type Plant, type PlantDevice, type PlantDriver } from '@fieldwarden/config';
import { isNumericColumn, silentLogger, statusCodes, statusName, systemClock, ValueColumns } from '@fieldwarden/core';
import alarmService from '@fieldwarden/alarm-conditions/service';
import historyService from '@fieldwarden/history/service';
import mqttService from '@fieldwarden/mqtt-outlet/service';
import opcuaService from '@fieldwarden/opcua-server/service';
import { ServiceRegistry } from '@fieldwarden/service';
import { DriverRegistry, type DriverSession, type Point, type UpdateSink } from '@fieldwarden/driver';
import { chaosDriver } from '@fieldwarden/driver-chaos';
import { modbusDriver } from '@fieldwarden/driver-modbus';
import { mqttDriver } from '@fieldwarden/driver-mqtt';
import opcUaClientDriver from '@fieldwarden/driver-opcua-client';
import { s7Driver } from '@fieldwarden/driver-s7';
import { simulatorDriver } from '@fieldwarden/driver-simulator';
import { testCall, waitFor, testBelongings } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { parseRigOptions } from './rig-options.js';
import { startRig, type Rig } from './rig.js';

const plantFile = fileURLToPath(new URL('../plant.yaml', import.meta.url));
const chaosPlantFile = fileURLToPath(new URL('../plant.chaos.yaml', import.meta.url));

const registry = new DriverRegistry();
registry.register(modbusDriver);
registry.register(mqttDriver);
registry.register(opcUaClientDriver);
registry.register(s7Driver);
registry.register(simulatorDriver);
registry.register(chaosDriver);

const services = new ServiceRegistry();
services.register(alarmService);
services.register(historyService);
services.register(opcuaService);
services.register(mqttService);
const catalogue = { drivers: registry, services };

const anyPorts = parseRigOptions(
  ['--modbus-port=0', '--s7-port=0', '--mqtt-port=0', '--opcua-port=0', '--control-port=0'],
  {},
);

test('the plant document of the rig is valid; all there is to warn of is its open door, which a lab wants', async () => {
  const { findings, plant } = await loadPlantFile(plantFile, catalogue);
  expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(['warning opcua-open']);
  expect(plant?.site).toBe('lab');
});

test('the plant with chaos is the same plant, and a driver that can be broken', async () => {
  const { findings, plant } = await loadPlantFile(chaosPlantFile, catalogue);
  expect(findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(['warning opcua-open']);
  const { drivers, ...rest } = plant!;
  const { drivers: plainDrivers, ...plainRest } = await rigPlant();
  expect(rest).toEqual(plainRest);
  expect(drivers.filter(({ type }) => type !== 'chaos')).toEqual(plainDrivers);
  const [chaos] = drivers.slice(plainDrivers.length);
  expect(chaos).toMatchObject({ type: 'chaos', isolation: 'host' });
  await using opened = await open(chaos, { ports: {} });
  const values = await readInto(new Map(), opened.session, chaos.devices[0]);
  expect(Object.fromEntries(values)).toEqual({
    'chaos/command': 'ok',
    'chaos/counter': 1,
    'chaos/pid': process.pid,
    'chaos/heldBytes': 0,
    'chaos/value': 0,
  });
});

test('every tag of the plant document reads Good from the rig, and shows what the machines do', async () => {
  await using rig = await startRig(anyPorts, systemClock);
  const values = new Map<string, unknown>();
  for (const driver of (await rigPlant()).drivers) {
    await using opened = await open(driver, rig);
    for (const device of driver.devices) await readInto(values, opened.session, device);
  }
  expect([...values].filter(([, value]) => /^(Bad|Uncertain)/.test(String(value)))).toEqual([]);
  expect(values.get('packaging/capper/setpoint')).toBe(62);
  expect(values.get('packaging/labeller/start')).toBe(1);
  expect(values.get('packaging/filler/batch')).toBe('F-0001');
  expect(values.get('press/press/setpoint')).toBe(24);
  expect(values.get('press/press/batch')).toBe('P-0001');
  expect(values.get('press/press/mode')).toBe(1);
  expect(values.get('demo/scratch/number')).toBe(42);
  expect(values.get('field/mixer/setpoint')).toBe(45);
  expect(values.get('field/mixer/start')).toBe(1);
  expect(values.get('field/oven/setpoint')).toBe(30);
  expect(values.get('field/oven/batch')).toBe('O-0001');
  expect(values.get('wrapping/wrapper/setpoint')).toBe(50);
  expect(values.get('wrapping/wrapper/batch')).toBe('W-0001');
  expect(values.get('wrapping/wrapper/mode')).toMatch(/SpeedingUp|Producing/);
  expect(values.get('wrapping/wrapper/film')).toBe('clear');
  expect(values.get('wrapping/wrapper/turnsOnTop')).toBe(5);
}, 120_000);

test.each([
  ['packaging', 'filler', 0],
  ['press', 'press', 0],
  ['field', 'mixer', 'stopped'],
  ['field', 'oven', 0],
  ['wrapping', 'wrapper', 'Stopped'],
])(
  'a stop written through the driver %s brings the %s to rest',
  async (driverId, deviceId, stopped) => {
    const [start, mode, running] = ['start', 'mode', 'running'].map((name) => `${driverId}/${deviceId}/${name}`);
    await using rig = await startRig(anyPorts, systemClock);
    const driver = (await rigPlant()).drivers.find(({ id }) => id === driverId)!;
    const device = driver.devices.find(({ id }) => id === deviceId)!;
    await using opened = await open(driver, rig);
    await readInto(new Map(), opened.session, device); // of Sparkplug, only metrics that have been told can be written
    const item = { point: pointOf(device.tags.find(({ path }) => path === start)!), value: false };
    const [{ outcome }] = await opened.session.write!(deviceId, [item], testCall({ timeoutMs: 5_000 }));
    expect(outcome).toBe('done');
    const seen = await waitFor(
      async () => {
        const values = await readInto(new Map(), opened.session, device);
        return values.get(mode) === stopped && values;
      },
      { what: `${mode} = ${stopped}`, intervalMs: 50, timeoutMs: 30_000 },
    );
    expect(seen.get(running)).toBe(0);
  },
  120_000,
);

async function rigPlant(): Promise<Plant> {
  return (await loadPlantFile(plantFile, catalogue)).plant!;
}

/** The driver as the plant document has it, but on the ports of this rig. */
async function open({ id, type, options, devices }: PlantDriver, rig: { readonly ports: Partial<Rig['ports']> }) {
  const definition = registry.get(type)!;
  const session = definition.create({
    driverId: id,
    options: { ...(options as object), ...where(type, rig.ports) },
    devices,
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
    ...testBelongings(),
  });
  await session.open?.(AbortSignal.timeout(5_000));
  return { session, [Symbol.asyncDispose]: () => session.close() };
}

function where(type: string, ports: Partial<Rig['ports']>): object {
  if (type === 'opcua-client') return { endpointUrl: `opc.tcp://127.0.0.1:${ports.opcua}` };
  if (type === 'mqtt') return { url: `mqtt://127.0.0.1:${ports.mqtt}` };
  return type === 'modbus' || type === 's7' ? { port: ports[type] } : {};
}

/** Path → value, or the name of its status if that is not Good. */
async function readInto(
  values: Map<string, unknown>,
  session: DriverSession,
  { id, tags }: PlantDevice,
): Promise<Map<string, unknown>> {
  const points = tags.map(pointOf);
  if (!session.read) return await hearInto(values, session, id, points);
  const columns = new ValueColumns(points.length);
  const plan = session.prepareRead!(id, points);
  // A server that starts for its first client takes seconds on a busy machine.
  await waitFor(() => session.read!(plan, columns, testCall({ timeoutMs: 5_000 })).then(() => true), {
    what: `${id} to be read`,
    timeoutMs: 60_000,
  });
  points.forEach((point, row) => values.set(point.path, valueOf(point, columns, row)));
  return values;
}

/** Of a driver that cannot be asked: waits until every tag has been told. It goes on being told until the session is closed. */
async function hearInto(
  values: Map<string, unknown>,
  session: DriverSession,
  deviceId: string,
  points: readonly Point[],
): Promise<Map<string, unknown>> {
  const heard = new Map<string, unknown>();
  const sink: UpdateSink = {
    push: ({ length, rows, columns }) => {
      for (let i = 0; i < length; i++) heard.set(points[rows[i]].path, valueOf(points[rows[i]], columns, i));
    },
    fail: () => heard.clear(),
  };
  await session.subscribe!(deviceId, points, sink, testCall({ timeoutMs: 5_000 }));
  await waitFor(() => heard.size === points.length, { what: `${deviceId} to be told`, timeoutMs: 10_000 });
  for (const [path, value] of heard) values.set(path, value);
  return values;
}

function valueOf({ type }: Point, columns: ValueColumns, row: number): unknown {
  if (columns.statuses[row] !== statusCodes.Good) return statusName(columns.statuses[row]);
  return isNumericColumn(type) ? columns.values[row] : columns.objects?.get(row);
}

function pointOf({ path, address, type, options }: PlantDevice['tags'][number]): Point {
  return { path, address, type, options };
}
