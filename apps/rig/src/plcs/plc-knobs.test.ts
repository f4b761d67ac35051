import { waitFor } from '@fieldwarden/testkit';
import { describe, expect, test } from 'vitest';
import { packagingLine, press } from '../machine/machines.js';
import { ModbusPlc } from './modbus-plc.js';
import { modbusFrame, RawClient, s7Connect, s7ReadSetpoint, s7Setup } from '../raw-client.js';
import type { RigPlc } from './rig-plc.js';
import { S7Plc } from './s7-plc.js';

/** How to talk to a PLC: enough to see it answer. */
interface Talk {
  start(): Promise<RigPlc>;
  /** A client that is ready to read. */
  join(plc: RigPlc): Promise<RawClient>;
  /** `nth` marks the request, so that its answer is known. */
  request(nth: number): Buffer;
  readonly answerBytes: number;
}

const modbus: Talk = {
  start: () => ModbusPlc.listen('127.0.0.1', 0, packagingLine),
  join: ({ port }) => RawClient.connect(port),
  request: (nth) => modbusFrame(nth, 1, Buffer.from([3, 0, 100, 0, 2])),
  answerBytes: 13,
};

const s7: Talk = {
  start: () => S7Plc.listen('127.0.0.1', 0, press),
  join: async ({ port }) => {
    const client = await RawClient.connect(port);
    client.send(s7Connect);
    await client.receives(22);
    client.send(s7Setup);
    await client.receives(22 + 27);
    client.chunks.length = 0;
    return client;
  },
  request: (nth) => {
    const request = Buffer.from(s7ReadSetpoint);
    request[12] = nth;
    return request;
  },
  answerBytes: 29,
};

describe.each([
  ['modbus', modbus],
  ['s7', s7],
] as const)('%s', (_name, { start, join, request, answerBytes }) => {
  test('answers with the set point of its machine when no knob is turned', async () => {
    await using plc = await start();
    using client = await join(plc);
    client.send(request(1));
    expect((await client.receives(answerBytes)).subarray(-4).readFloatBE()).toBe(plc.machines[0].describe().setpoint);
    expect(plc.requests).toBe(1);
  });

  test('delays', async () => {
    await using plc = await start();
    using client = await join(plc);
    await plc.setKnobs({ delayMs: 60 });
    const startedAtMs = performance.now();
    client.send(request(1));
    await client.receives(answerBytes);
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(59);
  });

  test('silent: takes requests, keeps the connection, and answers later ones once it is switched off', async () => {
    await using plc = await start();
    using client = await join(plc);
    await plc.setKnobs({ silent: true });
    client.send(request(1));
    await waitFor(() => plc.requests === 1, { what: 'the request at the PLC' });
    await plc.setKnobs({});
    client.send(request(2));
    expect(await client.receives(answerBytes)).toHaveLength(answerBytes);
    expect(plc.requests).toBe(2);
  });

  test('drop: resets the connection on every request', async () => {
    await using plc = await start();
    await plc.setKnobs({ drop: true });
    for (let round = 0; round < 2; round++) {
      using client = await join(plc);
      client.send(request(1));
      await client.isReset();
      expect(client.received()).toHaveLength(0);
    }
  });

  test('splitReplies: answers leave in pieces', async () => {
    await using plc = await start();
    using client = await join(plc);
    await plc.setKnobs({ splitReplies: true });
    client.send(request(1));
    await client.receives(answerBytes);
    expect(client.chunks.length).toBeGreaterThan(1);
  });

  test('shows its connections', async () => {
    await using plc = await start();
    using client = await join(plc);
    expect(plc.connections).toBe(1);
    client[Symbol.dispose]();
    await waitFor(() => plc.connections === 0, { what: 'the connection to be gone' });
  });
});

test('modbus refuses with an exception, and longer reads than maxRegisters', async () => {
  await using plc = await modbus.start();
  using client = await modbus.join(plc);
  await plc.setKnobs({ exception: 6 });
  client.send(modbus.request(1));
  expect((await client.receives(9)).subarray(-2)).toEqual(Buffer.from([0x83, 6]));
  await plc.setKnobs({ maxRegisters: 1 });
  client.send(modbus.request(2));
  expect((await client.receives(18)).subarray(-2)).toEqual(Buffer.from([0x83, 3]));
});

test('modbus resets the second connection when it has but one', async () => {
  await using plc = await modbus.start();
  await plc.setKnobs({ maxConnections: 1 });
  using first = await modbus.join(plc);
  using second = await modbus.join(plc);
  await second.isReset();
  first.send(modbus.request(1));
  await first.receives(modbus.answerBytes);
});

test('s7 refuses items with a return code', async () => {
  await using plc = await s7.start();
  using client = await s7.join(plc);
  await plc.setKnobs({ exception: 0x0a });
  client.send(s7.request(1));
  expect((await client.receives(25))[21]).toBe(0x0a);
});

test('s7 refuses every access without PUT/GET', async () => {
  await using plc = await s7.start();
  using client = await s7.join(plc);
  await plc.setKnobs({ putGetDisabled: true });
  client.send(s7.request(1));
  const errorWord = (await client.receives(19)).readUInt16BE(17);
  expect(errorWord).toBe(0x8104);
});

test('s7 answers the second connect with a disconnect when it has but one connection', async () => {
  const disconnect = 0x80;
  await using plc = await s7.start();
  await plc.setKnobs({ maxConnections: 1 });
  using first = await s7.join(plc);
  using second = await RawClient.connect(plc.port);
  second.send(s7Connect);
  expect((await second.receives(6))[5]).toBe(disconnect);
  first.send(s7.request(1));
  await first.receives(s7.answerBytes);
});
