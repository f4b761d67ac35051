import type { ServiceList, ValidationAnswer } from '@fieldwarden/admin-contract';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { waitFor } from '@fieldwarden/testkit';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpcuaReader } from './opcua-reader.js';
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

/** A meter that pads texts with 0xFF and has values that mean "none". */
function meter(port: number): object {
  const tags = [
    { path: 'meter/name', address: 'HR100.6H', dataType: 'string', access: 'read-write', scanMs: 200 },
    {
      path: 'meter/power',
      address: 'HR110',
      dataType: 'int16',
      access: 'read-write',
      scanMs: 200,
      scaling: { gain: 0.1 },
      notAvailable: [32767, -32768],
    },
  ];
  const options = { host: '127.0.0.1', port };
  return { id: 'meter', type: 'modbus', options, devices: [{ id: 'unit', options: { stringPadding: 'ff' }, tags }] };
}

beforeAll(async () => {
  [greeting, careless, strict] = await Promise.all(
    Array.from({ length: 3 }, () => ModbusSimServer.listen({ units: { 1: {} } })),
  );
  for (const plc of [greeting, careless, strict]) plc.unit(1).memory.holdingRegisters.set(10, 42);
  strict.unit(1).memory.holdingRegisters.set(100, 0x4142, 0x43ff, 0xffff);
  strict.unit(1).memory.holdingRegisters.set(110, 32767);
  greeting.knobs.greeting = Buffer.from('USR-DTU-0001\r\n');
  careless.unit(1).knobs = { transactionIdOffset: 7, lengthOffset: 2 };
  mixedUp = await rtuSpeaker();
  gateway = await GatewayProcess.start({
    version: 1,
    site: 'field',
    opcua: { anonymous: true, securityPolicies: ['None'] },
    modbusServer: {
      port: 0,
      units: [{ unitId: 1, map: [{ path: 'meter/power', address: 'HR0', dataType: 'int16' }] }],
    },
    drivers: [
      meter(strict.port),
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

describe('what devices mean by the bytes that they send (§8.1)', () => {
  /** What the gateway's Modbus server says of holding register 0: its value, or an exception code as a negative number. */
  async function servedPower(): Promise<number> {
    const { services } = await gateway.get<ServiceList>('/services');
    const { port } = new URL(services.find(({ type }) => type === 'modbus-server')!.url!);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(Buffer.from('000100000006010300000001', 'hex'));
    const [reply] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return reply[7] === 0x83 ? -reply[8] : reply.readInt16BE(9);
  }

  it('texts are read without the padding of the device, and written with it', async () => {
    await gateway.tagTurns('meter/name', 'Good');
    expect(await gateway.tag('meter/name')).toMatchObject({ value: 'ABC' });
    expect(await gateway.write('meter/name', 'Z9')).toMatchObject({ outcome: 'done' });
    const registers = [100, 101, 102].map((address) => strict.unit(1).memory.holdingRegisters.get(address));
    expect(registers).toEqual([0x5a39, 0xffff, 0xffff]);
  });

  it('a value that means none is Bad wherever it is read, says so, and cannot be written; the next value is Good', async () => {
    await gateway.tagTurns('meter/power', 'BadSensorFailure');
    expect(await gateway.tag('meter/power')).toMatchObject({
      value: expect.closeTo(3276.7) as number,
      notAvailable: [32767, -32768],
      reason: 'The device says that it has no value: it sends 32767 or -32768 (notAvailable).',
    });
    await using client = await OpcuaReader.connect(gateway, 'field');
    expect((await client.read('meter/power')).statusCode.name).toBe('BadSensorFailure');
    expect(await servedPower()).toBe(-4);
    const refused = await gateway.ask<{ detail: string }>('PUT', '/tags/value', { path: 'meter/power', value: 3276.7 });
    expect(JSON.stringify(refused.body)).toContain('VALUE_NOT_AVAILABLE');
    strict.unit(1).memory.holdingRegisters.set(110, 250);
    await gateway.tagTurns('meter/power', 'Good');
    expect(await gateway.tag('meter/power')).toMatchObject({ value: 25, reason: null });
    // its Host hears of it a moment later
    await waitFor(async () => (await client.read('meter/power')).value.value === 25, { what: 'the value over OPC UA' });
    await waitFor(async () => (await servedPower()) === 25, { what: 'the value at the Modbus server' });
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
