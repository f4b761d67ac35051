import { isGatewayError, isGood, silentLogger, systemClock, ValueColumns } from '@fieldwarden/core';
import type { DriverSession, Point } from '@fieldwarden/driver';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { testCall, testBelongings } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import modbusDriver from './driver.js';

const effort = process.env.FIELDWARDEN_LONG === '1' ? 5 : 1;
const register = 4711;
const written = 815;
const stray: unknown[] = [];
const note = (error: unknown): void => void stray.push(error);

let plc: ModbusSimServer;
let session: DriverSession;
const points: readonly Point[] = ['400001', '400002'].map((address) => ({
  path: address,
  address,
  type: { scalar: 'uint16' },
}));

beforeAll(async () => {
  process.on('uncaughtException', note).on('unhandledRejection', note);
  plc = await ModbusSimServer.listen({ units: { 1: {} } });
  plc.unit(1).memory.holdingRegisters.set(0, register, register + 1);
  session = modbusDriver.create({
    ...testBelongings(),
    driverId: 'nonsense',
    options: modbusDriver.options.parse({
      host: '127.0.0.1',
      port: plc.port,
      timeoutMs: 10,
      reconnect: { initialMs: 10, maxMs: 10 },
    }),
    devices: [{ id: '1', options: modbusDriver.deviceOptions.parse({}) }],
    clock: systemClock,
    logger: silentLogger,
    random: () => 0,
  });
});

afterAll(async () => {
  await session.close();
  await plc.close();
  process.off('uncaughtException', note).off('unhandledRejection', note);
});

/** The only bytes whose change no client can notice: the data itself. */
const dataBytes = new Set([9, 10, 11, 12]);

interface Attack {
  /** What the PLC makes of its proper answer. */
  readonly mangle: (reply: Buffer) => Buffer;
  /** Whether what the client can take for an answer holds the register's true data. */
  readonly sparesData: (isSplit: boolean) => boolean;
}

const replaceByte: fc.Arbitrary<Attack> = fc.record({ at: fc.nat(12), byte: fc.nat(255) }).map(({ at, byte }) => ({
  mangle: (reply) => (at < reply.length && (reply[at] = byte), reply),
  sparesData: () => !dataBytes.has(at),
}));
const cutAt: fc.Arbitrary<Attack> = fc
  .nat(12)
  .map((at) => ({ mangle: (reply) => reply.subarray(0, at), sparesData: () => true }));
const insertAt: fc.Arbitrary<Attack> = fc
  .record({ at: fc.nat(13), bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }) })
  .map(({ at, bytes }) => ({
    mangle: (reply) => Buffer.concat([reply.subarray(0, at), bytes, reply.subarray(at)]),
    // byte by byte the answer may be complete before its surplus arrives, and then holds other data
    sparesData: (isSplit) => !isSplit || at === 13,
  }));
const replaceAll: fc.Arbitrary<Attack> = fc.uint8Array({ maxLength: 600 }).map((bytes) => ({
  mangle: () => Buffer.from(bytes),
  sparesData: () => true,
}));
const anyAttack = fc.oneof({ arbitrary: replaceByte, weight: 8 }, cutAt, insertAt, replaceAll);

/** With a plan of its own: what nonsense taught goes with it. */
async function tryRead(): Promise<ValueColumns | undefined> {
  const into = new ValueColumns(2);
  const plan = session.prepareRead!('1', points);
  try {
    await session.read!(plan, into, testCall({ timeoutMs: 1000 }));
    return into;
  } catch (error) {
    if (!isGatewayError(error) || error.kind === 'bug') throw error;
    return undefined;
  } finally {
    session.releaseRead!(plan);
  }
}

async function tryWrite(): Promise<string> {
  const point = { path: 'w', address: '400010', type: { scalar: 'uint16' } } as const;
  try {
    const [{ outcome }] = await session.write!('1', [{ point, value: written }], testCall({ timeoutMs: 1000 }));
    return outcome;
  } catch (error) {
    if (!isGatewayError(error) || error.kind === 'bug') throw error;
    return error.writeOutcome;
  }
}

async function expectRecovery(): Promise<void> {
  plc.unit(1).knobs = {};
  for (let attempt = 0; attempt < 100; attempt++) {
    const into = await tryRead();
    if (into && [...into.statuses].every(isGood)) {
      expect([...into.values]).toEqual([register, register + 1]);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error('the session did not recover');
}

describe('a PLC that answers nonsense (§9.6)', () => {
  it('never brings a wrong value as Good, nor an error out of the session, and is read again afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(anyAttack, fc.boolean(), async ({ mangle, sparesData }, splitReplies) => {
        plc.unit(1).knobs = { mangle, ...(splitReplies && { splitReplies }) };
        const into = await tryRead();
        const isGoodRead = into !== undefined && isGood(into.statuses[0]) && isGood(into.statuses[1]);
        if (isGoodRead && sparesData(splitReplies)) expect([...into.values]).toEqual([register, register + 1]);
        await expectRecovery();
      }),
      { numRuns: 300 * effort, endOnFailure: true },
    );
    expect(stray).toEqual([]);
  });

  it('at every byte position with every value: only a flawless answer is Good', async () => {
    const proper = Buffer.from('0000000000070103041267' + '1268', 'hex');
    for (let at = 0; at < proper.length; at++) {
      if (dataBytes.has(at)) continue;
      for (const flip of [0x01, 0x80, 0xff]) {
        plc.unit(1).once({ mangle: (reply) => ((reply[at] ^= flip), reply) });
        const before = plc.counters.requests;
        const into = await tryRead();
        // flipping the top bit of the function code turns the answer into an exception: the block is then asked for in halves
        const isGoodRead = into !== undefined && isGood(into.statuses[0]);
        expect(!isGoodRead || plc.counters.requests - before === 3).toBe(true);
        await expectRecovery();
      }
    }
    expect(stray).toEqual([]);
  });

  it('never calls a write done that the device has not confirmed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(11), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        plc.unit(1).knobs = { mangle: (reply) => ((reply[at] ^= flip), reply) };
        expect(await tryWrite()).not.toBe('done');
        await expectRecovery();
      }),
      { numRuns: 80 * effort, endOnFailure: true },
    );
    expect(stray).toEqual([]);
  });
});
