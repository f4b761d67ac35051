import { statusCodes, ValueColumns } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import {
  AttributeIds,
  ClientMonitoredItemGroup,
  DataChangeFilter,
  DataChangeTrigger,
  DeadbandType,
  MonitoringMode,
  NodeClass,
  StatusCodes,
  TimestampsToReturn,
  type ClientSubscription,
  type DataValue,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { tag, TestClient, TestOutlet, type Monitored } from './testing/test-outlet.js';

const levels = Array.from({ length: 2_000 }, (_, i) => tag(`tanks/t${i}/level`, { scalar: 'float64' }));

let gateway: TestOutlet;
let client: TestClient;
let subscription: ClientSubscription;

beforeAll(async () => {
  gateway = await TestOutlet.start([
    tag('line/speed', { scalar: 'float64' }, { range: { low: 0, high: 200 } }),
    tag('line/count', { scalar: 'int32' }),
    tag('line/name', { scalar: 'string' }),
    tag('line/picture', { scalar: 'bytes' }),
    ...levels,
  ]);
  client = await TestClient.connect(gateway);
  subscription = await client.subscribe();
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

const values = ({ received }: Monitored): unknown[] => received.map(({ value }) => value.value as unknown);
const last = ({ received }: Monitored): DataValue | undefined => received.at(-1);

function received(item: Monitored, count: number): Promise<unknown> {
  return waitFor(() => item.received.length >= count, { what: `${count} notifications` });
}

function set(path: string, value: number | string | Uint8Array, sourceAtMs?: number): void {
  gateway.store.set(gateway.handle(path), value, sourceAtMs);
}

describe('a monitored item', () => {
  test('starts with the present value, its status and its time', async () => {
    set('line/count', 7, 1_700_000_000_123);
    const item = await client.monitor(subscription, 'line/count');
    await received(item, 1);
    expect(last(item)).toMatchObject({
      statusCode: StatusCodes.Good,
      value: { value: 7 },
      sourceTimestamp: new Date(1_700_000_000_123),
    });
    await item.item.terminate();
  });

  test.each([
    [-1, 50],
    [0, 0],
    [1, 0],
    [500, 500],
    [1_234, 1_300],
    [60_000, 60_000],
    [1e12, 3_600_000],
  ])('gets the sampling interval that was asked for, in two digits: %i ms is %i', async (samplingInterval, revised) => {
    const { item } = await client.monitor(subscription, 'line/count', { samplingInterval });
    expect(item.result?.revisedSamplingInterval).toBe(revised);
    await item.terminate();
  });

  test('without an interval gets every change, and needs no timer for it', async () => {
    const item = await client.monitor(subscription, 'line/speed', { samplingInterval: 0 });
    await received(item, 1);
    const timers = vi.spyOn(globalThis, 'setInterval');
    const changes = Array.from({ length: 40 }, (_, i) => i + 1);
    for (const change of changes) set('line/speed', change);
    await received(item, 41);
    expect(values(item).slice(1)).toEqual(changes);
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
    await item.item.terminate();
  });

  test('with an interval is told the first change at once, and the last one when the interval is over', async () => {
    const item = await client.monitor(subscription, 'line/speed', { samplingInterval: 1_000 });
    await received(item, 1);
    const all = await client.monitor(subscription, 'line/speed', { samplingInterval: 0 });
    await received(all, 1);
    for (let change = 1; change <= 60; change += 1) set('line/speed', 5_000 + change);
    await waitFor(() => all.received.length === 61, { what: 'the changes of an item without an interval' });
    await waitFor(() => values(item).at(-1) === 5_060, { what: 'the last of the changes' });
    expect(item.received.length).toBeLessThanOrEqual(3);
    await Promise.all([item.item.terminate(), all.item.terminate()]);
  });

  test('gets another interval when the client modifies it, and loses nothing', async () => {
    const item = await client.monitor(subscription, 'line/speed', { samplingInterval: 60_000 });
    await received(item, 1);
    set('line/speed', 1_001);
    const modify = { queueSize: 20, discardOldest: true, clientHandle: item.item.monitoringParameters.clientHandle };
    const result = await item.item.modify({ ...modify, samplingInterval: 0 });
    expect(result).toMatchObject({ revisedSamplingInterval: 0, revisedQueueSize: 20 });
    set('line/speed', 1_002);
    set('line/speed', 1_003);
    await waitFor(() => values(item).slice(-3).join() === '1001,1002,1003', { what: 'all changes' });
    await item.item.terminate();
  });

  test('keeps the newest values when its queue is too short, and says so', async () => {
    const item = await client.monitor(subscription, 'line/speed', { queueSize: 2 });
    await received(item, 1);
    for (const change of [2_001, 2_002, 2_003, 2_004]) set('line/speed', change);
    await received(item, 3);
    expect(values(item).slice(1)).toEqual([2_003, 2_004]);
    expect(item.received[1].statusCode.hasOverflowBit).toBe(true);
    await item.item.terminate();
  });

  test.each([true, false])(
    'of which the queue overflows with Bad values still ends with the newest (discardOldest %s)',
    async (discardOldest) => {
      const item = await client.monitor(subscription, 'line/speed', { queueSize: 2, discardOldest });
      await received(item, 1);
      const handles = Uint32Array.of(gateway.handle('line/speed'));
      for (const status of [
        statusCodes.BadTimeout,
        statusCodes.BadDeviceFailure,
        statusCodes.BadNoCommunication,
        statusCodes.BadOutOfService,
      ]) {
        gateway.store.fail(handles, status, 1_000);
      }
      await received(item, 3);
      expect((last(item)?.statusCode.value ?? 0) & 0xffff_0000).toBe(statusCodes.BadOutOfService & 0xffff_0000);
      expect(gateway.logger.messages('error')).toEqual([]);
      await item.item.terminate();
    },
  );

  test('gets a Bad status exactly and at once', async () => {
    set('line/count', 1);
    const item = await client.monitor(subscription, 'line/count');
    await received(item, 1);
    gateway.store.fail(Uint32Array.of(gateway.handle('line/count')), statusCodes.BadDeviceFailure, 1_700_000_000_000);
    await received(item, 2);
    expect(last(item)).toMatchObject({
      statusCode: StatusCodes.BadDeviceFailure,
      sourceTimestamp: new Date(1_700_000_000_000),
    });
    await item.item.terminate();
  });

  test('is left alone by a new time of the same value, which a Read shows', async () => {
    set('line/count', 5, 1_000);
    const item = await client.monitor(subscription, 'line/count');
    await received(item, 1);
    set('line/count', 5, 2_000);
    set('line/count', 6, 3_000);
    await received(item, 2);
    expect(values(item)).toEqual([5, 6]);
    set('line/count', 6, 4_000);
    expect((await client.read('line/count')).sourceTimestamp?.getTime()).toBe(4_000);
    await item.item.terminate();
  });

  test('of strings and bytes gets changes of status with the same value', async () => {
    for (const [path, value] of [
      ['line/name', 'A'],
      ['line/picture', Uint8Array.of(1, 2)],
    ] as const) {
      set(path, value);
      const item = await client.monitor(subscription, path);
      await received(item, 1);
      gateway.store.set(gateway.handle(path), value, undefined, statusCodes.UncertainLastUsableValue);
      await received(item, 2);
      expect(last(item)?.statusCode).toEqual(StatusCodes.UncertainLastUsableValue);
      await item.item.terminate();
    }
  });

  test('honours the deadbands of its client', async () => {
    const filterOf = (deadbandType: DeadbandType): object => ({
      filter: new DataChangeFilter({ trigger: DataChangeTrigger.StatusValue, deadbandType, deadbandValue: 10 }),
    });
    set('line/speed', 100);
    const absolute = await client.monitor(subscription, 'line/speed', filterOf(DeadbandType.Absolute));
    const percent = await client.monitor(subscription, 'line/speed', filterOf(DeadbandType.Percent));
    await Promise.all([received(absolute, 1), received(percent, 1)]);
    for (const change of [105, 115, 125]) set('line/speed', change);
    await Promise.all([received(absolute, 2), received(percent, 2)]);
    expect([values(absolute), values(percent)]).toEqual([
      [100, 115],
      [100, 125],
    ]);
    await absolute.item.terminate();
    await percent.item.terminate();
  });

  test('gets nothing while disabled, and the present value when enabled again', async () => {
    const item = await client.monitor(subscription, 'line/count');
    await received(item, 1);
    await item.item.setMonitoringMode(MonitoringMode.Disabled);
    set('line/count', 50);
    set('line/count', 51);
    await item.item.setMonitoringMode(MonitoringMode.Reporting);
    await received(item, 2);
    expect(values(item).slice(1)).toEqual([51]);
    await item.item.terminate();
  });
});

describe('tags that come and go', () => {
  test('turn their items BadNodeIdUnknown, and back to life when they return', async () => {
    const [handle] = gateway.store.define([tag('visitor/value', { scalar: 'int16' })]);
    gateway.store.set(handle, 1);
    const item = await client.monitor(subscription, 'visitor/value');
    await received(item, 1);
    gateway.store.remove(Uint32Array.of(handle));
    await received(item, 2);
    expect(last(item)?.statusCode).toEqual(StatusCodes.BadNodeIdUnknown);
    gateway.store.define([tag('other/value', { scalar: 'string' })]);
    expect(gateway.handle('other/value')).toBe(handle);
    const { references } = await client.session.browse({
      nodeId: client.id('other'),
      nodeClassMask: NodeClass.Variable,
    });
    expect(references?.map(({ nodeId }) => nodeId.value)).toEqual(['other/value']);
    gateway.store.define([tag('visitor/value', { scalar: 'float64' })]);
    set('other/value', 'not for this item');
    set('visitor/value', 2.5);
    await waitFor(() => last(item)?.value.value === 2.5, { what: 'the value of the returned tag' });
    await item.item.terminate();
  });

  test('keep their items when only their definition changes, and wait where the value is another one (§7.5)', async () => {
    const [handle] = gateway.store.define([tag('changed/value', { scalar: 'int16' }, { description: 'before' })]);
    gateway.store.set(handle, 1);
    const item = await client.monitor(subscription, 'changed/value');
    await received(item, 1);
    const next = tag('changed/value', { scalar: 'int16' }, { description: 'after', access: 'read-write' });
    gateway.store.redefine(Uint32Array.of(handle), [next]);
    const description = await client.read('changed/value', AttributeIds.Description);
    expect(description.value.value).toMatchObject({ text: 'after' });
    expect((await client.read('changed/value')).value.value).toBe(1);
    gateway.store.redefine(Uint32Array.of(handle), [{ ...next, address: 'elsewhere' }]);
    await received(item, 2);
    expect(last(item)?.statusCode).toEqual(StatusCodes.BadWaitingForInitialData);
    set('changed/value', 2);
    await received(item, 3);
    expect(last(item)?.value.value).toBe(2);
    await item.item.terminate();
  });

  test('can not be subscribed when they are not there', async () => {
    const item = await client.monitor(subscription, 'visitor/nobody').then(({ item: { statusCode } }) => statusCode);
    expect(item).toEqual(StatusCodes.BadNodeIdUnknown);
  });
});

test('2,000 monitored items get their first values and every change', async () => {
  const nodes = levels.map(({ path }) => ({ nodeId: client.id(path), attributeId: AttributeIds.Value }));
  const handles = Uint32Array.from(levels, ({ path }) => gateway.handle(path));
  const group = ClientMonitoredItemGroup.create(
    subscription,
    nodes,
    { samplingInterval: 0, queueSize: 10, discardOldest: true },
    TimestampsToReturn.Both,
  );
  const seen: number[][] = levels.map(() => []);
  let count = 0;
  group.on('changed', (_item, value: DataValue, index: number) => {
    seen[index].push(value.statusCode.isGood() ? (value.value.value as number) : Number.NaN);
    count += 1;
  });
  await waitFor(() => count === 2_000, { what: 'the first values' });
  expect(gateway.outlet.statistics().monitoredItems).toBe(2_000);
  for (const round of [1, 2, 3]) {
    const columns = new ValueColumns(2_000);
    for (let row = 0; row < 2_000; row += 1) columns.setNumber(row, round * 10_000 + row, Date.now());
    gateway.store.apply(handles, columns);
  }
  await waitFor(() => count === 8_000, { what: 'every change of every item' });
  seen.forEach((one, row) => expect(one).toEqual([Number.NaN, 10_000 + row, 20_000 + row, 30_000 + row]));
  await group.terminate();
  await waitFor(() => gateway.outlet.statistics().monitoredItems === 0, { what: 'the items to be gone' });
});
