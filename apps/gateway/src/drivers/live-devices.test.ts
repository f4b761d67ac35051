import { statusCodes } from '@fieldwarden/core';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { waitFor } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunningPlant } from '../testing/running-plant.js';

const scanMs = 100;

/** The first register of a unit holds its number; its tag is `unit-N/number`. */
function device(unitId: number, options: object = {}): object {
  const tags = [{ path: `unit-${unitId}/number`, address: 'HR1', dataType: 'uint16', scanMs }];
  return { id: `unit-${unitId}`, options: { unitId, ...options }, tags };
}

describe.each(['in-process', 'host'])('devices of a Modbus driver that runs %s (§7.5)', (isolation) => {
  let plc: ModbusSimServer;
  let running: RunningPlant;

  const plant = (...devices: readonly object[]): object => {
    const options = { host: '127.0.0.1', port: plc.port, timeoutMs: 1_000 };
    return { version: 1, site: 'test', drivers: [{ id: 'm', type: 'modbus', isolation, options, devices }] };
  };

  /** How often the unit was asked for its register, as the PLC counts. */
  const scansOf = (unitId: number): number => plc.counters.readTimesMs(unitId, 3, 1).length;

  const scannedOnceMore = async (unitId: number): Promise<void> => {
    const before = scansOf(unitId);
    await waitFor(() => scansOf(unitId) > before, { what: `a scan of unit ${unitId}` });
  };

  beforeEach(async () => {
    plc = await ModbusSimServer.listen({ units: { 1: {}, 2: {}, 3: {} } });
    for (const unitId of [1, 2, 3]) {
      plc.unit(unitId).memory.holdingRegisters.set(1, unitId);
      plc.counters.watchReads(unitId, 3, 1);
    }
    running = await RunningPlant.start(plant(device(1), device(2)));
    for (const unitId of [1, 2]) await running.good(`unit-${unitId}/number`, unitId);
  });

  afterEach(async () => {
    await running[Symbol.asyncDispose]();
    await plc.close();
  });

  it('come without a new session, connection or process, and the others miss no scan', async () => {
    const { pid, spawn } = running.driver('m').facts;
    const { overruns } = running.driver('m').devices[0].statistics[0];
    const outcome = await running.apply(plant(device(1), device(2), device(3)));
    expect(outcome.steps.map(({ step, result }) => [step.action, step.reconnect, result])).toEqual([
      ['devices', false, 'done'],
    ]);
    await running.good('unit-3/number', 3);
    await scannedOnceMore(1);
    expect(running.driver('m').facts).toMatchObject({ pid, spawn });
    expect(running.driver('m').devices[0].statistics[0].overruns).toBe(overruns);
    expect(plc.counters.connectionsAccepted).toBe(1);
    expect(running.read('unit-1/number').status).toBe(statusCodes.Good);
  });

  it('go while they do not answer, and cost the others neither a word nor the connection for it', async () => {
    plc.unit(2).knobs.silent = true;
    await waitFor(() => running.read('unit-2/number').status !== 0, { what: 'a scan that failed' });
    await running.apply(plant(device(1)));
    expect(running.store.handleOf('unit-2/number')).toBeUndefined();
    await waitFor(() => plc.counters.requestsByUnit.get(2), { what: 'what was asked of unit 2' });
    await running.good('unit-1/number', 1);
    const asked = plc.counters.requestsByUnit.get(2);
    await scannedOnceMore(1);
    await scannedOnceMore(1);
    expect(plc.counters.requestsByUnit.get(2)).toBe(asked);
  });

  it('get other options without a new connection', async () => {
    await running.apply(plant(device(1), device(2, { interRequestDelayMs: 1 })));
    await scannedOnceMore(2);
    await running.good('unit-2/number', 2);
    expect(plc.counters.connectionsAccepted).toBe(1);
  });
});
