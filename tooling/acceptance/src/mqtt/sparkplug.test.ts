import type { ServiceAnswer } from '@fieldwarden/admin-contract';
import { Mosquitto } from '@fieldwarden/mqtt-link/testing';
import { encodeCommand, sparkplugTypes, type SparkplugType } from '@fieldwarden/sparkplug';
import { FaultProxy, waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LinePlcs, linePlant } from '../line-plant.js';
import { GatewayProcess } from '../processes/gateway-process.js';
import { ListeningHost } from './listening-host.js';

const ncmd = 'spBv1.0/line/NCMD/gateway';
const dcmd = 'spBv1.0/line/DCMD/gateway/packaging:unit-1';
const speed = 'line/unit-1/speed';
const setpoint = 'line/unit-1/setpoint';
const devices = ['packaging:unit-1', 'packaging:unit-2', 'packaging:unit-3', 'press:plc'];

let plcs: LinePlcs;
let broker: Mosquitto;
/** From the gateway to the broker. */
let road: FaultProxy;
let host: ListeningHost;
let gateway: GatewayProcess;
let plant: object;

beforeAll(async () => {
  [plcs, broker] = await Promise.all([LinePlcs.start(), Mosquitto.start()]);
  road = await FaultProxy.listen({ targetPort: broker.port });
  host = await ListeningHost.start(broker.url, 'line');
  plant = linePlant(plcs, {
    mqtt: {
      url: `mqtt://127.0.0.1:${road.port}`,
      format: 'both',
      commands: true,
      username: 'gateway',
      sparkplug: { group: 'line' },
    },
  });
  gateway = await GatewayProcess.start(plant);
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await Promise.all([host, road, broker, plcs].map((one) => one[Symbol.asyncDispose]()));
});

const numberOf = (type: string): number => host.types().filter((one) => one === type).length;

const command = (name: string, type: SparkplugType, value: number | boolean): Uint8Array =>
  encodeCommand([{ name, alias: undefined, type, value }], Date.now());

const rebirth = (): Uint8Array => command('Node Control/Rebirth', sparkplugTypes.Boolean, true);

function setSpeed(value: number): void {
  plcs.modbus.unit(1).memory.holdingRegisters.setValue(0, { scalar: 'float32' }, value);
}

/** Gives the signal one value after the other, each of which the gateway sees. */
async function runThrough(values: readonly number[]): Promise<void> {
  for (const value of values) {
    setSpeed(value);
    await waitFor(async () => (await gateway.tag(speed)).value === value, { what: `value ${value}` });
  }
}

async function outlet(): Promise<Record<string, unknown> & { readonly sparkplug: Record<string, unknown> }> {
  return (await gateway.get<ServiceAnswer>('/services/mqtt')).detail as Awaited<ReturnType<typeof outlet>>;
}

/** The births of all devices after the newest birth of the node. */
function isBorn(): boolean {
  const types = host.types();
  const since = host.heard.slice(types.lastIndexOf('NBIRTH'));
  return (
    since[0]?.type === 'NBIRTH' &&
    devices.every((id) => since.some(({ type, device }) => type === 'DBIRTH' && device === id))
  );
}

const bdSeqs = (type: string): readonly unknown[] =>
  host.heard
    .filter((message) => message.type === type)
    .map(({ payload }) => payload.metrics.find(({ name }) => name === 'bdSeq')?.value);

