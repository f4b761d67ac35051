import { GatewayError, isGatewayError, statusName } from '@fieldwarden/core';
import type { DriverSession, Point, WriteItem } from '@fieldwarden/driver';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { testCall } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSession, readPlan, registers, type SessionSettings } from './testing/open-session.js';

let plc: ModbusSimServer;
let session: DriverSession | undefined;

beforeEach(async () => {
  plc = await ModbusSimServer.listen({ units: { 1: {}, 2: {} } });
});

afterEach(async () => {
  await session?.close();
  await plc.close();
});

function open(settings: Omit<SessionSettings, 'port'>): DriverSession {
  return (session = openSession({ port: plc.port, ...settings }));
}

function writesOf(points: readonly Point[]): WriteItem[] {
  return points.map((point, i) => ({ point, value: point.type.scalar === 'bool' ? i % 2 === 0 : i }));
}

function coils(count: number): Point[] {
  return Array.from({ length: count }, (_, i) => ({ path: `C${i}`, address: `C${i}`, type: { scalar: 'bool' } }));
}

async function write(items: readonly WriteItem[], deviceId = '1'): Promise<readonly string[]> {
  const results = await session!.write!(deviceId, items, testCall());
  return results.map(({ outcome }) => outcome);
}

const shapesWritten = (): [number, number, number][] =>
  plc.counters.writes.map(({ functionCode, start, count }) => [functionCode, start, count]);

describe('the options of a device (§9.1)', () => {
  it('limit reads and writes each', async () => {
    open({
      devices: [{ maxRegistersPerRequest: 50, maxRegistersPerWrite: 20, maxBitsPerRequest: 16, maxBitsPerWrite: 10 }],
    });
    const { requests } = await session!.describePlan!(session!.prepareRead!('1', [...registers(100), ...coils(32)]));
    expect(requests.map(({ size }) => size)).toEqual([16, 16, 50, 50]);
    expect(new Set(await write(writesOf([...registers(50), ...coils(20)])))).toEqual(new Set(['done']));
    expect(shapesWritten()).toEqual([
      [16, 0, 20],
      [16, 20, 20],
      [16, 40, 10],
      [15, 0, 10],
      [15, 10, 10],
    ]);
  });

  it('send writes as blocks, or one request for each tag', async () => {
    open({ devices: [{}, { unitId: 2, coalesceWrites: false }] });
    await write(writesOf([...registers(3), ...coils(3)]));
    await write(writesOf([...registers(3), ...coils(3)]), '2');
    expect(shapesWritten()).toEqual([
      [16, 0, 3], [15, 0, 3],
      [6, 0, 1], [6, 1, 1], [6, 2, 1], [5, 0, 1], [5, 1, 1], [5, 2, 1],
    ]); // prettier-ignore
  });

  it('write bits of registers with FC22 as long as the unit knows it, or never', async () => {
    const bit: Point = { path: 'bit', address: 'HR5.3', type: { scalar: 'bool' } };
    open({ devices: [{}, { unitId: 2, maskWrite: 'never' }] });
    await write([{ point: bit, value: true }]);
    await write([{ point: bit, value: true }], '2');
    expect(shapesWritten()).toEqual([
      [22, 5, 1],
      [6, 5, 1],
    ]);
    expect([1, 2].map((unit) => plc.unit(unit).memory.holdingRegisters.get(5))).toEqual([8, 8]);
  });

  it('begin reads of bits where an old device wants them to', async () => {
    plc.unit(1).memory.coils.set(21, true);
    open({ devices: [{ bitAlignment: 16 }] });
    const plan = session!.prepareRead!('1', coils(22).slice(21));
    expect((await session!.describePlan!(plan)).requests).toEqual([
      { what: 'FC1 unit 1 C 16..21', points: 1, size: 6, gap: 5 },
    ]);
    expect((await readPlan(session!, plan)).values[0]).toBe(1);
  });

  it('give a unit its pause between requests, and its siblings the line meanwhile', async () => {
    plc.counters.watchReads(1, 3, 0);
    plc.counters.watchReads(1, 3, 125);
    plc.counters.watchReads(2, 3, 0);
    open({ devices: [{ interRequestDelayMs: 80 }, { unitId: 2 }] });
    const slow = readPlan(session!, session!.prepareRead!('1', registers(126)));
    const quick = session!.prepareRead!('2', registers(1));
    await readPlan(session!, quick);
    await readPlan(session!, quick);
    await slow;
    const [[first], [second]] = [plc.counters.readTimesMs(1, 3, 0), plc.counters.readTimesMs(1, 3, 125)];
    expect(second - first).toBeGreaterThanOrEqual(79);
    expect(plc.counters.readTimesMs(2, 3, 0).filter((atMs) => atMs > first && atMs < second)).toHaveLength(2);
  });

  it('let a unit wake up after connecting, and its siblings be asked meanwhile', async () => {
    plc.counters.watchReads(1, 3, 0);
    plc.counters.watchReads(2, 3, 0);
    open({ devices: [{ postConnectDelayMs: 80 }, { unitId: 2 }] });
    const slow = readPlan(session!, session!.prepareRead!('1', registers(1)));
    const quick = readPlan(session!, session!.prepareRead!('2', registers(1)));
    await Promise.all([slow, quick]);
    const [[first], [second]] = [plc.counters.readTimesMs(2, 3, 0), plc.counters.readTimesMs(1, 3, 0)];
    expect(second - first).toBeGreaterThanOrEqual(70);
  });

  it('count pauses into the estimated cycle', async () => {
    open({ devices: [{ interRequestDelayMs: 200, maxRegistersPerRequest: 10 }] });
    const { requests, estimatedCycleMs } = await session!.describePlan!(session!.prepareRead!('1', registers(30)));
    expect(requests).toHaveLength(3);
    expect(estimatedCycleMs).toBeGreaterThanOrEqual(600);
  });
});

