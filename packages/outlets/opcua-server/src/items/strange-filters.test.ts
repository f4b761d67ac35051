import { waitFor } from '@fieldwarden/testkit';
import { assert, asyncProperty, array, constantFrom, record } from 'fast-check';
import {
  AggregateFilter,
  DataChangeFilter,
  DataChangeTrigger,
  DeadbandType,
  MonitoringMode,
  NodeId,
  StatusCodes,
  type ClientSubscription,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusedMode } from './check-filter.js';
import { tag, TestClient, TestOutlet, type Monitored } from '../testing/test-outlet.js';

let gateway: TestOutlet;
let stranger: TestClient;
let neighbour: TestClient;
let strange: ClientSubscription;
let ordinary: ClientSubscription;

beforeAll(async () => {
  gateway = await TestOutlet.start([
    tag('line/speed', { scalar: 'float64' }, { range: { low: 0, high: 200 } }),
    tag('line/level', { scalar: 'float32' }),
    tag('line/curve', { scalar: 'float32', arrayLength: 3 }),
    tag('line/name', { scalar: 'string' }),
  ]);
  stranger = await TestClient.connect(gateway);
  neighbour = await TestClient.connect(gateway);
  strange = await stranger.subscribe();
  ordinary = await neighbour.subscribe();
});

