import { planApply, withAlikeDrivers } from '@fieldwarden/config';
import { statusCodes } from '@fieldwarden/core';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { waitFor, testOrigin } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failuresOf } from './apply-outcome.js';
import { describeDriver } from '@fieldwarden/admin-api/views';
import { plantOf, RunningPlant } from '../testing/running-plant.js';

const origin = testOrigin({ correlationId: 'test' });

interface TagText {
  readonly path: string;
  readonly address: string;
  readonly [field: string]: unknown;
}

const tag = (path: string, address: string, more: object = {}): TagText => ({
  path,
  address,
  dataType: 'uint16',
  scanMs: 100,
  ...more,
});

/** A Modbus driver with one device; register n holds `10 × n`. */
function modbus(id: string, plc: ModbusSimServer, tags: readonly TagText[], more: object = {}): object {
  const options = { host: '127.0.0.1', port: plc.port, timeoutMs: 1_000 };
  return { id, type: 'modbus', options, devices: [{ id: 'unit', options: { unitId: 1 }, tags }], ...more };
}

const plantWith = (...drivers: readonly object[]): object => ({ version: 1, site: 'test', drivers });

async function plcWithValues(offset = 0): Promise<ModbusSimServer> {
  const plc = await ModbusSimServer.listen({ units: { 1: {}, 2: {} } });
  for (let register = 0; register < 100; register += 1) {
    plc.unit(1).memory.holdingRegisters.setValue(register, { scalar: 'uint16' }, offset + 10 * register);
    plc.unit(2).memory.holdingRegisters.setValue(register, { scalar: 'uint16' }, offset + 10 * register + 1);
  }
  return plc;
}

