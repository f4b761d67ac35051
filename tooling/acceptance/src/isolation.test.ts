import type { About, ServiceList } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { readdirSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';
import { linePlant, LinePlcs } from './line-plant.js';

const units = [1, 2, 3];

/** What a process has open below a folder (proc(5)). */
function openFilesBelow(folder: string, pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`)
    .map((name) => linkAt(`/proc/${pid}/fd/${name}`))
    .filter((path) => path.startsWith(folder));
}

/** '' for a descriptor that was closed meanwhile. */
function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Its pid, once it waits for a driver. */
async function readySpare(gateway: GatewayProcess): Promise<number | undefined> {
  const { spareProcess } = await gateway.get<About>('/about');
  return spareProcess?.ready === true ? spareProcess.pid : undefined;
}

describe('one thing breaking and the rest going on', () => {
  let plcs: LinePlcs;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    plcs = await LinePlcs.start();
    gateway = await GatewayProcess.start(linePlant(plcs));
    for (const unit of units) await gateway.tagTurns(`line/unit-${unit}/speed`, 'Good');
    await gateway.tagTurns('line/press/force', 'Good');
  });

  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await plcs[Symbol.asyncDispose]();
  });

  it('shows what the PLCs hold', async () => {
    expect(await gateway.tag('line/unit-2/speed')).toMatchObject({ value: 3, status: 'Good', statusCode: 0 });
    expect(await gateway.tag('line/press/force')).toMatchObject({ value: 81.5, status: 'Good' });
    expect(await gateway.tag('line/press/count')).toMatchObject({ value: -7, status: 'Good' });
  });

  it('runs the S7 driver in a process of its own and Modbus in the gateway (§3.4)', async () => {
    const [packaging, press] = await gateway.drivers();
    expect(packaging).toMatchObject({ isolation: 'in-process', pid: null, spawn: null, state: 'Healthy' });
    expect(press).toMatchObject({ isolation: 'host', spawn: 1, state: 'Healthy' });
    expect(press.pid).not.toBe(gateway.pid);
  });

  it('a Host, of a driver or of a service, has none of the files open that the gateway keeps its records in (§4.1)', async () => {
    expect(openFilesBelow(gateway.home, gateway.pid)).toContain(`${gateway.home}/state.mdb`);
    const press = await gateway.driver('press');
    const { services } = await gateway.get<ServiceList>('/services');
    const hosts = [press.pid!, ...services.flatMap(({ pid }) => pid ?? [])];
    expect(hosts).toHaveLength(2);
    expect(hosts.flatMap((pid) => openFilesBelow(gateway.home, pid))).toEqual([]);
  });

  it('a killed Host turns its tags Bad and comes back in the spare process, and Modbus is scanned all the while (§4.3, §4.4)', async () => {
    const before = await gateway.driver('press');
    const spare = await waitFor(() => readySpare(gateway), { what: 'the spare process', timeoutMs: 20_000 });
    expect((await gateway.drivers()).map(({ pid }) => pid)).not.toContain(spare);
    process.kill(before.pid!, 'SIGKILL');
    await gateway.tagTurns('line/press/force', 'BadNoCommunication');
    plcs.modbus.counters.reset();
    await gateway.tagTurns('line/press/force', 'Good');
    for (const unit of units) expect(plcs.modbus.counters.readTimesMs(unit, 3, 0)).not.toEqual([]);
    const after = await gateway.driver('press');
    expect(after).toMatchObject({ spawn: 2, restarts: { crash: 1 }, lastCause: 'signal' });
    expect(after.pid).toBe(spare);
  });

  it('a silent unit behind a Modbus gateway turns only its own tags Bad, and comes back (§5.1)', async () => {
    plcs.modbus.unit(2).knobs = { silent: true };
    await waitFor(async () => (await gateway.tag('line/unit-2/speed')).status.startsWith('Bad'), {
      what: 'unit 2 to turn Bad',
    });
    await waitFor(async () => (await gateway.driver('packaging')).devices[1].state === 'demoted', {
      what: 'unit 2 to be demoted',
    });
    expect(await gateway.driver('packaging')).toMatchObject({
      state: 'Degraded',
      devices: [{ state: 'connected' }, {}, { state: 'connected' }],
    });
    for (const unit of [1, 3]) expect((await gateway.tag(`line/unit-${unit}/speed`)).status).toBe('Good');
    expect(await gateway.tag('line/unit-2/speed')).toMatchObject({ status: 'BadNoCommunication', value: 3 });
    plcs.modbus.unit(2).knobs = {};
    await gateway.tagTurns('line/unit-2/speed', 'Good');
    await gateway.driverTurns('packaging', 'Healthy');
  });

  it('a write is answered with what the device did (§2)', async () => {
    expect(await gateway.write('line/unit-1/setpoint', 42.5)).toMatchObject({ outcome: 'done', status: 'Good' });
    await waitFor(async () => (await gateway.tag('line/unit-1/setpoint')).value === 42.5, { what: 'the new setpoint' });
    expect(await gateway.write('line/press/count', 12)).toMatchObject({ outcome: 'done' });
    expect(plcs.db1.readInt16BE(4)).toBe(12);
  });

  it.each([
    ['line/unit-1/setpoint', 121, 'VALUE_OUT_OF_LIMITS', 'not-sent'],
    ['line/unit-1/setpoint', 'fast', 'VALUE_TYPE_MISMATCH', 'not-sent'],
    ['line/unit-1/speed', 1, 'TAG_READ_ONLY', 'not-sent'],
    ['line/press/count', 40_000, 'VALUE_OUT_OF_RANGE', 'not-sent'],
  ])('refuses to write %s = %s, and nothing goes on the wire', async (path, value, code, outcome) => {
    const writesBefore = plcs.modbus.counters.writes.length;
    expect(await gateway.write(path, value)).toMatchObject({ code, outcome });
    expect(plcs.modbus.counters.writes.length).toBe(writesBefore);
    expect(plcs.db1.readInt16BE(4)).toBe(12);
  });

  it('a PLC that goes away and returns is found again by itself (§9.6)', async () => {
    const { port } = plcs.s7;
    await plcs.s7.close();
    await waitFor(async () => (await gateway.tag('line/press/force')).status.startsWith('Bad'), {
      what: 'the press to turn Bad',
    });
    await gateway.driverTurns('press', 'Reconnecting');
    const { S7SimServer } = await import('@fieldwarden/sim-plc');
    await using returned = await S7SimServer.listen({ host: '127.0.0.1', port, dbs: { 1: plcs.db1 } });
    await gateway.tagTurns('line/press/force', 'Good', 40_000);
    await gateway.driverTurns('press', 'Healthy');
    expect((await gateway.driver('press')).restarts.crash).toBe(1);
    await returned.close();
  });
});
