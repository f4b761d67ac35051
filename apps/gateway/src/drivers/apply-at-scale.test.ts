import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failuresOf } from './apply-outcome.js';
import { RunningPlant } from '../testing/running-plant.js';

const driverCount = 10;
const deviceCount = 10;
const tagCount = 100;
const scanMs = 500;

/** Two of the drivers live in Hosts. */
const hosted = new Set([3, 7]);

interface Change {
  readonly driver: number;
  readonly device: number;
  readonly tag: number;
}

/** 10 drivers × 10 devices × 100 tags; the changed ones have their address one register further. */
function bigPlant(plcs: readonly ModbusSimServer[], changed: readonly Change[] = []): object {
  const isChanged = (driver: number, device: number, tag: number): boolean =>
    changed.some((change) => change.driver === driver && change.device === device && change.tag === tag);
  const drivers = plcs.map(({ port }, driver) => ({
    id: `driver-${driver}`,
    type: 'modbus',
    isolation: hosted.has(driver) ? 'host' : 'in-process',
    options: { host: '127.0.0.1', port },
    devices: Array.from({ length: deviceCount }, (_, device) => ({
      id: `unit-${device}`,
      options: { unitId: device + 1 },
      tags: Array.from({ length: tagCount }, (_unused, tag) => ({
        path: `d${driver}/u${device}/t${tag}`,
        address: `HR${tag + (isChanged(driver, device, tag) ? 1 : 0)}`,
        dataType: 'uint16',
        scanMs,
      })),
    })),
  }));
  return { version: 1, site: 'big', drivers };
}

describe('an apply to 10,000 tags of 10 drivers (§7.5, §15)', () => {
  let plcs: ModbusSimServer[];
  let running: RunningPlant;

  beforeAll(async () => {
    const units = Object.fromEntries(Array.from({ length: deviceCount }, (_, device) => [device + 1, {}]));
    plcs = await Promise.all(Array.from({ length: driverCount }, async () => await ModbusSimServer.listen({ units })));
    for (const plc of plcs) for (let unit = 1; unit <= deviceCount; unit += 1) plc.counters.watchReads(unit, 3, 0);
    running = await RunningPlant.start(bigPlant(plcs));
    await waitFor(() => running.store.quality().good === 10_000, { what: '10,000 good values', timeoutMs: 20_000 });
  });

  afterAll(async () => {
    await running[Symbol.asyncDispose]();
    await Promise.all(plcs.map(async (plc) => await plc.close()));
  });

  const overruns = (): number =>
    [...running.drivers.byId.values()]
      .flatMap(({ devices }) => devices.flatMap(({ statistics }) => statistics.map((scan) => scan.overruns)))
      .reduce((sum, count) => sum + count, 0);

  /** Reads that each unit of each driver has seen. */
  const scans = (): number[][] =>
    plcs.map(({ counters }) =>
      Array.from({ length: deviceCount }, (_, unit) => counters.readTimesMs(unit + 1, 3, 0).length),
    );

  const threeScansAfter = (before: readonly (readonly number[])[]): Promise<unknown> =>
    waitFor(() => scans().every((units, driver) => units.every((count, unit) => count >= before[driver][unit] + 3)), {
      what: 'three more scans of every unit',
    });

  /** How many there are while nothing is applied. */
  const overrunsOfThreeScans = async (): Promise<number> => {
    const before = overruns();
    await threeScansAfter(scans());
    return overruns() - before;
  };

  const facts = (): unknown =>
    [...running.drivers.byId.values()].map((driver) => [driver.facts.pid, driver.facts.spawn, driver.isolation]);

  it('of one tag touches one device: pids, connections and the scans of all others go on, none is missed', async () => {
    const apply = running.prepare(bigPlant(plcs, [{ driver: 4, device: 6, tag: 50 }]));
    const undisturbed = await overrunsOfThreeScans();
    const before = { facts: facts(), overruns: overruns(), scans: scans() };
    const connections = plcs.map(({ counters }) => counters.connectionsAccepted);
    const goods = running.store.quality().good;
    const done = apply();
    expect(running.store.quality().good).toBe(goods - 1);
    const outcome = await done;
    expect(outcome.steps.map(({ step, result }) => [step.driverId, step.device, step.action, result])).toEqual([
      ['driver-4', 'unit-6', 'tags', 'done'],
    ]);
    await threeScansAfter(before.scans);
    expect(running.store.quality().good).toBe(10_000);
    expect(facts()).toEqual(before.facts);
    expect(plcs.map(({ counters }) => counters.connectionsAccepted)).toEqual(connections);
    // A machine that is busy with other things overruns in both stretches; on an idle one there is none.
    expect(overruns() - before.overruns).toBeLessThanOrEqual(2 * undisturbed);
    const most = Math.max(
      ...scans().flatMap((units, driver) => units.map((count, unit) => count - before.scans[driver][unit])),
    );
    expect(most).toBeLessThanOrEqual(5); // nobody was asked out of turn either
  });

  it('of ten tags in ten drivers is over in one tick, and in a Host without a new process', async () => {
    const before = facts();
    const changes = plcs.map((_plc, driver) => ({ driver, device: 2, tag: 10 }));
    const outcome = await running.apply(bigPlant(plcs, [{ driver: 4, device: 6, tag: 50 }, ...changes]));
    expect(failuresOf(outcome)).toEqual([]);
    expect(outcome.steps).toHaveLength(driverCount);
    await waitFor(() => running.store.quality().good === 10_000, { what: 'good values of all again' });
    expect(facts()).toEqual(before);
    for (const { driver } of changes) expect(running.read(`d${driver}/u2/t10`).status).toBe(0);
  });
});
