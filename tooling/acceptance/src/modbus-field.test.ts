import type { ValidationAnswer } from '@fieldwarden/admin-contract';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { waitFor } from '@fieldwarden/testkit';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';

/** Holding register 10 of unit 1 holds 42; the CRC fits. */
const rtuAnswer = Buffer.from('010302002a399b', 'hex');

/** Says the same in RTU frames, whatever it is asked. */
async function rtuSpeaker(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(rtuAnswer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const writeSingleRegister = 6;

let greeting: ModbusSimServer;
let careless: ModbusSimServer;
let strict: ModbusSimServer;
let mixedUp: Server;
let gateway: GatewayProcess;

function driver(id: string, port: number, options: object = {}, unitId = 1): object {
  const tag = { dataType: 'uint16', access: 'read-write', scanMs: 200 };
  return {
    id,
    type: 'modbus',
    options: { host: '127.0.0.1', port, timeoutMs: 500, reconnect: { initialMs: 20, maxMs: 100 }, ...options },
    devices: [
      {
        id: 'unit',
        options: { unitId },
        tags: [
          { path: `${id}/a`, address: 'HR10', ...tag },
          { path: `${id}/verified`, address: 'HR11', ...tag, verify: true },
        ],
      },
    ],
  };
}

beforeAll(async () => {
  [greeting, careless, strict] = await Promise.all(
    Array.from({ length: 3 }, () => ModbusSimServer.listen({ units: { 1: {} } })),
  );
  for (const plc of [greeting, careless, strict]) plc.unit(1).memory.holdingRegisters.set(10, 42);
  greeting.knobs.greeting = Buffer.from('USR-DTU-0001\r\n');
  careless.unit(1).knobs = { transactionIdOffset: 7, lengthOffset: 2 };
  mixedUp = await rtuSpeaker();
  gateway = await GatewayProcess.start({
    version: 1,
    site: 'field',
    drivers: [
      driver('greeting', greeting.port, { postConnectDelayMs: 300 }),
      driver('careless', careless.port, { ignoreTransactionId: true, tolerateLength: true }),
      driver('strict', strict.port),
      driver('mixed-up', (mixedUp.address() as AddressInfo).port),
    ],
  });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await Promise.all([greeting, careless, strict].map((plc) => plc.close()));
  await new Promise((resolve) => mixedUp.close(resolve));
});

describe('what devices in the field do (§9.1)', () => {
  it('a greeting is dropped, and said once', async () => {
    await gateway.tagTurns('greeting/a', 'Good');
    expect(await gateway.tag('greeting/a')).toMatchObject({ value: 42 });
    const { stdout } = await gateway.cli('logs', 'greeting', '--lines', '1000');
    expect(stdout.match(/USR-DTU-0001/g)).toHaveLength(1);
  });

  it('ids and lengths that are wrong are overlooked where the plant says so, and that is shown', async () => {
    await gateway.tagTurns('careless/a', 'Good');
    expect(await gateway.tag('careless/a')).toMatchObject({ value: 42 });
    expect((await gateway.driver('careless')).notes).toHaveLength(2);
    const { stdout } = await gateway.cli('describe', 'careless');
    expect(stdout).toMatch(/Note +ignoreTransactionId is on: /);
    expect(stdout).toMatch(/Note +tolerateLength is on: /);
    expect((await gateway.driver('strict')).notes).toBeUndefined();
  });

  it('RTU frames where Modbus TCP is expected are named, with the option to set', async () => {
    const advice = /RTU frame .* set transport: rtu-over-tcp/;
    await waitFor(
      async () => (await gateway.hosts()).some((row) => row.driverId === 'mixed-up' && row.deviceState === 'demoted'),
      {
        what: 'the device to be off scan',
      },
    );
    expect((await gateway.driver('mixed-up')).lastError).toMatchObject({
      code: 'MODBUS_WRONG_TRANSPORT',
      message: expect.stringMatching(advice) as string,
    });
    expect((await gateway.cli('describe', 'mixed-up')).stdout).toMatch(advice);
    expect((await gateway.cli('drivers', 'test', 'mixed-up')).stdout).toMatch(advice);
    const told = (await gateway.events('mixed-up')).filter(({ type }) => type === 'host').map(({ message }) => message);
    expect(told.join('\n')).toMatch(advice);
    expect((await gateway.tag('mixed-up/a')).status).toMatch(/^Bad/);
  });
});

describe('validation (§7.1)', () => {
  const findingsFor = async (options: object, unitId: number): Promise<readonly string[]> => {
    const document = { version: 1, site: 'field', drivers: [driver('m', 502, options, unitId)] };
    const { body } = await gateway.ask<ValidationAnswer>('POST', '/config/validate', { document });
    return body.findings
      .filter(({ rule }) => rule.startsWith('modbus-'))
      .map(({ severity, path }) => `${severity} ${path}`);
  };

  it('refuses unit 0 with Modbus TCP, warns of what is overlooked, and of what cannot be read back', async () => {
    expect(await findingsFor({}, 0)).toEqual(['error drivers[0].devices[0].options.unitId']);
    expect(await findingsFor({ tolerateLength: true }, 1)).toEqual(['warning drivers[0].options.tolerateLength']);
    expect(await findingsFor({ transport: 'rtu-over-tcp' }, 0)).toEqual([
      'warning drivers[0].devices[0].tags[1].verify',
    ]);
  });
});

describe('a write whose confirmation is not as it should be (§2)', () => {
  it('is done when its own valid confirmation came, however often anything comes again', async () => {
    await gateway.tagTurns('strict/a', 'Good');
    strict.unit(1).knobs = { repeatReply: true };
    for (const value of [1, 2, 3]) expect(await gateway.write('strict/a', value)).toMatchObject({ outcome: 'done' });
    strict.unit(1).knobs = {};
    expect(strict.unit(1).memory.holdingRegisters.get(10)).toBe(3);
  });

  it('is settled by reading back where the tag says verify, and never sent again', async () => {
    const unit = strict.unit(1);
    await gateway.tagTurns('strict/verified', 'Good');
    const lose = (request: number, change: () => void): void => {
      unit.knobs = { mangle: (reply) => (reply[7] === request ? (change(), Buffer.alloc(0)) : reply) };
    };
    const writes = (): number => strict.counters.writeRequestsTo(1, 'holdingRegisters', 11);
    lose(writeSingleRegister, () => undefined);
    expect(await gateway.write('strict/verified', 7)).toMatchObject({
      outcome: 'done',
      message: expect.stringMatching(/did not confirm .*shows the value when read back/) as string,
    });
    lose(writeSingleRegister, () => unit.memory.holdingRegisters.set(11, 1));
    expect(await gateway.write('strict/verified', 8)).toMatchObject({
      outcome: 'rejected',
      message: expect.stringMatching(/did not confirm .*shows 1 when read back/) as string,
    });
    expect(await gateway.write('strict/a', 9)).toMatchObject({ outcome: 'unknown' });
    unit.knobs = {};
    expect(writes()).toBe(2);
  });
});