describe('the outcome of writes of one call (§2)', () => {
  const blocks = [...registers(2), ...registers(2, 100), ...registers(2, 200)];

  it('is told for each block: done, rejected, done', async () => {
    plc.unit(1).knobs.holes = [{ area: 'holdingRegisters', start: 100, count: 2 }];
    open({});
    expect(await write(writesOf(blocks))).toEqual(['done', 'done', 'rejected', 'rejected', 'done', 'done']);
  });

  it('is unknown for the block that got no answer, and not-sent for those behind it; nothing is sent twice', async () => {
    open({});
    plc.unit(1).once({});
    plc.unit(1).once({ swallowReply: true });
    expect(await write(writesOf(blocks))).toEqual(['done', 'done', 'unknown', 'unknown', 'not-sent', 'not-sent']);
    const arrived = [0, 1, 100, 101, 200, 201].map((at) => plc.counters.writeRequestsTo(1, 'holdingRegisters', at));
    expect(arrived).toEqual([1, 1, 1, 1, 0, 0]);
  });

  it('is not-sent for all when there is no connection', async () => {
    open({});
    await plc.stop();
    const error = await session!.write!('1', writesOf(blocks), testCall()).catch((thrown: unknown) => thrown);
    expect(isGatewayError(error) && [error.kind, error.writeOutcome]).toEqual(['unreachable', 'not-sent']);
    expect(error).toBeInstanceOf(GatewayError);
  });
});

describe('a plan (§8.2)', () => {
  it('says what the unit has refused, and that it will be asked again', async () => {
    plc.unit(1).knobs = { maxRegisters: 60, holes: [{ area: 'holdingRegisters', start: 20, count: 2 }] };
    open({});
    const points = [...registers(50), ...registers(100, 300)].filter(({ address }) => address !== 'HR21');
    const plan = session!.prepareRead!('1', points);
    const first = await readPlan(session!, plan);
    expect(statusName(first.statuses[20])).toBe('BadNodeIdUnknown');
    const { requests, avoided } = await session!.describePlan!(plan);
    expect(requests.map(({ what }) => what)).toEqual([
      'FC3 unit 1 HR 0..19',
      'FC3 unit 1 HR 22..49',
      'FC3 unit 1 HR 300..349',
      'FC3 unit 1 HR 350..399',
    ]);
    expect(avoided).toEqual([
      { what: 'HR 20', points: 1, reason: 'illegal data address', retestInMs: expect.closeTo(600_000, -5) as number },
      {
        what: 'HR longer than 50',
        points: 0,
        reason: 'illegal data value',
        retestInMs: expect.closeTo(600_000, -5) as number,
      },
    ]);
    const before = plc.counters.requests;
    await readPlan(session!, plan);
    expect(plc.counters.requests - before).toBe(4);
  });

  it('estimates the cycle from what requests of this unit took', async () => {
    plc.unit(2).knobs.delayMs = 30;
    open({ devices: [{}, { unitId: 2 }] });
    const estimates: number[] = [];
    for (const unit of ['1', '2']) {
      const plan = session!.prepareRead!(unit, registers(500));
      for (let scan = 0; scan < 3; scan++) await readPlan(session!, plan);
      estimates.push((await session!.describePlan!(plan)).estimatedCycleMs);
    }
    expect(estimates[1]).toBeGreaterThanOrEqual(4 * 29);
    expect(estimates[0]).toBeLessThan(estimates[1]);
  });
});