afterAll(async () => {
  await stranger[Symbol.asyncDispose]();
  await neighbour[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

const values = ({ received }: Monitored): unknown[] => received.map(({ value }) => value.value as unknown);
const set = (path: string, value: number | number[] | string, sourceAtMs?: number): void =>
  gateway.store.set(gateway.handle(path), value, sourceAtMs);

/** Also what the library's constructor would not take. */
function dataChange(deadbandType: number, deadbandValue: number, trigger: number = DataChangeTrigger.StatusValue) {
  return Object.assign(new DataChangeFilter({ deadbandType, deadbandValue }), { trigger });
}

async function statusOf(path: string, filter: object): Promise<unknown> {
  const { item } = await stranger.monitor(strange, path, { filter });
  const { statusCode } = item;
  if (statusCode.isGood()) await item.terminate();
  return statusCode;
}

describe('what one client asks for never changes what another gets (§10.1)', () => {
  test('not when a value turns NaN or infinite under its deadband', async () => {
    set('line/level', 1);
    const filtered = await stranger.monitor(strange, 'line/level', { filter: dataChange(DeadbandType.Absolute, 2) });
    const plain = await neighbour.monitor(ordinary, 'line/level');
    await waitFor(() => filtered.received.length > 0 && plain.received.length > 0, { what: 'the first values' });
    for (const value of [Number.NaN, Infinity, 5, 5.5, Number.NaN]) set('line/level', value);
    await waitFor(() => filtered.received.length >= 5 && plain.received.length >= 6, { what: 'all changes' });
    expect(values(plain)).toEqual([1, Number.NaN, Infinity, 5, 5.5, Number.NaN]);
    expect(values(filtered)).toEqual([1, Number.NaN, Infinity, 5, Number.NaN]);
    set('line/level', Number.NaN, 5_000);
    set('line/level', 7);
    await waitFor(() => plain.received.length >= 7 && filtered.received.length >= 6, { what: 'the last change' });
    expect([values(plain).at(-1), values(filtered).at(-1)]).toEqual([7, 7]);
    expect(plain.received.length).toBe(7);
    expect(gateway.logger.messages('error')).toEqual([]);
    await Promise.all([filtered.item.terminate(), plain.item.terminate()]);
  });

  test('not with any filter, for any values', async () => {
    const numbers = constantFrom(0, 1, -1, 1e308, -1e308, Number.NaN, Infinity, -Infinity, 100);
    const filters = record({ type: constantFrom(0, 1, 2, 3), band: constantFrom(0, 1, 50, -1, Number.NaN, Infinity) });
    await assert(
      asyncProperty(array(numbers, { minLength: 1, maxLength: 6 }), filters, async (row, { type, band }) => {
        set('line/speed', 42);
        const { item } = await stranger.monitor(strange, 'line/speed', {
          filter: dataChange(type, band),
          queueSize: 10,
        });
        const plain = await neighbour.monitor(ordinary, 'line/speed');
        await waitFor(() => plain.received.length === 1, { what: 'the first value' });
        for (const value of [...row, 7]) set('line/speed', value);
        await waitFor(() => values(plain).at(-1) === 7, { what: 'the last value' });
        const expected = [42, ...row, 7].filter((value, i, all) => i === 0 || !Object.is(value, all[i - 1]));
        expect(values(plain)).toEqual(expected);
        if (item.statusCode.isGood()) await item.terminate();
        await plain.item.terminate();
      }),
      { numRuns: 15 },
    );
  });
});

describe('a filter that can not be served', () => {
  test.each([
    ['an unknown deadband', 'line/level', dataChange(3, 1), StatusCodes.BadDeadbandFilterInvalid],
    ['an unknown deadband of 32 bits', 'line/level', dataChange(0xffff_ffff, 1), StatusCodes.BadDeadbandFilterInvalid],
    ['a negative deadband', 'line/level', dataChange(1, -1), StatusCodes.BadDeadbandFilterInvalid],
    ['a deadband of NaN', 'line/level', dataChange(1, Number.NaN), StatusCodes.BadDeadbandFilterInvalid],
    ['an infinite deadband', 'line/level', dataChange(1, Infinity), StatusCodes.BadDeadbandFilterInvalid],
    ['101 percent', 'line/speed', dataChange(2, 101), StatusCodes.BadDeadbandFilterInvalid],
    ['percent without a range', 'line/level', dataChange(2, 1), StatusCodes.BadMonitoredItemFilterUnsupported],
    ['a deadband for a text', 'line/name', dataChange(1, 1), StatusCodes.BadFilterNotAllowed],
    ['an unknown trigger', 'line/level', dataChange(0, 0, 7), StatusCodes.BadMonitoredItemFilterInvalid],
    [
      'an aggregate',
      'line/level',
      new AggregateFilter({ aggregateType: new NodeId() }),
      StatusCodes.BadMonitoredItemFilterUnsupported,
    ],
  ])('is refused when an item is created, and when it is modified: %s', async (_, path, filter, expected) => {
    expect(await statusOf(path, filter)).toEqual(expected);
    const { item } = await stranger.monitor(strange, path, { queueSize: 7 });
    const { clientHandle } = item.monitoringParameters;
    const asked = { samplingInterval: 0, queueSize: 50, discardOldest: true, clientHandle, filter };
    await expect(item.modify(asked)).rejects.toThrow(expected.name);
    const { revisedQueueSize } = await item.modify({ ...asked, filter: undefined, queueSize: 9 });
    expect(revisedQueueSize).toBe(9);
    await item.terminate();
  });

  test('is told apart from a monitoring mode that does not exist', () => {
    expect(refusedMode(7)).toEqual(StatusCodes.BadMonitoringModeInvalid);
    for (const mode of [MonitoringMode.Disabled, MonitoringMode.Sampling, MonitoringMode.Reporting]) {
      expect(refusedMode(mode)).toBeUndefined();
    }
  });
});

test('a client that wants new times is told them, others are not', async () => {
  set('line/level', 3, 1_000);
  const timed = await stranger.monitor(strange, 'line/level', {
    filter: dataChange(DeadbandType.None, 0, DataChangeTrigger.StatusValueTimestamp),
  });
  const plain = await neighbour.monitor(ordinary, 'line/level');
  await waitFor(() => timed.received.length === 1 && plain.received.length === 1, { what: 'the first values' });
  set('line/level', 3, 2_000);
  await waitFor(() => timed.received.length === 2, { what: 'the new time' });
  expect(timed.received.map(({ sourceTimestamp }) => sourceTimestamp?.getTime())).toEqual([1_000, 2_000]);
  expect(plain.received.length).toBe(1);
  await Promise.all([timed.item.terminate(), plain.item.terminate()]);
});

test('queues are as long as asked for, up to 100', async () => {
  for (const [asked, revised] of [
    [0, 1],
    [1, 1],
    [7, 7],
    [5_000, 100],
    [0xffff_ffff, 100],
  ]) {
    const { item } = await stranger.monitor(strange, 'line/level', { queueSize: asked });
    expect(item.result?.revisedQueueSize).toBe(revised);
    await item.terminate();
  }
});
