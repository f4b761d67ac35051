import {
  isGatewayError,
  silentLogger,
  statusCodes,
  statusName,
  systemClock,
  ValueColumns,
  type Clock,
  type GatewayError,
} from '@fieldwarden/core';
import type { DriverSession, Point, ReadPlan } from '@fieldwarden/driver';
import { ModbusSimServer } from '@fieldwarden/sim-plc';
import { collectingLogger, FaultProxy, testCall, waitFor, testBelongings } from '@fieldwarden/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import modbusDriver from './driver.js';
import { retestAfterMs } from './plan/trouble.js';

const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function startPlc(unitIds: readonly number[] = [1]): Promise<ModbusSimServer> {
  const plc = await ModbusSimServer.listen({ units: Object.fromEntries(unitIds.map((id) => [id, {}])) });
  cleanUp.push(() => plc.close());
  for (const id of unitIds) plc.unit(id).memory.holdingRegisters.set(0, ...Array.from({ length: 1000 }, (_, i) => i));
  return plc;
}

interface Settings {
  readonly port: number;
  readonly options?: object;
  readonly unitIds?: readonly number[];
  readonly deviceIds?: readonly string[];
  readonly clock?: Clock;
  readonly logger?: typeof silentLogger;
}

function openSession({
  port,
  options,
  unitIds = [1],
  deviceIds = unitIds.map(String),
  clock = systemClock,
  logger = silentLogger,
}: Settings): DriverSession {
  const session = modbusDriver.create({
    ...testBelongings(),
    driverId: 'test',
    options: modbusDriver.options.parse({
      host: '127.0.0.1',
      port,
      timeoutMs: 100,
      reconnect: { initialMs: 10, maxMs: 20 },
      ...options,
    }),
    devices: unitIds.map((unitId, i) => ({ id: deviceIds[i], options: modbusDriver.deviceOptions.parse({ unitId }) })),
    clock,
    logger,
    random: () => 0.5,
  });
  cleanUp.push(() => session.close());
  return session;
}

function words(count: number, first = 400_001): Point[] {
  return Array.from({ length: count }, (_, i) => ({
    path: `p${i}`,
    address: String(first + i),
    type: { scalar: 'uint16' },
  }));
}

async function read(session: DriverSession, plan: ReadPlan, timeoutMs = 2000): Promise<ValueColumns> {
  const into = new ValueColumns(plan.points.length);
  into.fillBad(statusCodes.BadNoData, 0);
  await session.read!(plan, into, testCall({ timeoutMs }));
  return into;
}

async function errorOf(promise: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (isGatewayError(error)) return error;
  throw new Error(`no GatewayError: ${String(error)}`);
}

