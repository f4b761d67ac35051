import { statusName } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { afterEach, describe, expect, it } from 'vitest';
import modbusDriver from './driver.js';
import { openSession, readPlan, registers } from './testing/open-session.js';

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

type Units = Parameters<typeof ModbusSimServer.listen>[0]['units'];

async function connected(units: Units, devices: readonly object[]): Promise<[ModbusSimServer, DriverSession]> {
  const plc = await ModbusSimServer.listen({ units });
  cleanUp.push(() => plc.close());
  const session = openSession({ port: plc.port, devices });
  cleanUp.push(() => session.close());
  return [plc, session];
}

/** Ids are numbers, from 1, as those of `openSession`. */
async function setDevices(session: DriverSession, devices: Readonly<Record<string, object>>): Promise<void> {
  const entries = Object.entries(devices);
  await session.setDevices!(
    entries.map(([id, options]) => ({ id, options: modbusDriver.deviceOptions.parse(options) })),
  );
}

describe('devices that come and go while the session runs (§7.5)', () => {
  it('costs the others no request, no connection and no word: a silent unit goes, the reads that wait behind it come', async () => {
    const [plc, session] = await connected({ 1: {}, 2: {}, 3: {} }, [{ unitId: 1 }, { unitId: 2 }]);
    plc.unit(2).memory.holdingRegisters.set(0, 22);
    plc.unit(3).memory.holdingRegisters.set(0, 33);
    const plan = session.prepareRead!('2', registers(1));
    await readPlan(session, plan);
    plc.unit(1).knobs.silent = true;
    const silent = readPlan(session, session.prepareRead!('1', registers(1)));
    silent.catch(() => undefined);
    const waiting = readPlan(session, plan);
    await setDevices(session, { 2: { unitId: 2 }, 3: { unitId: 3 } });
    await expect(silent).rejects.toMatchObject({ kind: 'cancelled' });
    expect((await waiting).values[0]).toBe(22);
    expect((await readPlan(session, session.prepareRead!('3', registers(1)))).values[0]).toBe(33);
  });

  it('keeps what it has learnt of a unit that stays, and forgets that of one with other options', async () => {
    const holes = [{ area: 'holdingRegisters', start: 5, count: 1 }] as const;
    const [plc, session] = await connected({ 1: { holes } }, [{ unitId: 1 }, { unitId: 9 }]);
    const plan = session.prepareRead!('1', registers(10));
    await readPlan(session, plan);
    await setDevices(session, { 1: { unitId: 1 } });
    const before = plc.counters.requests;
    await readPlan(session, plan);
    expect(plc.counters.requests - before).toBe(2); // the hole is kept clear of
    await setDevices(session, { 1: { unitId: 1, interRequestDelayMs: 1 } });
    await expect(readPlan(session, plan)).rejects.toMatchObject({ code: 'MODBUS_PLAN_ENDED', kind: 'config' });
    const anew = await session.describePlan!(session.prepareRead!('1', registers(10)));
    expect(anew.requests).toHaveLength(1);
  });

  it('gives a newcomer the pause that its unit needs after connecting', async () => {
    const [plc, session] = await connected({ 1: {}, 2: {} }, [{ unitId: 1 }]);
    await readPlan(session, session.prepareRead!('1', registers(1)));
    await setDevices(session, { 1: { unitId: 1 }, 2: { unitId: 2, postConnectDelayMs: 60_000 } });
    const newcomer = readPlan(session, session.prepareRead!('2', registers(1)), 300);
    newcomer.catch(() => undefined);
    await readPlan(session, session.prepareRead!('1', registers(1)));
    await expect(newcomer).rejects.toMatchObject({ code: 'MODBUS_QUEUE_TIMEOUT' });
    expect(plc.counters.connectionsAccepted).toBe(1);
  });

  it('is as large after a thousand changes as before', async () => {
    const [, session] = await connected({ 1: {} }, [{ unitId: 1 }]);
    const before = session.memoryFootprint!();
    for (let i = 0; i < 1_000; i += 1) await setDevices(session, { [`device ${i}`]: { unitId: 1 } });
    expect(session.memoryFootprint!()).toBe(before);
    expect((await readPlan(session, session.prepareRead!('device 999', registers(1)))).length).toBe(1);
  });
});

describe('the end of a plan (§3.2)', () => {
  const holes = [
    { area: 'holdingRegisters', start: 5, count: 1 },
    { area: 'holdingRegisters', start: 25, count: 1 },
  ] as const;

  it('lets the unit be asked again at once for what only that plan had asked for', async () => {
    const [plc, session] = await connected({ 1: { holes } }, [{ unitId: 1 }]);
    const plan = session.prepareRead!('1', registers(10));
    await readPlan(session, plan);
    session.releaseRead!(plan);
    plc.unit(1).knobs.holes = [];
    const rows = await readPlan(session, session.prepareRead!('1', registers(10)));
    expect(statusName(rows.statuses[5])).toBe('Good');
  });

  it('keeps what another plan of the unit still has to keep clear of', async () => {
    const [plc, session] = await connected({ 1: { holes } }, [{ unitId: 1 }]);
    const released = session.prepareRead!('1', registers(30));
    const kept = session.prepareRead!('1', registers(10));
    await readPlan(session, released);
    await readPlan(session, kept);
    session.releaseRead!(released);
    const before = plc.counters.requests;
    const rows = await readPlan(session, kept);
    expect(statusName(rows.statuses[5])).toBe('BadNodeIdUnknown');
    expect(plc.counters.requests - before).toBe(2);
    expect((await session.describePlan!(session.prepareRead!('1', registers(30)))).avoided).toHaveLength(1);
  });

  it('refuses a plan that was released, and minds neither a second release nor one of a device that is gone', async () => {
    const [, session] = await connected({ 1: {} }, [{ unitId: 1 }]);
    const plan = session.prepareRead!('1', registers(1));
    session.releaseRead!(plan);
    session.releaseRead!(plan);
    await expect(readPlan(session, plan)).rejects.toMatchObject({ kind: 'config' });
    const late = session.prepareRead!('1', registers(1));
    await setDevices(session, {});
    session.releaseRead!(late);
  });
});