describe('RunningDrivers.apply (§7.5)', () => {
  let plcs: ModbusSimServer[];
  let running: RunningPlant;

  beforeEach(async () => {
    plcs = [await plcWithValues(), await plcWithValues(1_000)];
  });

  afterEach(async () => {
    await running[Symbol.asyncDispose]();
    await Promise.all(plcs.map(async (plc) => await plc.close()));
  });

  const goods = async (...paths: readonly string[]): Promise<void> => {
    for (const path of paths) await running.good(path);
  };

  it('changes tags of one device without a new connection; the others keep handle, value and rhythm', async () => {
    const before = [tag('a', 'HR1'), tag('b', 'HR2'), tag('c', 'HR3')];
    running = await RunningPlant.start(
      plantWith(modbus('m', plcs[0], before), modbus('n', plcs[1], [tag('x', 'HR1')])),
    );
    await goods('a', 'b', 'c', 'x');
    const [a, b] = [running.handle('a'), running.handle('b')];
    const gone = running.handle('c');
    const after = [tag('a', 'HR1'), tag('b', 'HR20', { description: 'elsewhere' }), tag('d', 'HR4')];
    const done = running.apply(plantWith(modbus('m', plcs[0], after), modbus('n', plcs[1], [tag('x', 'HR1')])));
    expect(running.store.handleOf('c')).toBeUndefined();
    expect(running.read('b')).toMatchObject({ value: null, status: statusCodes.BadWaitingForInitialData });
    expect(running.read('a')).toMatchObject({ value: 10, status: statusCodes.Good });
    expect([running.handle('a'), running.handle('b')]).toEqual([a, b]);
    expect(running.handle('d')).toBe(gone);
    const outcome = await done;
    expect(outcome.steps.map(({ step, result }) => [step.driverId, step.action, result])).toEqual([
      ['m', 'tags', 'done'],
    ]);
    await running.good('b', 200);
    await running.good('d', 40);
    expect(plcs.map(({ counters }) => counters.connectionsAccepted)).toEqual([1, 1]);
    expect([...running.drivers.byId.values()].map(({ generation }) => generation)).toEqual([2, 2]);
    expect(running.drivers.configuration).toMatchObject({ version: 2, generation: 2 });
    expect(Object.isFrozen(running.drivers.configuration)).toBe(true);
  });

  it('tells what runs one driver in a turn as at once, and follows a plan that was made of it', async () => {
    const of = (address: string): object =>
      plantWith(modbus('m', plcs[0], [tag('a', 'HR1')]), modbus('n', plcs[1], [tag('x', address)]));
    running = await RunningPlant.start(of('HR1'));
    await goods('a', 'x');
    const { catalogue, drivers } = running;
    let othersRan = false;
    setImmediate(() => (othersRan = true));
    const told = await drivers.plantInTurns();
    expect(othersRan).toBe(true);
    expect(told).toEqual(drivers.plant);
    const next = plantOf(of('HR2'), catalogue);
    const alike = await withAlikeDrivers(told, next, catalogue);
    expect(alike.drivers[0]).toBe(next.drivers[0]);
    const outcome = await running.carryOut(planApply(alike, next, catalogue), next);
    expect(outcome.steps.map(({ step, result }) => [step.driverId, result])).toEqual([['n', 'done']]);
    await waitFor(() => running.read('x').value === 1_020, { what: 'the value at the new address' });
  });

  it('a type that clients see makes another node, an address of another raw type under a scaling does not', async () => {
    const scaling = { gain: 2, offset: 0 };
    running = await RunningPlant.start(
      plantWith(modbus('m', plcs[0], [tag('a', 'HR1'), tag('b', 'HR2', { scaling })])),
    );
    await running.good('b', 40);
    const told: string[] = [];
    const name = (handles: Uint32Array): string => [...handles].map((h) => running.store.definition(h)?.path).join();
    running.store.onDefinition({
      removed: (handles) => told.push(`removed ${name(handles)}`),
      defined: (handles) => told.push(`defined ${name(handles)}`),
      redefined: (handles) => told.push(`redefined ${name(handles)}`),
    });
    const next = [tag('a', 'HR1', { dataType: 'int16' }), tag('b', 'HR3', { dataType: 'int16', scaling })];
    await running.apply(plantWith(modbus('m', plcs[0], next)));
    expect(told).toEqual(['removed a', 'redefined b', 'defined a']);
    await running.good('b', 60);
  });

  it('a path may move to another driver, and a driver may come in place of one with the same id', async () => {
    running = await RunningPlant.start(
      plantWith(modbus('m', plcs[0], [tag('a', 'HR1'), tag('b', 'HR2')]), modbus('n', plcs[1], [tag('x', 'HR1')])),
    );
    await goods('a', 'b', 'x');
    const simulator = {
      id: 'n',
      type: 'simulator',
      devices: [{ id: 'd', tags: [tag('b', 'memory', { dataType: 'int16' })] }],
    };
    const outcome = await running.apply(plantWith(simulator, modbus('m', plcs[0], [tag('a', 'HR1'), tag('x', 'HR5')])));
    expect(failuresOf(outcome)).toEqual([]);
    expect([...running.drivers.byId.keys()]).toEqual(['n', 'm']);
    await running.good('x', 50);
    expect(running.store.definition(running.handle('b'))).toMatchObject({ driverId: 'n', deviceId: 'd' });
    await waitFor(() => plcs[1].connections === 0, { what: 'the end of the old driver' });
  });

  it('new options make a new session; what waits or comes meanwhile never reaches the old device', async () => {
    const tags = [tag('a', 'HR1', { access: 'read-write' })];
    const resilience = { bulkhead: { concurrent: 1, queued: 10 } };
    running = await RunningPlant.start(plantWith(modbus('m', plcs[0], tags, { resilience })));
    await running.good('a', 10);
    plcs[0].unit(1).knobs.delayMs = 300;
    await waitFor(() => running.driver('m').devices[0].invoker.status.depth > 0, { what: 'a read under way' });
    const underWay = [1, 2].map((value) => running.writes.writePath('a', value, origin));
    const done = running.apply(plantWith(modbus('m', plcs[1], tags, { resilience })));
    const late = running.writes.writePath('a', 3, origin);
    const outcomes = (await Promise.all([...underWay, late])).map(({ outcome }) => outcome);
    expect(outcomes.slice(1)).toEqual(['not-sent', 'not-sent']);
    expect(failuresOf(await done)).toEqual([]);
    await running.good('a', 1_010);
    expect(plcs[1].counters.writes).toEqual([]);
    expect(plcs[0].counters.writes.length).toBe(outcomes[0] === 'done' ? 1 : 0);
    expect((await running.writes.writePath('a', 5, origin)).outcome).toBe('done');
    expect(plcs[1].counters.writes).toHaveLength(1);
    expect(describeDriver(running.driver('m'))).toMatchObject({ generation: 2, restarts: { operator: 0 } });
  });

  it('a write that is on its way when its session must go comes to its end first', async () => {
    const tags = [tag('a', 'HR1', { access: 'read-write', scanMs: 60_000 })];
    running = await RunningPlant.start(plantWith(modbus('m', plcs[0], tags)));
    await running.good('a', 10);
    plcs[0].unit(1).once({ delayMs: 300 });
    const write = running.writes.writePath('a', 7, origin);
    await waitFor(() => plcs[0].counters.requestsByFunction.get(6) === 1, { what: 'the write at the device' });
    const done = running.apply(plantWith(modbus('m', plcs[1], tags)));
    expect((await write).outcome).toBe('done');
    await done;
    await running.good('a', 1_010);
  });

  it('a write goes to the address that it was checked against, or nowhere: never to another tag’s', async () => {
    const resilience = { bulkhead: { concurrent: 1, queued: 10 } };
    const rw = { access: 'read-write', scanMs: 60_000 };
    running = await RunningPlant.start(
      plantWith(modbus('m', plcs[0], [tag('a', 'HR1', rw), tag('b', 'HR2', rw)], { resilience })),
    );
    await goods('a', 'b');
    plcs[0].unit(1).once({ delayMs: 200 });
    const first = running.writes.writePath('b', 4, origin);
    const waiting = running.writes.writePath('a', 5, origin);
    await running.apply(plantWith(modbus('m', plcs[0], [tag('b', 'HR1', rw), tag('a', 'HR2', rw)], { resilience })));
    expect((await Promise.all([first, waiting])).map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    const registers = plcs[0].unit(1).memory.holdingRegisters;
    expect([1, 2].map((register) => registers.getValue(register, { scalar: 'uint16' }))).toEqual([5, 4]);
  });

  it('settings take effect while everything runs on', async () => {
    const tags = [tag('a', 'HR1')];
    running = await RunningPlant.start(plantWith(modbus('m', plcs[0], tags)));
    await running.good('a');
    const { invoker } = running.driver('m').devices[0];
    const resilience = { breaker: { failures: 1, probeMs: 100 }, read: { timeoutMs: 150, retries: 0 } };
    const stability = { memory: { sampleMs: 100 } };
    const outcome = await running.apply(plantWith(modbus('m', plcs[0], tags, { resilience, stability })));
    expect(new Set(outcome.steps.map(({ step }) => step.action))).toEqual(new Set(['settings']));
    expect(running.driver('m').devices[0].invoker).toBe(invoker);
    plcs[0].unit(1).knobs.silent = true;
    await waitFor(() => invoker.status.state === 'demoted', { what: 'a demotion after one failure' });
    plcs[0].unit(1).knobs.silent = false;
    await running.good('a');
    expect(running.driver('m').driver).toMatchObject({ resilience: { breakerFailures: 1 } });
  });

  it('starts and stops drivers, and adds devices, as enabled and devices say', async () => {
    running = await RunningPlant.start(plantWith(modbus('m', plcs[0], [tag('a', 'HR1')])));
    await running.good('a');
    await running.apply(plantWith(modbus('m', plcs[0], [tag('a', 'HR1')], { enabled: false })));
    expect(running.driver('m').state).toBe('Stopped');
    expect(running.read('a').status).toBe(statusCodes.BadOutOfService);
    const devices = [1, 2].map((unitId) => ({
      id: `unit-${unitId}`,
      options: { unitId },
      tags: [tag(unitId === 1 ? 'a' : 'z', 'HR1')],
    }));
    await running.apply(plantWith(modbus('m', plcs[0], [], { devices })));
    await running.good('a', 10);
    await running.good('z', 11);
    expect(running.driver('m').devices.map(({ id }) => id)).toEqual(['unit-1', 'unit-2']);
  });

  it('moves a driver into a Host and back, as isolation says, and keeps it there on further changes', async () => {
    const plant = (isolation: string, more: readonly TagText[] = []): object =>
      plantWith(modbus('m', plcs[0], [tag('a', 'HR1'), ...more], { isolation }));
    running = await RunningPlant.start(plant('in-process'));
    await running.good('a');
    const handle = running.handle('a');
    const outcome = await running.apply(plant('host'));
    expect(outcome.steps.map(({ step, result }) => [step.action, result])).toEqual([['move', 'done']]);
    expect(running.driver('m').facts.pid).not.toBeNull();
    const { pid } = running.driver('m').facts;
    await running.apply(plant('host', [tag('b', 'HR2')]));
    await running.good('b', 20);
    expect(running.driver('m').facts.pid).toBe(pid);
    await running.apply(plant('in-process'));
    expect(running.driver('m')).toMatchObject({ isolation: 'in-process' });
    await running.good('a', 10);
    expect(running.handle('a')).toBe(handle);
  });

  it('ends the process of a Host for its configuration, not for an operator, and says what was done and why', async () => {
    running = await RunningPlant.start(plantWith(modbus('m', plcs[0], [tag('a', 'HR1')], { isolation: 'host' })));
    await running.good('a', 10);
    const since = running.events.since(0).at(-1)?.seq ?? 0;
    await running.apply(plantWith(modbus('m', plcs[1], [tag('a', 'HR1')], { isolation: 'host' })));
    await running.good('a', 1_010);
    const told = running.events.since(since);
    expect(told[0]).toMatchObject({
      driverId: 'm',
      data: { cause: 'configuration', generation: 2, actions: ['restart'] },
    });
    expect(told[0].message).toContain('port');
    const ended = told.find(({ type, data }) => type === 'host' && data?.['spawn'] === 1);
    expect(ended?.data).toMatchObject({ cause: 'configuration' });
    const { restarts, lastCause, spawn } = describeDriver(running.driver('m'));
    expect({ restarts, lastCause, spawn }).toEqual({
      restarts: { crash: 0, recycle: 0, operator: 0 },
      lastCause: 'configuration',
      spawn: 2,
    });
  });

  it('what an operator has stopped stays stopped, and runs on what is new when it is started', async () => {
    running = await RunningPlant.start(plantWith(modbus('m', plcs[0], [tag('a', 'HR1')])));
    await running.good('a');
    await running.driver('m').stop();
    await running.apply(plantWith(modbus('m', plcs[1], [tag('a', 'HR1'), tag('b', 'HR2')])));
    expect(running.driver('m').state).toBe('Stopped');
    expect(running.read('b').status).toBe(statusCodes.BadOutOfService);
    await running.driver('m').start();
    await running.good('b', 1_020);
  });

  it('reads from what runs the plant that was published, to the last field', async () => {
    const full = {
      description: 'd',
      unit: 'mm',
      limits: { min: 0, max: 9 },
      access: 'read-write',
      deadband: { percent: 10 },
    };
    const scaled = {
      scaling: { rawLow: 0, rawHigh: 100, low: 0, high: 10, clamp: true },
      writeIdempotent: true,
      verify: true,
    };
    const tags = [
      tag('a', 'HR1', { ...full, ...scaled }),
      tag('b', 'HR2', { dataType: 'uint16[3]', scaling: { gain: 2 } }),
    ];
    running = await RunningPlant.start(plantWith(modbus('m', plcs[0], tags)));
    expect(running.drivers.plant).toEqual(running.published);
    const next = plantWith(modbus('m', plcs[0], [tag('a', 'HR1', full)]), modbus('n', plcs[1], tags.slice(1)));
    await running.apply(next);
    expect(running.drivers.plant).toEqual(running.published);
  });

  it('does nothing of a plan that was made from something else than what runs', async () => {
    running = await RunningPlant.start(plantWith(modbus('m', plcs[0], [tag('a', 'HR1')])));
    await running.good('a');
    const { version } = running.drivers.configuration;
    running.published = { ...running.published, drivers: [] };
    const outcome = await running.apply(plantWith(modbus('n', plcs[1], [tag('a', 'HR1')])));
    expect(failuresOf(outcome)).toMatchObject([{ driverId: 'n', message: expect.stringContaining('tag a') as string }]);
    expect([...running.drivers.byId.keys()]).toEqual(['m']);
    expect(running.drivers.configuration.version).toBe(version);
    await running.good('a', 10);
  });
});
