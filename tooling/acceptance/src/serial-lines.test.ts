import type { PlanAnswer } from '@fieldwarden/admin-contract';
import { SerialSlaves } from '@fieldwarden/driver-modbus/testing';
import { ModbusSimServer, type ModbusSimUnit } from '@fieldwarden/sim-plc';
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
    devices: unitIds.map((unitId) => ({
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
    })),
  };
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
