import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  isNumericColumn,
  parseDataType,
  silentLogger,
  statusName,
  systemClock,
  ValueColumns,
  type TagValue,
} from '@fieldwarden/core';
import type { DriverSession, Point } from '@fieldwarden/driver';
import { temporaryDirectory, testCall, testBelongings } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import modbusDriver from './driver.js';

const sources = fileURLToPath(new URL('./foreign/', import.meta.url));

interface ForeignPeer {
  readonly process: ChildProcess;
  readonly port: number;
}

/** Starts a server that prints its port in the first line. */
async function start(command: string, args: readonly string[]): Promise<ForeignPeer> {
  const process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const errors: string[] = [];
  process.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const lines = createInterface({ input: process.stdout });
  for await (const line of lines) return { process, port: Number(line) };
  throw new Error(`${command} ended before it printed its port: ${errors.join('')}`);
}

async function startPymodbus(): Promise<ForeignPeer> {
  return start('/usr/bin/python3', [`${sources}pymodbus-server.py`]);
}

async function startLibmodbus(folder: string): Promise<ForeignPeer> {
  const binary = `${folder}/libmodbus-server`;
  execFileSync('gcc', ['-o', binary, `${sources}libmodbus-server.c`, '-lmodbus']);
  return start(binary, []);
}

function openSession(port: number, deviceOptions: readonly object[]): DriverSession {
  return modbusDriver.create({
    ...testBelongings(),
    driverId: 'test',
    options: modbusDriver.options.parse({ host: '127.0.0.1', port, timeoutMs: 2000 }),
    devices: deviceOptions.map((options, i) => ({
      id: String(i + 1),
      options: modbusDriver.deviceOptions.parse(options),
    })),
    clock: systemClock,
    logger: silentLogger,
    random: Math.random,
  });
}

function point(address: string, type: string): Point {
  return { path: address, address, type: parseDataType(type)! };
}

async function readValues(session: DriverSession, points: readonly Point[], deviceId = '1'): Promise<unknown[]> {
  const into = new ValueColumns(points.length);
  await session.read!(session.prepareRead!(deviceId, points), into, testCall());
  return points.map(({ type }, row) => {
    if (into.statuses[row] !== 0) return statusName(into.statuses[row]);
    if (!isNumericColumn(type)) return into.objects!.get(row);
    return type.scalar === 'bool' ? into.values[row] === 1 : into.values[row];
  });
}

const everyKind: [address: string, type: string, value: TagValue][] = [
  ['400101', 'float32', -3.5],
  ['400103', 'float64', Math.PI],
  ['400107', 'int64', -9_000_000_000_000_000_001n],
  ['400111', 'uint64', 2n ** 64n - 1n],
  ['400115', 'int32', -123_456_789],
  ['400117', 'uint32', 4_000_000_000],
  ['400119', 'int16', -5],
  ['400120', 'uint16', 65_535],
  ['400121', 'int8', -128],
  ['400122', 'uint8', 255],
  ['400123', 'bool', true],
  ['400124.12', 'bool', true],
  ['400125', 'float32[3]', [1.5, -2.5, 0]],
  ['400140.9H', 'string', 'Förderer'],
  ['400150.9L', 'string', 'conveyor'],
  ['400160.BCD', 'uint32', 87_654_321],
  ['400170', 'datetime', 1_700_000_000_000],
  ['000101', 'bool', true],
  ['000110', 'bool[12]', Array.from({ length: 12 }, (_, i) => i % 3 === 0)],
  ['400200', 'uint16[130]', Array.from({ length: 130 }, (_, i) => i)],
];

function itWritesAndReadsEveryKind(sessionOf: () => DriverSession): void {
  it.each(everyKind)('writes and reads back %s as %s', async (address, type, value) => {
    const session = sessionOf();
    const [result] = await session.write!('1', [{ point: point(address, type), value }], testCall());
    expect(result).toEqual({ outcome: 'done', status: 0 });
    expect(await readValues(session, [point(address, type)])).toEqual([value]);
  });

  it('reads every kind in one plan', async () => {
    const points = everyKind.map(([address, type]) => point(address, type));
    expect(await readValues(sessionOf(), points)).toEqual(everyKind.map(([, , value]) => value));
  });

  it('finds the end of what the device has', async () => {
    expect(await readValues(sessionOf(), [point('400499', 'uint16'), point('400900', 'uint16')])).toEqual([
      0,
      'BadNodeIdUnknown',
    ]);
  });
}

describe('against pymodbus', () => {
  let peer: ForeignPeer;
  let session: DriverSession;

  beforeAll(async () => {
    peer = await startPymodbus();
    session = openSession(peer.port, [{ unitId: 1 }, { unitId: 2 }, { unitId: 2, byteOrder: 'CDAB' }]);
  });

  afterAll(async () => {
    await session?.close();
    peer?.process.kill();
  });

  itWritesAndReadsEveryKind(() => session);

  it('keeps units apart, and reads inputs', async () => {
    const points = [point('300001', 'uint16'), point('100001', 'bool'), point('100002', 'bool')];
    expect(await readValues(session, points, '1')).toEqual([1000, true, false]);
    expect(await readValues(session, points, '2')).toEqual([2000, true, false]);
  });

  it('agrees on the order of words', async () => {
    const at = (first: number): Point[] => [point(`HR${first}`, 'float32'), point(`HR${first + 2}`, 'int64')];
    expect(await readValues(session, at(400), '2')).toEqual([12.5, -5_000_000_000_000n]);
    expect(await readValues(session, at(410), '3')).toEqual([12.5, -5_000_000_000_000n]);
  });

  it('proves the device alive', async () => {
    await expect(session.probe!('1', testCall())).resolves.toBeUndefined();
  });
});

const hasLibmodbus = existsSync('/usr/include/modbus/modbus.h');

if (hasLibmodbus) {
  describe('against libmodbus', () => {
    let peer: ForeignPeer;
    let session: DriverSession;
    let folder: Awaited<ReturnType<typeof temporaryDirectory>>;

    beforeAll(async () => {
      folder = await temporaryDirectory();
      peer = await startLibmodbus(folder.path);
      session = openSession(peer.port, [{ unitId: 1 }]);
    });

    afterAll(async () => {
      await session?.close();
      peer?.process.kill();
      await folder?.[Symbol.asyncDispose]();
    });

    itWritesAndReadsEveryKind(() => session);
  });
}
