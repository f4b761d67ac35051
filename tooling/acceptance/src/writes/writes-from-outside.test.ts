import type { TagWriteOutcome } from '@fieldwarden/admin-contract';
import { statusCodes } from '@fieldwarden/core';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { waitFor } from '@fieldwarden/testkit';
import { AttributeIds, DataType } from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { OpcuaReader } from '../opcua-reader.js';

const recipe = Array.from({ length: 100 }, (_, i) => `line/recipe/${i}`);
const writeSingleRegister = 6;
const writeMultipleRegisters = 16;

let line: ModbusSimServer;
let refusing: ModbusSimServer;
let trying: ModbusSimServer;
let hosted: ModbusSimServer;
let gateway: GatewayProcess;
let client: OpcuaReader;

beforeAll(async () => {
  [line, refusing, trying, hosted] = await Promise.all(
    Array.from({ length: 4 }, () => ModbusSimServer.listen({ units: { 1: {} } })),
  );
  gateway = await GatewayProcess.start(plant());
  client = await OpcuaReader.connect(gateway, 'writes');
  await Promise.all(
    ['line/limited', 'refusing/a', 'trying/a', 'hosted/a'].map((path) => gateway.tagTurns(path, 'Good')),
  );
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
  await Promise.all([line, refusing, trying, hosted].map((plc) => plc.close()));
});

function plant(): object {
  const writable = { dataType: 'uint16', access: 'read-write' };
  const driver = (id: string, plc: ModbusSimServer, tags: readonly object[], more: object = {}): object => ({
    id,
    type: 'modbus',
    options: { host: '127.0.0.1', port: plc.port, timeoutMs: 200 },
    devices: [{ id: 'unit', options: { unitId: 1 }, tags }],
    ...more,
  });
  const lonely = (id: string): object => ({ path: `${id}/a`, address: 'HR0', ...writable, scanMs: 100 });
  const breaker = { failures: 3, probeMs: 300, maxProbeMs: 300 };
  const once = { timeoutMs: 3_000, retries: 0 };
  return {
    version: 1,
    site: 'writes',
    opcua: { securityPolicies: ['None'], anonymous: true },
    drivers: [
      driver('line', line, [
        ...recipe.map((path, i) => ({ path, address: `HR${2 * i}`, dataType: 'float32', access: 'read-write' })),
        { path: 'line/limited', address: 'HR300', ...writable, limits: { min: 10, max: 100 } },
        { path: 'line/wide', address: 'HR320', ...writable, dataType: 'uint64' },
        { path: 'line/odd', address: 'HR330', ...writable, dataType: 'float32', writeNonFinite: true },
        { path: 'line/pair', address: 'HR340', ...writable, dataType: 'uint16[2]' },
        { path: 'line/verified', address: 'HR310', ...writable, verify: true },
      ]),
      driver('refusing', refusing, [lonely('refusing')], { resilience: { breaker, read: once } }),
      driver('trying', trying, [lonely('trying')], {
        resilience: { breaker, read: once, write: once, writeWhileDemoted: 'try' },
      }),
      driver('hosted', hosted, [lonely('hosted')], {
        isolation: 'host',
        options: { host: '127.0.0.1', port: hosted.port, timeoutMs: 20_000 },
        resilience: { write: { timeoutMs: 20_000 }, read: { timeoutMs: 20_000 } },
        supervision: { backoff: { initialMs: 3_600_000, maxMs: 3_600_000 } },
      }),
    ],
  };
}

const word = (value: number): object => ({ dataType: DataType.UInt16, value });

/** By REST, with the HTTP status; a problem has an outcome too. */
async function put(path: string, value: unknown): Promise<Pick<TagWriteOutcome, 'outcome'> & { http: number }> {
  const { status, body } = await gateway.ask<TagWriteOutcome>('PUT', '/tags/value', { path, value });
  return { http: status, outcome: body.outcome };
}

const writtenTo = (plc: ModbusSimServer, address: number): number =>
  plc.counters.writesTo(1, 'holdingRegisters', address);
const askedToWrite = (plc: ModbusSimServer, address: number): number =>
  plc.counters.writeRequestsTo(1, 'holdingRegisters', address);

describe('a Write request of 100 nodes (§15 writes)', () => {
  it('reaches the PLC as two blocks, each register once', async () => {
    line.counters.reset();
    const results = await client.session.write(
      recipe.map((path, i) => ({
        nodeId: client.nodeId(path),
        attributeId: AttributeIds.Value,
        value: { value: { dataType: DataType.Float, value: i + 0.5 } },
      })),
    );
    expect(results.every((result) => result.isGood())).toBe(true);
    expect(line.counters.requestsByFunction.get(writeMultipleRegisters)).toBe(2);
    for (const i of recipe.keys()) {
      expect(writtenTo(line, 2 * i)).toBe(1);
      expect(line.unit(1).memory.holdingRegisters.getValue(2 * i, { scalar: 'float32' })).toBe(i + 0.5);
    }
  });
});

describe('limits (§8.1)', () => {
  it('are refused with nothing on the wire, over REST and OPC UA', async () => {
    line.counters.reset();
    expect(await put('line/limited', 101)).toEqual({ http: 422, outcome: 'not-sent' });
    expect((await client.write('line/limited', word(9))).value).toBe(statusCodes.BadOutOfRange);
    expect(askedToWrite(line, 300)).toBe(0);
    expect(await put('line/limited', 100)).toEqual({ http: 200, outcome: 'done' });
    expect(line.unit(1).memory.holdingRegisters.get(300)).toBe(100);
  });
});

