import { isGood, silentLogger, statusName, ValueColumns, type DataType, type GatewayError } from '@fieldwarden/core';
import type { DriverSession, Point, UpdateBatch, UpdateSink } from '@fieldwarden/driver';
import { FakeClock, testCall, testBelongings } from '@fieldwarden/testkit';
import { driverContractSuite } from '@fieldwarden/testkit/contract-suite';
import { expect, test } from 'vitest';
import simulatorDriver from './driver.js';
import { simulatorDeviceOptions, simulatorOptions } from './options.js';
import { simulatorContract } from './testing.js';

driverContractSuite('simulator, polled (§3.2, §9.5)', simulatorContract());
driverContractSuite(
  'simulator, subscribed to (§3.2, §9.5)',
  simulatorContract({ delivery: 'subscribe', updateMs: 20 }),
);
driverContractSuite('simulator with a slow link (§3.2, §9.5)', simulatorContract({ latencyMs: 5 }));

const deviceId = 'demo';

test('samples waves at the time of the clock, with the wall time as source time', async () => {
  const { clock, session } = open({});
  const points = [point('ramp?periodMs=1000&amplitude=100', 'float64'), point('toggle?periodMs=1000', 'bool')];
  await clock.advance(250);
  expect(await readValues(session, points, clock)).toEqual([25, 1]);
  await clock.advance(500);
  const columns = await readColumns(session, points, clock);
  expect([...columns.values]).toEqual([75, 0]);
  expect([...columns.sourceTimes]).toEqual([clock.wallMs(), clock.wallMs()]);
});

test('a step of the wall clock bends no wave', async () => {
  const { clock, session } = open({});
  await clock.advance(250);
  clock.setWall(0);
  expect(await readValues(session, [point('ramp?periodMs=1000', 'float64')], clock)).toEqual([25]);
});

test('the elements of an array are one wave on its way', async () => {
  const { clock, session } = open({});
  const columns = await readColumns(session, [point('ramp?periodMs=1000', 'float32', 4)], clock);
  expect(columns.objects?.get(0)).toEqual([0, 25, 50, 75]);
});

test('a string takes its values in turn', async () => {
  const { clock, session } = open({});
  const points = [point('string?values=idle,running&periodMs=100', 'string')];
  const seen: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    seen.push((await readColumns(session, points, clock)).objects?.get(0));
    await clock.advance(100);
  }
  expect(seen).toEqual(['idle', 'running', 'idle']);
});

test('a failing point is Good and Bad in turn', async () => {
  const { clock, session } = open({});
  const points = [point('bad?status=BadSensorFailure&everyMs=100', 'int32')];
  const seen: string[] = [];
  for (let i = 0; i < 3; i++) {
    seen.push(statusName((await readColumns(session, points, clock)).statuses[0]));
    await clock.advance(100);
  }
  expect(seen).toEqual(['Good', 'BadSensorFailure', 'Good']);
});

test('every memory tag keeps its own value, unless tags share a cell', async () => {
  const { clock, session } = open({});
  const own = { ...point('memory?initial=1', 'int32'), path: 'a' };
  const other = { ...own, path: 'b' };
  const shared = { ...point('memory?cell=x', 'int32'), path: 'c' };
  const alias = { ...shared, path: 'd' };
  await write(session, clock, own, 7);
  await write(session, clock, shared, 9);
  expect(await readValues(session, [own, other, shared, alias], clock)).toEqual([7, 1, 9, 9]);
  expect(session.memoryFootprint!()).toBe(3 * 200);
});

test('tags of different types do not share a cell', async () => {
  const { clock, session } = open({});
  const number = point('memory?cell=x', 'int32');
  await write(session, clock, number, 7);
  expect(await readValues(session, [number, point('memory?cell=x', 'float64')], clock)).toEqual([7, 0]);
});

test('a memory keeps what a variable of its type can', async () => {
  const { clock, session } = open({});
  const single = point('memory', 'float32');
  const array = point('memory', 'float32', 2);
  await write(session, clock, single, 0.1);
  await write(session, clock, array, [0.1, 0.5]);
  expect(await readValues(session, [single], clock)).toEqual([Math.fround(0.1)]);
  expect((await readColumns(session, [array], clock)).objects?.get(0)).toEqual([Math.fround(0.1), 0.5]);
});

