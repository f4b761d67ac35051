import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';

/** Two Modbus drivers on two PLCs: one that is moved about, one that must not notice. */
function movingPlant(moved: number, bystander: number): object {
  const driver = (id: string, port: number): object => ({
    id,
    type: 'modbus',
    options: { host: '127.0.0.1', port },
    devices: [
      {
        id: 'unit',
        options: { unitId: 1 },
        tags: [
          { path: `${id}/speed`, address: 'HR0', dataType: 'float32', scanMs: 200 },
          { path: `${id}/setpoint`, address: 'HR10', dataType: 'float32', scanMs: 200, access: 'read-write' },
        ],
      },
    ],
  });
  const overlapping = {
    id: 'waves',
    type: 'simulator',
    isolation: 'host',
    supervision: { overlap: true },
    devices: [
      { id: 'd', tags: [{ path: 'waves/sine', address: 'sine?periodMs=5000', dataType: 'float64', scanMs: 100 }] },
    ],
  };
  return {
    version: 1,
    site: 'moves',
    opcua: { enabled: false },
    drivers: [driver('line', moved), driver('other', bystander), overlapping],
  };
}

describe('moving a running driver (§3.4)', () => {
  let plc: ModbusSimServer;
  let otherPlc: ModbusSimServer;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    const listen = async (): Promise<ModbusSimServer> => {
      const server = await ModbusSimServer.listen({ host: '127.0.0.1', port: 0, units: { 1: {} } });
      server.unit(1).memory.holdingRegisters.setValue(0, { scalar: 'float32' }, 12.5);
      return server;
    };
    [plc, otherPlc] = await Promise.all([listen(), listen()]);
    gateway = await GatewayProcess.start(movingPlant(plc.port, otherPlc.port));
    for (const path of ['line/speed', 'other/speed', 'waves/sine']) await gateway.tagTurns(path, 'Good');
  });

  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await Promise.all([plc.close(), otherPlc.close()]);
  });

  /** Statuses that a client sees from now until `action` has ended and the values are fresh again. */
  async function statusesDuring(path: string, action: () => Promise<unknown>): Promise<ReadonlySet<string>> {
    const seen = new Set<string>();
    let ended = false;
    const watching = waitFor(
      async () => {
        seen.add((await gateway.tag(path)).status);
        return ended;
      },
      { what: 'the action to end', timeoutMs: 30_000 },
    );
    await action();
    const { sourceAt } = await gateway.tag(path);
    await waitFor(async () => (await gateway.tag(path)).sourceAt !== sourceAt, { what: `a fresh value of ${path}` });
    ended = true;
    await watching;
    return seen;
  }

  it('promotes it into a Host of its own and demotes it back, and its values never turn Bad', async () => {
    const connectionsBefore = otherPlc.counters.connectionsAccepted;
    expect(await statusesDuring('line/speed', () => gateway.cli('promote', 'line'))).toEqual(new Set(['Good']));
    expect(await gateway.driver('line')).toMatchObject({ isolation: 'host', state: 'Healthy', spawn: 1 });
    expect(await gateway.write('line/setpoint', 7)).toMatchObject({ outcome: 'done' });
    expect(await statusesDuring('line/speed', () => gateway.cli('demote', 'line'))).toEqual(new Set(['Good']));
    expect(await gateway.driver('line')).toMatchObject({ isolation: 'in-process', pid: null, state: 'Healthy' });
    expect(await gateway.write('line/setpoint', 8)).toMatchObject({ outcome: 'done' });
    expect(otherPlc.counters.connectionsAccepted).toBe(connectionsBefore);
  });

  it('refuses to recycle what has no process of its own, and says what to do', async () => {
    const { code, stderr } = await gateway.cli('recycle', 'line');
    expect(code).toBe(1);
    expect(stderr).toContain('promote');
  });

  it('keeps the number of spawns over a promotion, so that each process of a driver has its own', async () => {
    await gateway.cli('promote', 'line');
    expect((await gateway.driver('line')).spawn).toBe(2);
  });

  it('recycles a Host: another process, no crash counted (§4.7)', async () => {
    const before = await gateway.driver('line');
    expect((await gateway.cli('recycle', 'line')).code).toBe(0);
    const after = await gateway.driver('line');
    expect(after).toMatchObject({
      spawn: 3,
      restarts: { crash: 0, recycle: 1 },
      crashLoop: 'closed',
      state: 'Healthy',
    });
    expect(after.pid).not.toBe(before.pid);
  });

  it('recycles with overlap without a bad value: the successor takes over first (§4.7)', async () => {
    const before = await gateway.driver('waves');
    expect(await statusesDuring('waves/sine', () => gateway.cli('recycle', 'waves'))).toEqual(new Set(['Good']));
    const after = await gateway.driver('waves');
    expect(after.restarts).toMatchObject({ crash: 0, recycle: 1 });
    expect(after.pid).not.toBe(before.pid);
  });

  it('carries out contradictory requests in their order and ends in the state of the last', async () => {
    await Promise.all([
      gateway.cli('stop', 'line'),
      gateway.cli('start', 'line'),
      gateway.cli('restart', 'line'),
      gateway.cli('recycle', 'line'),
    ]);
    await gateway.cli('stop', 'line');
    expect((await gateway.driver('line')).state).toBe('Stopped');
    expect((await gateway.tag('line/speed')).status).toBe('BadOutOfService');
    await gateway.cli('start', 'line');
    await gateway.tagTurns('line/speed', 'Good');
  });
});