describe('a value that the tag cannot hold (§8.1)', () => {
  it.each([
    ['line/recipe/0', 1e39],
    ['line/recipe/0', '-1e39'],
    ['line/recipe/0', '1e309'],
    ['line/recipe/0', 'NaN'],
    ['line/wide', 9_007_199_254_740_992],
    ['line/wide', '18446744073709551616'],
    ['line/limited', -1],
    ['line/pair', [1, 65_536]],
  ])('is refused with nothing on the wire, over REST and by the command: %s = %j', async (path, value) => {
    line.counters.reset();
    expect(await put(path, value)).toEqual({ http: 422, outcome: 'not-sent' });
    if (typeof value === 'string') expect((await gateway.cli('tags', 'write', path, value)).code).toBe(1);
    expect(
      [writeSingleRegister, writeMultipleRegisters].map((code) => line.counters.requestsByFunction.get(code) ?? 0),
    ).toEqual([0, 0]);
  });

  it('is taken where the tag says so, and 64-bit numbers with all their digits', async () => {
    const { holdingRegisters } = line.unit(1).memory;
    expect(await put('line/odd', 'NaN')).toEqual({ http: 200, outcome: 'done' });
    expect(holdingRegisters.getValue(330, { scalar: 'float32' })).toBeNaN();
    expect((await gateway.cli('tags', 'write', 'line/wide', '9007199254740993')).code).toBe(0);
    expect(holdingRegisters.getValue(320, { scalar: 'uint64' })).toBe(9_007_199_254_740_993n);
    expect((await gateway.cli('tags', 'write', 'line/pair', '[7, 8]')).code).toBe(0);
    expect([340, 341].map((at) => holdingRegisters.get(at))).toEqual([7, 8]);
  });
});

describe('verify (§2)', () => {
  it('is done only when the device shows the value, over REST and OPC UA', async () => {
    const unit = line.unit(1);
    expect(await put('line/verified', 7)).toEqual({ http: 200, outcome: 'done' });
    // It confirms, and thinks otherwise at once.
    unit.knobs = { mangle: (reply) => (unit.memory.holdingRegisters.set(310, 1), reply) };
    expect(await put('line/verified', 8)).toEqual({ http: 200, outcome: 'rejected' });
    expect((await client.write('line/verified', word(9))).value).toBe(statusCodes.BadDeviceFailure);
    unit.knobs = {};
  });
});

describe('a write to a demoted device (§5.5)', () => {
  const demoted = (driverId: string): Promise<unknown> =>
    waitFor(
      async () => (await gateway.hosts()).some((row) => row.driverId === driverId && row.deviceState === 'demoted'),
      { what: `${driverId} to be demoted` },
    );

  it('is refused at once by default, with nothing on the wire', async () => {
    refusing.unit(1).knobs = { silent: true };
    await demoted('refusing');
    refusing.counters.reset();
    expect(await put('refusing/a', 1)).toEqual({ http: 409, outcome: 'not-sent' });
    expect((await client.write('refusing/a', word(1))).value).toBe(statusCodes.BadNoCommunication);
    expect(askedToWrite(refusing, 0)).toBe(0);
  });

  it('is tried if the plant says so: unknown while the device is silent, done once it answers', async () => {
    trying.unit(1).knobs = { silent: true };
    await demoted('trying');
    trying.counters.reset();
    expect(await put('trying/a', 1)).toEqual({ http: 200, outcome: 'unknown' });
    expect((await client.write('trying/a', word(2))).value).toBe(statusCodes.BadTimeout);
    expect(askedToWrite(trying, 0)).toBe(2);
    trying.unit(1).knobs = {};
    expect(await put('trying/a', 3)).toEqual({ http: 200, outcome: 'done' });
    expect(trying.unit(1).memory.holdingRegisters.get(0)).toBe(3);
  });
});

describe('the death of a Host (§4.3, §5.4)', () => {
  it('leaves a write that was sent unknown, one that was not not-sent, and nobody repeats either', async () => {
    // Polls go on; one without an answer would keep the line from the write.
    hosted.unit(1).knobs = { mangle: (reply) => (reply[7] === writeSingleRegister ? Buffer.alloc(0) : reply) };
    hosted.counters.reset();
    const overRest = put('hosted/a', 1);
    await waitFor(() => askedToWrite(hosted, 0) === 1, { what: 'the write to reach the PLC' });
    const overOpcua = client.write('hosted/a', word(2));
    const { pid } = await gateway.driver('hosted');
    process.kill(pid!, 'SIGKILL');
    expect(await overRest).toEqual({ http: 200, outcome: 'unknown' });
    expect((await overOpcua).value).toBe(statusCodes.BadNoCommunication);
    await waitFor(async () => (await gateway.driver('hosted')).pid === null, { what: 'the Host to be gone' });
    expect((await put('hosted/a', 3)).outcome).toBe('not-sent');
    expect((await client.write('hosted/a', word(4))).value).toBe(statusCodes.BadNoCommunication);
    hosted.unit(1).knobs = {};
    await gateway.operate('hosted', 'restart');
    await gateway.tagTurns('hosted/a', 'Good');
    expect(await put('hosted/a', 5)).toEqual({ http: 200, outcome: 'done' });
    expect(askedToWrite(hosted, 0)).toBe(2);
    expect(writtenTo(hosted, 0)).toBe(2);
  });
});
