import type { TagRow } from '@fieldwarden/admin-contract';
import { delay, systemClock } from '@fieldwarden/core';
import { ModbusSimServer, S7SimServer, type ModbusKnobs, type S7SimMisbehaviour } from '@fieldwarden/sim-plc';
import { waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';

const scanMs = 500;
/** Registers of each unit; the one of `badRegister` is misbehaving. */
const registers = [10, 20, 39, 50, 500];
const badRegister = 39;

/** What units of one Modbus gateway do about that register; the last closes the connection after every answer. */
const units: Readonly<Record<string, ModbusKnobs>> = {
  silent: { silent: true },
  'hanging-up': { hangUpOnRequest: true },
  'too-long': { surplus: 1 },
  'too-short': { surplus: -1 },
  failing: { exceptionCode: 4 },
  busy: { exceptionCode: 6 },
};

const presses: Readonly<Record<string, S7SimMisbehaviour>> = {
  'silent-press': 'silence',
  'refusing-press': { jobError: 0xd209 },
};

let modbus: ModbusSimServer;
let closing: ModbusSimServer;
const cpus: S7SimServer[] = [];
let gateway: GatewayProcess;

function modbusDriver(id: string, port: number, devices: readonly string[]): object {
  const tags = (device: string): object[] =>
    registers.map((register) => ({
      path: `${device}/hr${register}`,
      address: `HR${register}`,
      dataType: 'uint16',
      scanMs,
    }));
  return {
    id,
    type: 'modbus',
    options: { host: '127.0.0.1', port, timeoutMs: 1_000 },
    devices: devices.map((device, i) => ({ id: device, options: { unitId: i + 1 }, tags: tags(device) })),
  };
}

function s7Driver(id: string, port: number): object {
  const tags = [0, 8, 16].map((at) => ({ path: `${id}/dbw${at}`, address: `DB1.DBW${at}`, dataType: 'int16', scanMs }));
  return {
    id,
    type: 's7',
    options: { host: '127.0.0.1', port, timeoutMs: 1_000 },
    devices: [{ id: 'cpu', tags }],
  };
}

async function newModbus(knobs: readonly ModbusKnobs[]): Promise<ModbusSimServer> {
  const server = await ModbusSimServer.listen({ units: Object.fromEntries(knobs.map((each, i) => [i + 1, each])) });
  for (const i of knobs.keys())
    for (const register of registers) server.unit(i + 1).memory.holdingRegisters.set(register, register + 1000);
  return server;
}

async function newCpu(does: S7SimMisbehaviour): Promise<S7SimServer> {
  const db = Buffer.alloc(64);
  for (const at of [0, 8, 16]) db.writeInt16BE(at + 1000, at);
  const cpu = await S7SimServer.listen({
    dbs: { 1: db },
    knobs: { spots: [{ db: 1, start: 8, byteLength: 2, does }] },
  });
  cpus.push(cpu);
  return cpu;
}

beforeAll(async () => {
  modbus = await newModbus(
    Object.values(units).map((knobs) => ({
      spots: [{ area: 'holdingRegisters', start: badRegister, count: 1, knobs }],
    })),
  );
  closing = await newModbus([{ hangUpAfterReply: true }]);
  const s7 = await Promise.all(
    Object.entries(presses).map(async ([id, does]) => s7Driver(id, (await newCpu(does)).port)),
  );
  const drivers = [
    modbusDriver('line', modbus.port, Object.keys(units)),
    modbusDriver('closing', closing.port, ['closing']),
    ...s7,
  ];
  gateway = await GatewayProcess.start({ version: 1, site: 'field', drivers });
}, 120_000);

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await Promise.all([modbus, closing, ...cpus].map((server) => server?.close()));
});

/** The tags of these paths. */
async function rows(paths: readonly string[]): Promise<readonly TagRow[]> {
  return await Promise.all(paths.map((path) => gateway.tag(path)));
}

/** All Good, with the value that stands in their address + 1000; then never Bad (while one is tried again, the others may be late). */
async function expectGoodFromNowOn(paths: readonly string[]): Promise<void> {
  const isRight = ({ path, value }: TagRow): boolean => value === Number(/\d+$/.exec(path)![0]) + 1000;
  const areGood = async (): Promise<boolean> =>
    (await rows(paths)).every((row) => row.status === 'Good' && isRight(row));
  await waitFor(areGood, { what: `${paths.join(', ')} to be Good`, timeoutMs: 60_000 });
  for (let sample = 0; sample < 8; sample++) {
    const wrong = (await rows(paths)).filter((row) => row.status.startsWith('Bad') || !isRight(row));
    expect(wrong.map(({ path, status, value }) => [path, status, value])).toEqual([]);
    await delay(systemClock, scanMs);
  }
  await waitFor(areGood, { what: `${paths.join(', ')} to be Good still`, timeoutMs: 60_000 });
}

describe('devices with one address that they do not answer (§5.1)', () => {
  it('keep their other tags Good and stay on scan, whatever they do instead', async () => {
    const others = registers.filter((register) => register !== badRegister);
    const ofUnits = Object.keys(units).flatMap((device) => others.map((register) => `${device}/hr${register}`));
    const ofPresses = Object.keys(presses).flatMap((id) => [`${id}/dbw0`, `${id}/dbw16`]);
    await expectGoodFromNowOn([...ofUnits, ...ofPresses]);
    const bad = [...Object.keys(units).map((device) => `${device}/hr${badRegister}`), ...Object.keys(presses).map((id) => `${id}/dbw8`)]; // prettier-ignore
    for (const { path, status } of await rows(bad))
      expect([path, status]).toEqual([path, expect.stringMatching(/^Bad/)]);
    const hosts = await gateway.hosts();
    for (const device of Object.keys(units)) {
      const row = hosts.find((host) => host.device === device);
      expect(row).toMatchObject({ breaker: 'closed', deviceState: 'connected', lastBreakerOpenAt: null });
    }
  }, 120_000);

  it('says in drivers plan and describe what is kept clear of, and why', async () => {
    await waitFor(async () => (await gateway.cli('drivers', 'plan', 'line')).stdout.includes('keeps clear of HR 39, 1 tag there: '), { what: 'the plan', timeoutMs: 60_000 }); // prettier-ignore
    const [plan, text] = [await gateway.cli('drivers', 'plan', 'line'), await gateway.cli('describe', 'silent-press')];
    expect(plan.stdout).toMatch(
      /HR 39, 1 tag there: unit 1 at 127\.0\.0\.1:\d+ did not answer within 1000 ms; tried again /,
    );
    expect(plan.stdout).toMatch(/HR 39, 1 tag there: server device failure; tried again /);
    expect(text.stdout).toMatch(
      /cpu every 500 ms keeps clear of DB1\.DBB8\.\.9, 1 tag there: the CPU did not answer within 1000 ms/,
    );
  }, 120_000);
});

it('a device that closes the connection after each answer is read all the same (§9.6)', async () => {
  await expectGoodFromNowOn(registers.map((register) => `closing/hr${register}`));
}, 120_000);