test('devices do not share memory', async () => {
  const { clock, session } = open({});
  const cell = point('memory?cell=x', 'int32');
  await write(session, clock, cell, 7);
  const columns = new ValueColumns(1);
  await session.read!(session.prepareRead!('another', [cell]), columns, testCall({ clock }));
  expect(columns.values[0]).toBe(0);
});

test('a latency within the deadline delays, one beyond it ends in a timeout at the deadline', async () => {
  const { clock, session } = open({ latencyMs: 100 });
  const points = [point('constant?value=1', 'int32')];
  const plan = session.prepareRead!(deviceId, points);
  let settledAtMs: number | undefined;
  const start = (timeoutMs: number): Promise<void> =>
    session.read!(plan, new ValueColumns(1), testCall({ clock, timeoutMs })).finally(
      () => (settledAtMs = clock.monotonicMs()),
    );
  const patient = start(100);
  await clock.advance(100);
  await patient;
  expect(settledAtMs).toBe(100);
  const hasty = start(60);
  hasty.catch(() => undefined);
  await clock.advance(200);
  await expect(hasty).rejects.toMatchObject({ kind: 'timeout', code: 'SIMULATOR_TIMEOUT' });
  expect(settledAtMs).toBe(160);
});

test('a write that timed out or failed on demand was not sent', async () => {
  const memory = point('memory', 'int32');
  const { clock, session } = open({ failRate: 0.5 }, [0.6, 0.4, 0.6]);
  expect(await readValues(session, [memory], clock)).toEqual([0]);
  const failing = session.write!(deviceId, [{ point: memory, value: 3 }], testCall({ clock }));
  await expect(failing).rejects.toMatchObject({ kind: 'unreachable', writeOutcome: 'not-sent' });
  expect(await readValues(session, [memory], clock)).toEqual([0]);
});

test('has subscriptions only when it delivers by subscription', () => {
  expect(open({}).session.subscribe).toBeUndefined();
  expect(open({ delivery: 'subscribe' }).session.subscribe).toBeTypeOf('function');
});

test('pushes everything at once and then, each interval, what has changed', async () => {
  const { clock, session } = open({ delivery: 'subscribe', updateMs: 100 });
  const points = [
    point('counter?periodMs=200', 'int32'),
    point('constant?value=1', 'int32'),
    point('memory', 'uint8', 2),
  ];
  const sink = new RecordingSink();
  await session.subscribe!(deviceId, points, sink, testCall({ clock }));
  expect(sink.taken()).toEqual(['0=0', '1=1', '2=0,0']);
  await clock.advance(150);
  expect(sink.taken()).toEqual([]);
  await clock.advance(100);
  expect(sink.taken()).toEqual(['0=1']);
  await write(session, clock, points[2], [3, 4]);
  await clock.advance(100);
  expect(sink.taken()).toEqual(['2=3,4']);
});

test('pushes a point whose status alone has changed, and no array that is the same again', async () => {
  const { clock, session } = open({ delivery: 'subscribe', updateMs: 100 });
  const points = [point('bad?everyMs=200', 'int32'), point('ramp?amplitude=0', 'float64', 2)];
  const sink = new RecordingSink();
  await session.subscribe!(deviceId, points, sink, testCall({ clock }));
  expect(sink.taken()).toEqual(['0=0', '1=0,0']);
  await clock.advance(250);
  expect(sink.taken()).toEqual(['0=BadDeviceFailure']);
});

test('a failure on demand reaches the subscriber, and the next push is complete again', async () => {
  const { clock, session } = open({ delivery: 'subscribe', updateMs: 100, failRate: 0.5 }, [0.9, 0.9, 0.1, 0.9]);
  const sink = new RecordingSink();
  await session.subscribe!(deviceId, [point('constant?value=1', 'int32')], sink, testCall({ clock }));
  expect(sink.taken()).toEqual(['0=1']);
  await clock.advance(100);
  expect(sink.failures.map(({ kind }) => kind)).toEqual(['unreachable']);
  await clock.advance(100);
  expect(sink.taken()).toEqual(['0=1']);
});

test('leaves no timer behind when unsubscribed or closed', async () => {
  const { clock, session } = open({ delivery: 'subscribe' });
  const subscribe = () =>
    session.subscribe!(deviceId, [point('sine', 'float32')], new RecordingSink(), testCall({ clock }));
  const [first, second] = [await subscribe(), await subscribe()];
  expect(clock.pendingTimers).toBe(1);
  await session.unsubscribe!(first, testCall({ clock }));
  expect(clock.pendingTimers).toBe(1);
  await session.unsubscribe!(second, testCall({ clock }));
  expect(clock.pendingTimers).toBe(0);
  await subscribe();
  await session.close();
  expect(clock.pendingTimers).toBe(0);
});

