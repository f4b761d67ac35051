import type { PlanAnswer } from '@fieldwarden/admin-contract';
import { SerialSlaves } from '@fieldwarden/driver-modbus/testing';
import { ModbusSimServer, type ModbusSimUnit } from '@fieldwarden/sim-plc';
import { waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';

const unitIds = [1, 2];
const scanMs = 100;

/** Meters: power as float32, a count in BCD, a limit that can be written. */
function fill({ id, memory: { holdingRegisters, inputRegisters } }: ModbusSimUnit): void {
  inputRegisters.setValue(52, { scalar: 'float32' }, id * 1.5);
  holdingRegisters.setValue(10, { scalar: 'uint32' }, id * 1_000_001, { bcd: true });
}

function meters(driverId: string, type: string, options: object): object {
  return {
    id: driverId,
    type,
    options: { timeoutMs: 300, reconnect: { initialMs: 20, maxMs: 100 }, ...options },
    resilience: { breaker: { failures: 3, probeMs: 200, maxProbeMs: 500 } },
    devices: [...unitIds.map((unitId) => meter(driverId, unitId)), allMeters(driverId)],
  };
}

function meter(driverId: string, unitId: number): object {
  return {
    id: `meter-${unitId}`,
    options: { unitId },
    tags: [
      { path: `${driverId}/meter-${unitId}/power`, address: 'IR52', dataType: 'float32', scanMs },
      { path: `${driverId}/meter-${unitId}/count`, address: '400011.BCD', dataType: 'uint32', scanMs },
      {
        path: `${driverId}/meter-${unitId}/limit`,
        address: 'HR20',
        dataType: 'uint16',
        scanMs,
        access: 'read-write',
      },
    ],
  };
}

/** Unit 0: whatever is written to it is for all of them. */
function allMeters(driverId: string): object {
  const tag = { path: `${driverId}/all/limit`, address: 'HR20', dataType: 'uint16', scanMs, access: 'read-write' };
  return { id: 'all', options: { unitId: 0 }, tags: [tag] };
}

describe('meters on serial lines (§9.1)', () => {
  let line: SerialSlaves;
  let server: ModbusSimServer;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    line = await SerialSlaves.start({ 1: {}, 2: {} });
    server = await ModbusSimServer.listen({ units: { 1: {}, 2: {} }, framing: 'rtu' });
    for (const id of unitIds) {
      fill(line.slaves.unit(id));
      fill(server.unit(id));
    }
    gateway = await GatewayProcess.start({
      version: 1,
      site: 'meters',
      drivers: [
        meters('serial', 'modbus-rtu', { port: line.path, baudRate: 19_200 }),
        meters('converter', 'modbus', { host: '127.0.0.1', port: server.port, transport: 'rtu-over-tcp' }),
      ],
    });
  });

  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await server.close();
    await line[Symbol.asyncDispose]();
  });

  it.each(['serial', 'converter'])('are read and written over the %s', async (driverId) => {
    for (const id of unitIds) {
      await gateway.tagTurns(`${driverId}/meter-${id}/count`, 'Good');
      expect(await gateway.tag(`${driverId}/meter-${id}/power`)).toMatchObject({ value: id * 1.5, status: 'Good' });
      expect(await gateway.tag(`${driverId}/meter-${id}/count`)).toMatchObject({ value: id * 1_000_001 });
    }
    const { counters } = driverId === 'serial' ? line.slaves : server;
    expect(await gateway.write(`${driverId}/meter-2/limit`, 77)).toMatchObject({ outcome: 'done', status: 'Good' });
    expect([1, 2].map((id) => counters.writeRequestsTo(id, 'holdingRegisters', 20))).toEqual([0, 1]);
  });

  it.each(['serial', 'converter'])(
    'are written to all at once over the %s, and unit 0 is never asked',
    async (driverId) => {
      const { counters } = driverId === 'serial' ? line.slaves : server;
      const units = unitIds.map((id) => (driverId === 'serial' ? line.slaves : server).unit(id));
      await gateway.tagTurns(`${driverId}/all/limit`, 'BadNotReadable');
      for (const value of [5, 6, 7]) {
        expect(await gateway.write(`${driverId}/all/limit`, value)).toMatchObject({
          outcome: 'unknown',
          status: 'Uncertain',
          message: expect.stringContaining('unit 0 is the broadcast') as string,
        });
        await waitFor(() => units.every((unit) => unit.memory.holdingRegisters.get(20) === value), {
          what: 'all meters to have it',
        });
      }
      expect(counters.requestsByUnit.get(0)).toBe(3);
      const rows = (await gateway.hosts()).filter((row) => row.driverId === driverId);
      expect(rows.map(({ deviceState, consecutiveFailures }) => [deviceState, consecutiveFailures])).toEqual(
        rows.map(() => ['connected', 0]),
      );
      const { stdout } = await gateway.cli('drivers', 'test', driverId);
      expect(stdout).toMatch(/all .*unit 0 is the broadcast/);
    },
  );

  it('have their serial port opened by a Host, not by the gateway', async () => {
    const [serial, converter] = await gateway.drivers();
    expect(serial).toMatchObject({ type: 'modbus-rtu', tier: 'C', isolation: 'host', state: 'Healthy' });
    expect(serial.pid).not.toBe(gateway.pid);
    expect(converter).toMatchObject({ type: 'modbus', isolation: 'in-process' });
  });

  it('have plans that can be shown', async () => {
    const { devices } = await gateway.cliJson<PlanAnswer>('drivers', 'plan', 'serial');
    expect(devices[0].scans[0].plan.requests.map(({ what }) => what)).toEqual([
      'FC4 unit 1 IR 52..53',
      'FC3 unit 1 HR 10..20',
    ]);
  });

  it('turn Bad when the adapter is pulled out, and Good when it is back', async () => {
    await line.unplug();
    for (const id of unitIds) await gateway.tagTurns(`serial/meter-${id}/power`, 'BadNoCommunication');
    expect(await gateway.tag('converter/meter-1/power')).toMatchObject({ status: 'Good' });
    await line.plug();
    for (const id of unitIds) await gateway.tagTurns(`serial/meter-${id}/power`, 'Good');
    expect(await gateway.driver('serial')).toMatchObject({ spawn: 1, restarts: { crash: 0 } });
  });
});
