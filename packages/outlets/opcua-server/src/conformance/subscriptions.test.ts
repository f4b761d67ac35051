import {
  AggregateFilter,
  AttributeIds,
  CallRequest,
  CallResponse,
  CancelRequest,
  CancelResponse,
  CreateMonitoredItemsRequest,
  CreateMonitoredItemsResponse,
  CreateSubscriptionRequest,
  CreateSubscriptionResponse,
  DataChangeFilter,
  DataType,
  EventFilter,
  MethodIds,
  ModifyMonitoredItemsRequest,
  ModifyMonitoredItemsResponse,
  MonitoredItemCreateRequest,
  MonitoredItemModifyRequest,
  MonitoringMode,
  NodeId,
  PublishRequest,
  PublishResponse,
  resolveNodeId,
  SetMonitoringModeRequest,
  SetMonitoringModeResponse,
  type DataChangeNotification,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawClient } from '../testing/raw-client.js';
import { createItem, id, subscribe, type ItemOptions } from '../testing/raw-items.js';
import { tag, TestOutlet } from '../testing/test-outlet.js';

let gateway: TestOutlet;
let client: RawClient;

beforeAll(async () => {
  gateway = await TestOutlet.start([
    tag('line/speed', { scalar: 'int32' }, { access: 'read-write', range: { low: 0, high: 100 } }),
    tag('line/level', { scalar: 'float64' }),
    tag('line/name', { scalar: 'string' }),
    tag('line/curve', { scalar: 'int32', arrayLength: 3 }, { access: 'read-write' }),
  ]);
  gateway.store.set(gateway.handle('line/speed'), 7);
  gateway.store.set(gateway.handle('line/level'), 1.5);
  gateway.store.set(gateway.handle('line/name'), 'filler');
  gateway.store.set(gateway.handle('line/curve'), [10, 20, 30]);
  client = await RawClient.withSession(gateway.outlet.port);
});

afterAll(async () => {
  client[Symbol.dispose]();
  await gateway[Symbol.asyncDispose]();
});

async function itemStatus(...[nodeId, options]: [NodeId, ItemOptions?]): Promise<string> {
  return (await createItem(client, await subscribe(client), nodeId, options)).statusCode.name;
}

describe('a monitored item is refused at once', () => {
  const server = resolveNodeId('i=2253');
  const serverState = resolveNodeId('i=2259');

  test.each([
    ['an attribute that there is not', id('line/speed'), { attributeId: 99 }, 'BadAttributeIdInvalid'],
    ['attribute 0', id('line/speed'), { attributeId: 0 }, 'BadAttributeIdInvalid'],
    [
      'an attribute of methods, of a tag',
      id('line/speed'),
      { attributeId: AttributeIds.Executable },
      'BadAttributeIdInvalid',
    ],
    ['the value of a folder', id('line'), {}, 'BadAttributeIdInvalid'],
    ['an attribute of methods, of the server', serverState, { attributeId: 21 }, 'BadAttributeIdInvalid'],
    ['an attribute that there is not, of the server', serverState, { attributeId: 99 }, 'BadAttributeIdInvalid'],
    [
      'an aggregate',
      id('line/speed'),
      { filter: new AggregateFilter({ aggregateType: new NodeId() }) },
      'BadMonitoredItemFilterUnsupported',
    ],
    [
      'a deadband of an unknown kind',
      id('line/speed'),
      { filter: Object.assign(new DataChangeFilter({}), { deadbandType: 3 }) },
      'BadDeadbandFilterInvalid',
    ],
    [
      'a deadband that is no number',
      id('line/level'),
      { filter: new DataChangeFilter({ trigger: 1, deadbandType: 1, deadbandValue: Number.NaN }) },
      'BadDeadbandFilterInvalid',
    ],
    [
      'an unknown trigger',
      id('line/speed'),
      { filter: Object.assign(new DataChangeFilter({}), { trigger: 7 }) },
      'BadMonitoredItemFilterInvalid',
    ],
    ['an unknown mode', id('line/speed'), { monitoringMode: 7 }, 'BadMonitoringModeInvalid'],
    [
      'events of a folder, which has none',
      id('line'),
      { attributeId: AttributeIds.EventNotifier, filter: new EventFilter({ selectClauses: [] }) },
      'BadNotSupported',
    ],
    ['events without a filter', server, { attributeId: AttributeIds.EventNotifier }, 'BadEventFilterInvalid'],
  ])('that asks for %s', async (_, nodeId, options, expected) => {
    expect(await itemStatus(nodeId, options)).toBe(expected);
  });

  test('also when it is modified, and by SetMonitoringMode', async () => {
    const subscriptionId = await subscribe(client);
    const { monitoredItemId } = await createItem(client, subscriptionId, id('line/speed'));
    const change = new MonitoredItemModifyRequest({ monitoredItemId, requestedParameters: { clientHandle: 1 } });
    const filter = Object.assign(new DataChangeFilter({}), { deadbandType: 3 });
    Object.assign(change.requestedParameters, { filter });
    const modify = new ModifyMonitoredItemsRequest({ subscriptionId, itemsToModify: [change], timestampsToReturn: 2 });
    const { results } = await client.ask(modify, ModifyMonitoredItemsResponse);
    expect(results![0].statusCode.name).toBe('BadDeadbandFilterInvalid');
    const mode = new SetMonitoringModeRequest({ subscriptionId, monitoredItemIds: [monitoredItemId] });
    Object.assign(mode, { monitoringMode: 7 });
    await expect(client.ask(mode, SetMonitoringModeResponse)).rejects.toThrow('BadMonitoringModeInvalid');
  });
});