test('offers its generators for browsing, all of which have an address', async () => {
  const { clock, session } = open({});
  const query = { parent: undefined, text: undefined, cursor: undefined, limit: 100 };
  const { nodes } = await session.discover!(deviceId, query, testCall({ clock }));
  expect(nodes.find(({ name }) => name === 'memory')).toMatchObject({ writable: true, hasChildren: false });
  expect(nodes.map(({ name }) => name)).toContain('sine');
});

test('keeps what it remembers of a device that stays, and forgets one that goes or gets other options (§7.5)', async () => {
  const { clock, session } = open({});
  const memory = point('memory', 'int32');
  const options = simulatorDeviceOptions.parse({});
  const other = simulatorDeviceOptions.parse({ alarms: [{ name: 'high', address: 'sine', high: 0.5 }] });
  await write(session, clock, memory, 7);
  await session.setDevices!([
    { id: deviceId, options },
    { id: 'second', options },
  ]);
  expect(await readValues(session, [memory], clock)).toEqual([7]);
  const plan = session.prepareRead!(deviceId, [memory]);
  await session.setDevices!([{ id: deviceId, options: other }]);
  await expect(session.read!(plan, new ValueColumns(1), testCall({ clock }))).rejects.toMatchObject({ kind: 'config' });
  expect(await readValues(session, [memory], clock)).toEqual([0]);
  await expect(session.probe!('second', testCall({ clock }))).rejects.toMatchObject({ code: 'DEVICE_UNKNOWN' });
});

test('cancels what is under way to a device that goes, and pushes nothing more for it', async () => {
  const { clock, session } = open({ latencyMs: 100, delivery: 'subscribe', updateMs: 100 });
  const sink = new RecordingSink();
  const subscribed = session.subscribe!(deviceId, [point('constant?value=1', 'int32')], sink, testCall({ clock }));
  await clock.advance(100);
  await subscribed;
  expect(sink.taken()).toEqual(['0=1']);
  const probe = session.probe!(deviceId, testCall({ clock }));
  await session.setDevices!([]);
  await expect(probe).rejects.toMatchObject({ kind: 'cancelled' });
  await clock.advance(1_000);
  expect([sink.taken(), sink.failures]).toEqual([[], []]);
  await session.close();
});

/** `chances`: what the random source gives, in order; then 0.999. */
function open(options: object, chances: readonly number[] = []) {
  const clock = new FakeClock();
  const left = [...chances];
  const session: DriverSession = simulatorDriver.create({
    ...testBelongings(),
    driverId: 'demo',
    options: simulatorOptions.parse(options),
    devices: [deviceId, 'another'].map((id) => ({ id, options: simulatorDeviceOptions.parse({}) })),
    clock,
    logger: silentLogger,
    random: () => left.shift() ?? 0.999,
  });
  return { clock, session };
}

async function readColumns(session: DriverSession, points: readonly Point[], clock: FakeClock): Promise<ValueColumns> {
  const columns = new ValueColumns(points.length);
  await session.read!(session.prepareRead!(deviceId, points), columns, testCall({ clock }));
  return columns;
}

async function readValues(session: DriverSession, points: readonly Point[], clock: FakeClock): Promise<number[]> {
  return [...(await readColumns(session, points, clock)).values];
}

async function write(session: DriverSession, clock: FakeClock, to: Point, value: number | number[]): Promise<void> {
  const [{ outcome }] = await session.write!(deviceId, [{ point: to, value }], testCall({ clock }));
  expect(outcome).toBe('done');
}

class RecordingSink implements UpdateSink {
  readonly failures: GatewayError[] = [];
  #pushed: string[] = [];

  push({ length, rows, columns }: UpdateBatch): void {
    for (let i = 0; i < length; i++) {
      const value = isGood(columns.statuses[i])
        ? (columns.objects?.get(i) ?? columns.values[i])
        : statusName(columns.statuses[i]);
      this.#pushed.push(`${rows[i]}=${String(value)}`);
    }
  }

  fail(error: GatewayError): void {
    this.failures.push(error);
  }

  taken(): string[] {
    return this.#pushed.splice(0);
  }
}

function point(address: string, scalar: DataType['scalar'], arrayLength?: number): Point {
  return { path: `demo/${address}`, address, type: arrayLength === undefined ? { scalar } : { scalar, arrayLength } };
}
