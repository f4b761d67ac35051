import { statusName } from '@fieldwarden/core';
import type { DriverSession, WriteItem } from '@fieldwarden/driver';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { testCall, waitFor } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSession, readPlan, registers } from '../testing/open-session.js';

const all = '1';
const one = '2';

let server: ModbusSimServer;
let session: DriverSession;

beforeEach(async () => {
  server = await ModbusSimServer.listen({ units: { 1: {}, 2: {} }, framing: 'rtu' });
  session = open();
});

afterEach(async () => {
  await session.close();
  await server.close();
});

/** Unit 0 and unit 1 of the line. */
function open(broadcastOptions: object = {}): DriverSession {
  return openSession({
    port: server.port,
    options: { transport: 'rtu-over-tcp', turnaroundDelayMs: 1, timeoutMs: 2000 },
    devices: [{ unitId: 0, ...broadcastOptions }, { unitId: 1 }],
  });
}

const write = async (...items: readonly WriteItem[]): Promise<string[]> =>
  (await session.write!(all, items, testCall({ timeoutMs: 5000 }))).map(
    ({ outcome, status }) => `${outcome} ${statusName(status)}`,
  );

const item = (address: string, value: number | boolean): WriteItem => ({
  point: { path: address, address, type: { scalar: typeof value === 'boolean' ? 'bool' : 'uint16' } },
  value,
});

const unknown = 'unknown Uncertain';

describe('writes to unit 0 of a serial line (§9.1)', () => {
  it('go out once, neighbours together, bits by mask write, and reach every unit', async () => {
    expect(await write(item('HR5', 55), item('HR6', 66), item('HR9.3', true), item('C2', true))).toEqual([
      unknown,
      unknown,
      unknown,
      unknown,
    ]);
    for (const { memory } of [server.unit(1), server.unit(2)]) {
      await waitFor(() => memory.coils.get(2), { what: 'the last of them' });
      expect([5, 6, 9].map((at) => memory.holdingRegisters.get(at))).toEqual([55, 66, 8]);
    }
    expect(Object.fromEntries(server.counters.requestsByFunction)).toEqual({ 5: 1, 16: 1, 22: 1 });
  });

  it('leave what others ask for as it is', async () => {
    server.unit(1).memory.holdingRegisters.set(0, 7);
    const plan = session.prepareRead!(one, registers(1));
    for (let round = 0; round < 5; round++) {
      expect(await write(item('HR5', round))).toEqual([unknown]);
      expect([...(await readPlan(session, plan)).values]).toEqual([7]);
    }
    expect(server.counters.connectionsAccepted).toBe(1);
  });

  it('say what is no write at all, and what needs an answer', async () => {
    await session.close();
    session = open({ maskWrite: 'never' });
    expect(await write(item('HR9.3', true), item('HR5', 1))).toEqual(['not-sent BadNotSupported', unknown]);
  });

  it('were not sent when there is no connection, which throws nothing: unit 0 is never demoted', async () => {
    await server.stop();
    expect(await write(item('HR5', 1))).toEqual(['not-sent BadNoCommunication']);
  });
});

it('unit 0 is never asked anything', async () => {
  const plan = session.prepareRead!(all, registers(3));
  const into = await readPlan(session, plan);
  expect([...into.statuses].map(statusName)).toEqual(Array.from({ length: 3 }, () => 'BadNotReadable'));
  expect(await session.describePlan!(plan)).toEqual({ requests: [], estimatedCycleMs: 0 });
  await expect(session.probe!(all, testCall())).rejects.toMatchObject({ code: 'MODBUS_BROADCAST', kind: 'rejected' });
  expect(server.counters.requests).toBe(0);
});