describe('a Modbus session (§9.1)', () => {
  it('reads a thousand registers in the fewest requests there can be', async () => {
    const plc = await startPlc();
    const session = openSession({ port: plc.port });
    const plan = session.prepareRead!('1', words(1000));
    const into = await read(session, plan);
    expect([...into.values]).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(plc.counters.requests).toBe(8);
  });

  it('describes what it will ask for', async () => {
    const plc = await startPlc();
    const session = openSession({ port: plc.port, options: { interRequestDelayMs: 5 } });
    const plan = session.prepareRead!('1', [...words(125), ...words(2, 400_200), ...words(1, 400_205)]);
    expect(await session.describePlan!(plan)).toEqual({
      requests: [
        { what: 'FC3 unit 1 HR 0..124', points: 125, size: 125, gap: 0 },
        { what: 'FC3 unit 1 HR 199..204', points: 3, size: 6, gap: 3 },
      ],
      estimatedCycleMs: 30,
    });
  });

  it('stops at the first time-out instead of asking a silent unit for the rest', async () => {
    const plc = await startPlc();
    plc.unit(1).knobs.silent = true;
    const session = openSession({ port: plc.port });
    const error = await errorOf(read(session, session.prepareRead!('1', words(1000))));
    expect([error.kind, plc.counters.requests]).toEqual(['timeout', 1]);
    expect(error.message).toBe(`unit 1 at 127.0.0.1:${plc.port} did not answer within 100 ms`);
  });

  it('has one request out at a time, however many calls there are', async () => {
    const plc = await startPlc();
    const session = openSession({ port: plc.port });
    const plan = session.prepareRead!('1', words(500));
    let outstanding = 0;
    let most = 0;
    const { counters } = plc;
    const saw = counters.saw.bind(counters);
    counters.saw = (request) => {
      saw(request);
      most = Math.max(most, ++outstanding);
    };
    plc.unit(1).knobs = { delayMs: 1, mangle: (reply) => (outstanding--, reply) };
    await Promise.all(Array.from({ length: 8 }, () => read(session, plan)));
    expect([most, plc.counters.connectionsAccepted]).toEqual([1, 1]);
  });

  it('takes turns between units, so that a long read does not hold up a short one', async () => {
    const plc = await startPlc([1, 2]);
    const session = openSession({ port: plc.port, unitIds: [1, 2] });
    plc.unit(1).knobs.delayMs = 5;
    const long = read(session, session.prepareRead!('1', words(1000)));
    await read(session, session.prepareRead!('2', words(1)));
    expect(plc.counters.requestsByUnit.get(1)).toBeLessThan(4);
    await long;
    expect(plc.counters.requestsByUnit.get(1)).toBe(8);
  });

  it('sends writes before the reads that wait', async () => {
    const plc = await startPlc();
    const session = openSession({ port: plc.port });
    plc.unit(1).knobs.delayMs = 5;
    const long = read(session, session.prepareRead!('1', words(1000)));
    await waitFor(() => plc.counters.requests > 0, { what: 'the read to begin' });
    await session.write!('1', [{ point: words(1)[0], value: 7 }], testCall());
    expect(plc.counters.requestsByFunction.get(3)).toBeLessThan(4);
    await long;
    expect(plc.counters.requestsByFunction.get(3)).toBe(8);
  });

  it('lets a silent unit cost its siblings one time-out at a time', async () => {
    const plc = await startPlc([1, 2]);
    plc.unit(1).knobs.silent = true;
    const session = openSession({ port: plc.port, unitIds: [1, 2] });
    const dead = session.prepareRead!('1', words(1));
    const alive = session.prepareRead!('2', words(1000));
    const failures = Array.from({ length: 5 }, () => errorOf(read(session, dead)));
    const first = await read(session, alive, 5000);
    expect(statusName(first.statuses[999])).toBe('Good');
    expect(plc.counters.requestsByUnit.get(1)).toBe(1);
    expect(new Set((await Promise.all(failures)).map(({ kind }) => kind))).toEqual(new Set(['timeout']));
  });

  it('tells a call whose deadline passes in the queue that nothing was sent', async () => {
    const plc = await startPlc([1, 2]);
    plc.unit(1).knobs.silent = true;
    const session = openSession({ port: plc.port, unitIds: [1, 2], options: { timeoutMs: 300 } });
    let isBlocked = true;
    const blocking = errorOf(read(session, session.prepareRead!('1', words(1)))).finally(() => (isBlocked = false));
    await waitFor(() => plc.counters.requests === 1, { what: 'the silent unit to be asked' });
    const items = [{ point: words(1)[0], value: 7 }];
    const error = await errorOf(session.write!('2', items, testCall({ timeoutMs: 20 })));
    expect([error.kind, error.writeOutcome, isBlocked]).toEqual(['timeout', 'not-sent', true]);
    await blocking;
    expect(plc.counters.requestsByUnit.get(2)).toBeUndefined();
  });

  it('ends a call at its deadline, and keeps the connection if the answer then comes in time', async () => {
    const plc = await startPlc();
    const session = openSession({ port: plc.port, options: { timeoutMs: 2000 } });
    const plan = session.prepareRead!('1', words(1));
    plc.unit(1).once({ delayMs: 100 });
    expect((await errorOf(read(session, plan, 20))).code).toBe('MODBUS_DEADLINE');
    const after = session.prepareRead!('1', words(1, 400_100));
    expect((await read(session, after)).values[0]).toBe(99);
    expect(plc.counters.connectionsAccepted).toBe(1);
  });

  it('refuses calls beyond its queue, at once', async () => {
    const plc = await startPlc();
    plc.unit(1).knobs.delayMs = 20;
    const session = openSession({ port: plc.port, options: { maxQueuedCalls: 2 } });
    const plan = session.prepareRead!('1', words(1));
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => read(session, plan)));
    const kinds = results.map((r) => (r.status === 'rejected' ? (r.reason as GatewayError).kind : 'read'));
    expect(kinds).toEqual(['read', 'read', 'overloaded', 'overloaded']);
  });

  it('gives a cancelled call its word back at once: not sent while it waits, unknown once it is out', async () => {
    const plc = await startPlc();
    plc.unit(1).knobs.delayMs = 50;
    const session = openSession({ port: plc.port });
    const [first, second] = [new AbortController(), new AbortController()];
    const items = [{ point: words(1)[0], value: 7 }];
    const out = errorOf(session.write!('1', items, testCall({ signal: first.signal })));
    const waiting = errorOf(session.write!('1', items, testCall({ signal: second.signal })));
    await waitFor(() => plc.counters.requests === 1, { what: 'the first write to be out' });
    first.abort();
    second.abort();
    expect([(await out).writeOutcome, (await waiting).writeOutcome]).toEqual(['unknown', 'not-sent']);
    expect([(await out).kind, (await waiting).kind]).toEqual(['cancelled', 'cancelled']);
    plc.unit(1).knobs = {};
    expect((await read(session, session.prepareRead!('1', words(1, 400_002)))).values[0]).toBe(1);
    expect([plc.counters.writes.length, plc.counters.connectionsAccepted]).toEqual([1, 1]);
  });

  it('sends nothing for a call that was cancelled before it began', async () => {
    const plc = await startPlc();
    const session = openSession({ port: plc.port });
    const call = testCall({ signal: AbortSignal.abort() });
    const error = await errorOf(session.write!('1', [{ point: words(1)[0], value: 7 }], call));
    expect([error.kind, error.writeOutcome, plc.counters.requests]).toEqual(['cancelled', 'not-sent', 0]);
  });

  it('keeps the bits of a register that others change, in a read-modify-write under load', async () => {
    const plc = await startPlc();
    plc.unit(1).knobs.unsupportedFunctions = [22];
    plc.unit(1).memory.holdingRegisters.set(0, 0);
    const session = openSession({ port: plc.port });
    const bits = Array.from({ length: 16 }, (_, bit) => bit);
    await Promise.all(
      bits.map((bit) => {
        const point: Point = { path: 'bit', address: `400001.${bit}`, type: { scalar: 'bool' } };
        return session.write!('1', [{ point, value: true }], testCall());
      }),
    );
    expect(plc.unit(1).memory.holdingRegisters.get(0)).toBe(0xffff);
  });

  it('lets nobody come between the halves of a read-modify-write, not even another device entry of the same unit', async () => {
    const plc = await startPlc();
    plc.unit(1).knobs.unsupportedFunctions = [22];
    plc.unit(1).memory.holdingRegisters.set(0, 0);
    const session = openSession({ port: plc.port, unitIds: [1, 1], deviceIds: ['a', 'b'] });
    const set = (deviceId: string, bit: number) => {
      const point: Point = { path: 'bit', address: `400001.${bit}`, type: { scalar: 'bool' } };
      return session.write!(deviceId, [{ point, value: true }], testCall());
    };
    await Promise.all([set('a', 0), set('b', 0)]);
    await Promise.all(Array.from({ length: 16 }, (_, bit) => set(bit % 2 ? 'a' : 'b', bit)));
    expect(plc.unit(1).memory.holdingRegisters.get(0)).toBe(0xffff);
  });

  it('waits between an answer and the next request, and after connecting, when told to', async () => {
    const plc = await startPlc();
    plc.counters.watchReads(1, 3, 0);
    plc.counters.watchReads(1, 3, 125);
    const session = openSession({ port: plc.port, options: { interRequestDelayMs: 30, postConnectDelayMs: 40 } });
    const startedAtMs = performance.now();
    await read(session, session.prepareRead!('1', words(126)));
    const [[firstMs], [secondMs]] = [plc.counters.readTimesMs(1, 3, 0), plc.counters.readTimesMs(1, 3, 125)];
    expect(firstMs - startedAtMs).toBeGreaterThanOrEqual(39);
    expect(secondMs - firstMs).toBeGreaterThanOrEqual(29);
  });

  it('finds the missing points among many in one read, and asks for them again after ten minutes', async () => {
    const plc = await startPlc();
    const missing = [3, 50, 51, 124, 300];
    plc.unit(1).knobs.holes = missing.map((start) => ({ area: 'holdingRegisters', start, count: 1 }));
    let passedMs = 0;
    const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + passedMs };
    const log = collectingLogger();
    const session = openSession({ port: plc.port, clock, logger: log });
    const plan = session.prepareRead!('1', words(500));
    const badRows = async (): Promise<number[]> => {
      const into = new ValueColumns(500);
      await session.read!(plan, into, testCall({ clock }));
      return [...into.statuses].flatMap((status, row) => (statusName(status) === 'BadNodeIdUnknown' ? [row] : []));
    };
    expect(await badRows()).toEqual(missing);
    const afterLearning = plc.counters.requests;
    expect(await badRows()).toEqual(missing);
    expect(plc.counters.requests - afterLearning).toBeLessThanOrEqual(8);
    plc.unit(1).knobs.holes = [];
    expect(await badRows()).toEqual(missing);
    passedMs = retestAfterMs;
    expect(await badRows()).toEqual([]);
    expect(log.records.map(({ message }) => message).join()).toMatch(/HR 3 of unit 1: illegal data address.*± 1/);
  });

  it('ends a first read of many holes in time, and learns the rest in the following ones', async () => {
    const plc = await startPlc();
    plc.unit(1).knobs = { delayMs: 5, holes: [{ area: 'holdingRegisters', start: 0, count: 100 }] };
    const session = openSession({ port: plc.port, options: { timeoutMs: 400 } });
    const plan = session.prepareRead!('1', words(120));
    const rowsGood = async (): Promise<number> => {
      const into = await read(session, plan, 600);
      return into.statuses.filter((status) => status === statusCodes.Good).length;
    };
    expect(await rowsGood()).toBeLessThan(20);
    await waitFor(async () => (await rowsGood()) === 20, { what: 'all present points to be Good' });
  });

  it('ends a read-modify-write at its deadline, also between its halves', async () => {
    const plc = await startPlc();
    plc.unit(1).knobs.unsupportedFunctions = [22];
    const session = openSession({ port: plc.port, options: { interRequestDelayMs: 10_000 } });
    const point: Point = { path: 'bit', address: '400001.3', type: { scalar: 'bool' } };
    const error = await errorOf(session.write!('1', [{ point, value: true }], testCall({ timeoutMs: 100 })));
    expect([error.kind, error.writeOutcome, plc.counters.requests]).toEqual(['timeout', 'not-sent', 1]);
  }, 5_000);

  it('takes at most one connection, also when the old one has just been lost', async () => {
    const plc = await startPlc();
    plc.knobs = { maxConnections: 1 };
    const session = openSession({ port: plc.port });
    const plan = session.prepareRead!('1', words(1));
    for (let round = 0; round < 5; round++) {
      await waitFor(() => read(session, plan).then(() => true), { what: 'a read' });
      expect(plc.connections).toBe(1);
      plc.dropConnections();
    }
  });

  it('tries to connect at a bounded rate, whatever is asked of it', async () => {
    const plc = await startPlc();
    plc.knobs = { refuseConnections: true };
    const session = openSession({ port: plc.port, options: { reconnect: { initialMs: 50, maxMs: 400 } } });
    const plan = session.prepareRead!('1', words(1));
    const startedAtMs = performance.now();
    let calls = 0;
    while (performance.now() - startedAtMs < 400) {
      expect((await errorOf(read(session, plan))).kind).toBe('unreachable');
      calls++;
    }
    expect(calls).toBeGreaterThan(50);
    expect(plc.counters.connectionsRefused).toBeLessThan(12);
    plc.knobs = {};
    await waitFor(() => read(session, plan).then(() => true), { what: 'a read once connections are accepted' });
  });

  it('gives up a connection attempt that nobody answers', async () => {
    const plc = await startPlc();
    const proxy = await FaultProxy.listen({ targetPort: plc.port });
    cleanUp.push(() => proxy[Symbol.asyncDispose]());
    proxy.halfOpen = true;
    const session = openSession({ port: proxy.port });
    const plan = session.prepareRead!('1', words(1));
    expect((await errorOf(read(session, plan))).kind).toBe('timeout');
    await proxy.heal();
    await waitFor(() => read(session, plan).then(() => true), { what: 'a read after the cable is back' });
  });

  it('survives a connection that is cut at any time, with right values only', async () => {
    const plc = await startPlc();
    const proxy = await FaultProxy.listen({ targetPort: plc.port });
    cleanUp.push(() => proxy[Symbol.asyncDispose]());
    const session = openSession({ port: proxy.port });
    const plan = session.prepareRead!('1', words(1000));
    let good = 0;
    for (let round = 0; round < 40; round++) {
      const pending = read(session, plan);
      if (round % 2 === 0) setImmediate(() => proxy.dropConnections());
      const into = await pending.catch(() => undefined);
      if (into) expect([...into.values]).toEqual(Array.from({ length: 1000 }, (_, i) => i));
      if (into) good++;
    }
    expect(good).toBeGreaterThan(0);
  });

  it('leaves no timer and no connection behind when it is closed', async () => {
    const plc = await startPlc();
    let pending = 0;
    const clock: Clock = {
      ...systemClock,
      setTimer(callback, delayMs) {
        pending++;
        const timer = systemClock.setTimer(() => (pending--, callback()), delayMs);
        return { unref: () => timer.unref(), [Symbol.dispose]: () => (pending--, timer[Symbol.dispose]()) };
      },
    };
    const session = openSession({ port: plc.port, clock });
    await read(session, session.prepareRead!('1', words(10)));
    await session.close();
    expect(pending).toBe(0);
    await waitFor(() => plc.connections === 0, { what: 'the connection to be closed' });
    expect((await errorOf(read(session, session.prepareRead!('1', words(10))))).kind).toBe('cancelled');
  });

  it('knows only its own devices', async () => {
    const session = openSession({ port: 1 });
    expect(() => session.prepareRead!('99', [])).toThrow(/no device 99/);
    expect((await errorOf(session.probe!('99', testCall()))).kind).toBe('config');
  });

  it('says how much memory it holds', () => {
    expect(openSession({ port: 1 }).memoryFootprint!()).toBeGreaterThan(0);
  });
});