test('a keep-alive says when it was sent', async () => {
  using quiet = await RawClient.withSession(gateway.outlet.port);
  const before = Date.now();
  const wanted = new CreateSubscriptionRequest({
    requestedPublishingInterval: 50,
    requestedLifetimeCount: 1_000,
    requestedMaxKeepAliveCount: 1,
    publishingEnabled: true,
  });
  await quiet.ask(wanted, CreateSubscriptionResponse);
  for (let i = 0; i < 2; i += 1) {
    const { notificationMessage } = await quiet.ask(new PublishRequest({}), PublishResponse);
    expect(notificationMessage.notificationData ?? []).toEqual([]);
    expect(notificationMessage.publishTime!.getTime()).toBeGreaterThanOrEqual(before);
  }
});

test('five subscriptions of one session, each with its items: GetMonitoredItems lists them, ResendData tells them again', async () => {
  using many = await RawClient.withSession(gateway.outlet.port);
  const ids: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const wanted = new CreateSubscriptionRequest({ requestedPublishingInterval: 50, publishingEnabled: true });
    Object.assign(wanted, { requestedLifetimeCount: 1_000, requestedMaxKeepAliveCount: 100 });
    ids.push((await many.ask(wanted, CreateSubscriptionResponse)).subscriptionId);
  }
  const [subscriptionId] = ids;
  const item = new MonitoredItemCreateRequest({
    itemToMonitor: { nodeId: id('line/speed'), attributeId: AttributeIds.Value },
    requestedParameters: { clientHandle: 77, samplingInterval: 0, queueSize: 1 },
    monitoringMode: MonitoringMode.Reporting,
  });
  const request = new CreateMonitoredItemsRequest({ subscriptionId, timestampsToReturn: 2, itemsToCreate: [item] });
  await many.ask(request, CreateMonitoredItemsResponse);
  /** Past the keep-alives of the subscriptions without items. */
  const valuesTold = async (): Promise<number> => {
    for (;;) {
      const { notificationMessage } = await many.ask(new PublishRequest({}), PublishResponse);
      const [told] = notificationMessage.notificationData ?? [];
      if (told) return (told as DataChangeNotification).monitoredItems!.length;
    }
  };
  expect(await valuesTold()).toBe(1);
  const call = async (methodId: number) => {
    const one = { objectId: resolveNodeId('i=2253'), methodId: resolveNodeId(`i=${methodId}`) };
    const inputArguments = [{ dataType: DataType.UInt32, value: subscriptionId }];
    const asked = new CallRequest({ methodsToCall: [{ ...one, inputArguments }] });
    return (await many.ask(asked, CallResponse)).results![0];
  };
  const listed = await call(MethodIds.Server_GetMonitoredItems);
  expect([...(listed.outputArguments![1].value as Uint32Array)]).toEqual([77]);
  expect((await call(MethodIds.Server_ResendData)).statusCode.name).toBe('Good');
  expect(await valuesTold()).toBe(1);
  expect(new Set(ids).size).toBe(5);
});

test('Cancel ends the Publish requests of a handle, and no others', async () => {
  using waiting = await RawClient.withSession(gateway.outlet.port);
  const wanted = new CreateSubscriptionRequest({ requestedPublishingInterval: 60_000, publishingEnabled: true });
  Object.assign(wanted, { requestedLifetimeCount: 1_000, requestedMaxKeepAliveCount: 100 });
  await waiting.ask(wanted, CreateSubscriptionResponse);
  for (const requestHandle of [7, 8, 7]) waiting.send(new PublishRequest({ requestHeader: { requestHandle } }));
  const cancelled = [waiting.answer(PublishResponse), waiting.answer(PublishResponse)].map(
    async (answer) => await expect(answer).rejects.toThrow('BadRequestCancelledByClient'),
  );
  const answer = waiting.ask(new CancelRequest({ requestHandle: 7 }), CancelResponse);
  await Promise.all(cancelled);
  expect((await answer).cancelCount).toBe(2);
  expect((await waiting.ask(new CancelRequest({ requestHandle: 7 }), CancelResponse)).cancelCount).toBe(0);
});