describe('the Sparkplug node beside JSON topics (§10.2)', () => {
  it('is born with a device for each device of the drivers, and every tag with value and time', async () => {
    // A host that came too late for the births asks for them.
    host.send(ncmd, rebirth());
    await waitFor(isBorn, { what: 'the births', timeoutMs: 30_000 });
    await waitFor(() => host.metrics(speed).at(-1)?.value === 1.5, { what: 'the value of the PLC' });
    await waitFor(() => host.metrics('line/press/force').at(-1)?.value === 81.5, { what: 'the value of the press' });
    const { sourceAt } = await gateway.tag(speed);
    expect(Number(host.metrics(speed).at(-1)!.timestamp)).toBeLessThanOrEqual(Date.parse(sourceAt!) + 1);
    for (const { qos, retain, type } of host.heard) expect([type, qos, retain]).toEqual([type, 0, false]);
    expect(await outlet()).toMatchObject({
      connected: true,
      sparkplug: { connected: true, session: 'live', node: 'gateway' },
    });
    const { text } = await gateway.health('/metrics');
    expect(text).toMatch(/^fieldwarden_mqtt_connected\{[^}]*outlet="mqtt-spb"[^}]*\} 1$/m);
  });

  it('tells changes, in messages without a hole', async () => {
    setSpeed(12.25);
    await waitFor(() => host.metrics(speed).at(-1)?.value === 12.25, { what: 'the change' });
    const session = host.heard.slice(host.types().lastIndexOf('NBIRTH'));
    expect(session.map(({ payload }) => Number(payload.seq))).toEqual(session.map((_, i) => i % 256));
  });

  it('is born again for whoever asks, with the bdSeq that it has', async () => {
    const before = numberOf('NBIRTH');
    host.send(ncmd, rebirth());
    await waitFor(() => numberOf('NBIRTH') > before && isBorn(), { what: 'the rebirth' });
    expect(new Set(bdSeqs('NBIRTH')).size).toBe(1);
    expect(numberOf('NDEATH')).toBe(0);
  });

  it('writes a set point for a command, and tells the value that the device has then', async () => {
    host.send(dcmd, command(setpoint, sparkplugTypes.Float, 33.5), true);
    host.send(dcmd, command(setpoint, sparkplugTypes.Float, 42.5));
    await waitFor(() => host.metrics(setpoint).at(-1)?.value === 42.5, { what: 'the new set point' });
    host.send(dcmd, command(setpoint, sparkplugTypes.Float, 121));
    await waitFor(async () => ((await outlet()).sparkplug.commands as { rejected: number }).rejected >= 1, {
      what: 'the refusal',
    });
    expect(plcs.modbus.unit(1).memory.holdingRegisters.getValue(10, { scalar: 'float32' })).toBe(42.5);
    host.send(dcmd, new Uint8Array(), true);
  });

  it('lets a device die that does not answer, and tells its birth when it does again', async () => {
    const isHeard = (messageType: string, from: number): boolean =>
      host.heard.slice(from).some(({ type, device }) => type === messageType && device === 'packaging:unit-3');
    const { knobs } = plcs.modbus.unit(3);
    const before = host.heard.length;
    knobs.silent = true;
    await waitFor(() => isHeard('DDEATH', before), { what: 'the death of the device', timeoutMs: 30_000 });
    const dead = host.heard.length;
    knobs.silent = false;
    await waitFor(() => isHeard('DBIRTH', dead), { what: 'its birth', timeoutMs: 30_000 });
  });

  it('loses nothing to a connection that is dead and does not show it, nor to a broker that is away', async () => {
    const history = (): readonly unknown[] =>
      host
        .metrics(speed)
        .filter(({ isHistorical }) => isHistorical)
        .map(({ value }) => value);
    road.halfOpen = true;
    await runThrough([51, 52]);
    expect((await outlet()).connected).toBe(true);
    road.refuse();
    road.dropConnections();
    await runThrough([53, 54]);
    await waitFor(async () => Number((await outlet()).sparkplug.pending) > 0, { what: 'something to be kept' });
    await road.heal();
    await waitFor(() => history().includes(54), { what: 'the history', timeoutMs: 60_000 });
    const values = history().filter((value, i, all) => value !== all[i - 1]);
    expect(values.slice(-4)).toEqual([51, 52, 53, 54]);
    await waitFor(async () => Number((await outlet()).sparkplug.pending) === 0, { what: 'the backlog to be gone' });
    expect(host.metrics(speed).findLast(({ isHistorical }) => !isHistorical)!.value).toBe(54);
  });

  it('dies by its will when the gateway is killed, and counts on when it is back', async () => {
    const before = bdSeqs('NBIRTH').at(-1) as bigint;
    gateway.signal('SIGKILL');
    await gateway.ended();
    await waitFor(() => bdSeqs('NDEATH').at(-1) === before, { what: 'the death by will', timeoutMs: 30_000 });
    const deaths = numberOf('NDEATH');
    gateway = await GatewayProcess.launch({ plant, home: gateway.home });
    await waitFor(() => bdSeqs('NBIRTH').at(-1) === before + 1n && isBorn(), {
      what: 'the next births',
      timeoutMs: 60_000,
    });
    gateway.signal('SIGTERM');
    await gateway.ended();
    await waitFor(() => numberOf('NDEATH') > deaths, { what: 'the death on an intended end' });
    expect(bdSeqs('NDEATH').at(-1)).toBe(before + 1n);
  });
});
