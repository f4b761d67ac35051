import { isBad, statusCodes } from '@fieldwarden/core';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { waitFor } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeDriver } from '@fieldwarden/admin-api/views';
import { RunningPlant } from '../testing/running-plant.js';

const supervision = { startBudgetMs: 5_000, backoff: { initialMs: 10, maxMs: 50 } };

function chaos(options: object, paths: readonly string[], address = 'counter', scanMs = 100): object {
  const tags = paths.map((path) => ({ path, address, dataType: 'int32', scanMs }));
  return { id: 'chaos', type: 'chaos', options, supervision, devices: [{ id: 'd', tags }] };
}

function modbus(port: number, paths: readonly string[] = ['m']): object {
  const tags = paths.map((path, i) => ({ path, address: `HR${i}`, dataType: 'uint16', scanMs: 100 }));
  const devices = [{ id: 'u', options: { unitId: 1 }, tags }];
  return { id: 'modbus', type: 'modbus', options: { host: '127.0.0.1', port }, devices };
}

const plantWith = (...drivers: readonly object[]): object => ({ version: 1, site: 'test', drivers });

describe('roll-back of a driver (§7.5)', () => {
  let plc: ModbusSimServer;
  let running: RunningPlant;

  beforeEach(async () => {
    plc = await ModbusSimServer.listen({ units: { 1: {} } });
    running = await RunningPlant.start(plantWith(chaos({}, ['a', 'b']), modbus(plc.port)));
    await running.good('a');
    await running.good('m');
  });

  afterEach(async () => {
    await running[Symbol.asyncDispose]();
    await plc.close();
  });

  const isRolledBack = (): boolean => running.drivers.configuration.rolledBack.length > 0;

  it('that crashes at every start goes back to what it ran before, alone, and says so', async () => {
    const spawn = running.driver('chaos').facts.spawn ?? 0;
    const done = running.apply(plantWith(chaos({ failStart: { exit: 1 } }, ['a', 'c']), modbus(plc.port, ['m', 'b'])));
    expect(running.driver('chaos').generation).toBe(2);
    await waitFor(isRolledBack, { what: 'the roll-back' });
    await done;
    await running.good('a');
    expect(running.drivers.configuration).toMatchObject({
      generation: 2,
      rolledBack: [{ driverId: 'chaos', generation: 2, runsOn: 1, reason: expect.stringContaining('exit') as string }],
    });
    expect([...running.drivers.byId.values()].map(({ id, generation }) => [id, generation])).toEqual([
      ['chaos', 1],
      ['modbus', 2],
    ]);
    expect(running.store.handleOf('c')).toBeUndefined();
    expect(running.store.definition(running.handle('b'))?.driverId).toBe('modbus');
    await running.good('b');
    expect(plc.counters.connectionsAccepted).toBe(1);
    const alarms = running.events.since(0).filter(({ type }) => type === 'alarm');
    expect(alarms).toMatchObject([{ driverId: 'chaos', data: { generation: 2, runsOn: 1, active: true } }]);
    expect(describeDriver(running.driver('chaos'))).toMatchObject({ crashLoop: 'closed', restarts: { operator: 0 } });
    expect(running.driver('chaos').facts.spawn).toBeGreaterThan(spawn);
  });

  it('is forgotten by the next apply, which is planned from what the driver runs', async () => {
    await running.apply(plantWith(chaos({ failStart: { exit: 1 } }, ['a']), modbus(plc.port)));
    await waitFor(isRolledBack, { what: 'the roll-back' });
    await running.good('a');
    const { pid } = running.driver('chaos').facts;
    await running.apply(plantWith(chaos({}, ['a', 'c']), modbus(plc.port)));
    expect(running.drivers.configuration.rolledBack).toEqual([]);
    const alarms = running.events.since(0).filter(({ type }) => type === 'alarm');
    const over = { conditionId: 'rolled-back', active: false };
    expect(alarms).toMatchObject([{ data: { ...over, active: true } }, { driverId: 'chaos', data: over }]);
    await running.good('c');
    expect(running.driver('chaos').generation).toBe(3);
    expect(running.driver('chaos').facts.pid).toBe(pid); // options were those of generation 1 already
    expect(running.drivers.plant).toEqual(running.published);
  });

  it('does not come to a driver that was broken before, which keeps what is new', async () => {
    await running.apply(plantWith(modbus(plc.port)));
    await running.apply(plantWith(chaos({ failStart: { exit: 1 } }, ['a']), modbus(plc.port)));
    await waitFor(() => running.driver('chaos').state === 'Faulted', { what: 'the crash loop of a new driver' });
    await running.apply(plantWith(chaos({ failStart: { exit: 2 } }, ['a']), modbus(plc.port)));
    await waitFor(() => running.driver('chaos').state === 'Faulted', { what: 'the crash loop' });
    expect(running.drivers.configuration.rolledBack).toEqual([]);
    await running.apply(plantWith(chaos({}, ['a']), modbus(plc.port)));
    await running.good('a');
  });

  it('is not what happens to a driver whose Host is away just then: it comes back with what is new', async () => {
    const away = { supervision: { ...supervision, backoff: { initialMs: 1_000, maxMs: 1_000, jitter: 0 } } };
    await running.apply(plantWith({ ...chaos({}, ['a', 's'], 'counter', 60_000), ...away }, modbus(plc.port)));
    await running.good('s');
    process.kill(running.driver('chaos').facts.pid ?? 0, 'SIGKILL');
    await waitFor(() => running.driver('chaos').state === 'Reconnecting', { what: 'the end of the Host' });
    await running.apply(plantWith({ ...chaos({}, ['a', 'c'], 'value', 60_000), ...away }, modbus(plc.port)));
    for (const path of ['a', 'c']) expect(isBad(running.read(path).status)).toBe(true);
    await running.good('c');
    await running.good('a');
    expect(running.driver('chaos').generation).toBe(3);
    expect(running.drivers.configuration.rolledBack).toEqual([]);
  });

  it('a slow start of one driver holds up no other', async () => {
    const done = running.apply(plantWith(chaos({ slowStartMs: 1_500 }, ['a']), modbus(plc.port, ['m', 'b'])));
    expect(running.read('a').status).toBe(statusCodes.BadOutOfService);
    await running.good('b');
    expect(['Initializing', 'Reconnecting']).toContain(running.driver('chaos').state);
    await done;
    await running.good('a');
  });
});
