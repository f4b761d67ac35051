import { FaultProxy, waitFor } from '@fieldwarden/testkit';
import {
  AttributeIds,
  BrowseDirection,
  MonitoringMode,
  StatusCodes,
  TimestampsToReturn,
  type ClientSessionRawSubscriptionService,
  type StatusCode,
} from 'node-opcua';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { tag, TestClient, TestOutlet } from './testing/test-outlet.js';

let gateway: TestOutlet;
let client: TestClient;

beforeAll(async () => {
  gateway = await TestOutlet.start([tag('line/speed', { scalar: 'float64' }, { access: 'read-write' })]);
  client = await TestClient.connect(gateway);
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

afterEach(() => expect(gateway.logger.messages('error')).toEqual([]));

describe('requests that a tag or folder can not serve', () => {
  test('history is BadHistoryOperationUnsupported', async () => {
    const result = await client.session.readHistoryValue(client.id('line/speed'), new Date(0), new Date());
    expect(result.statusCode).toEqual(StatusCodes.BadHistoryOperationUnsupported);
  });

  test('methods are refused', async () => {
    const objectIds = [client.id('line'), 'i=2253', client.id('line/speed'), client.id('nothing')];
    const results = await client.session.call(
      objectIds.map((objectId) => ({ objectId, methodId: 'i=11492', inputArguments: [] })),
    );
    expect(results.map(({ statusCode }) => statusCode)).toEqual([
      StatusCodes.BadMethodInvalid,
      StatusCodes.BadArgumentsMissing,
      StatusCodes.BadMethodInvalid,
      StatusCodes.BadNodeIdUnknown,
    ]);
  });

  test('bad browse descriptions are told apart', async () => {
    const browse = async (rest: object): Promise<StatusCode> =>
      (
        await client.session.browse({
          nodeId: client.id('line'),
          browseDirection: BrowseDirection.Forward,
          ...rest,
        } as never)
      ).statusCode;
    expect(await browse({ browseDirection: BrowseDirection.Invalid })).toEqual(StatusCodes.BadBrowseDirectionInvalid);
    expect(await browse({ referenceTypeId: 'i=85' })).toEqual(StatusCodes.BadReferenceTypeIdInvalid);
    expect(await browse({ referenceTypeId: 'i=99999' })).toEqual(StatusCodes.BadReferenceTypeIdInvalid);
    expect(await browse({ referenceTypeId: 'HasComponent' })).toEqual(StatusCodes.Good);
  });

  test('registered nodes are read and written under the id that they got', async () => {
    const [nodeId] = await client.session.registerNodes([client.id('line/speed')]);
    gateway.store.set(gateway.handle('line/speed'), 4);
    expect((await client.session.read({ nodeId, attributeId: AttributeIds.Value })).value.value).toBe(4);
  });

  test('other attributes than the value can be monitored and never change', async () => {
    const subscription = await client.subscribe();
    for (const [path, attributeId] of [
      ['line/speed', AttributeIds.DisplayName],
      ['line', AttributeIds.BrowseName],
    ] as const) {
      const item = await subscription.monitor(
        { nodeId: client.id(path), attributeId },
        { samplingInterval: 100 },
        TimestampsToReturn.Both,
      );
      const [value] = await new Promise<[{ statusCode: StatusCode }]>((resolve) =>
        item.once('changed', (...args) => resolve(args as never)),
      );
      expect(value.statusCode).toEqual(StatusCodes.Good);
      await item.terminate();
    }
    await subscription.terminate();
  });

  test('items that report when another one does get their values', async () => {
    const subscription = await client.subscribe();
    const trigger = await client.monitor(subscription, 'line/speed');
    const linked = await client.monitor(subscription, 'line/speed');
    await linked.item.setMonitoringMode(MonitoringMode.Sampling);
    await subscription.setTriggering(trigger.item, [linked.item], []);
    const before = linked.received.length;
    gateway.store.set(gateway.handle('line/speed'), 77);
    await waitFor(() => trigger.received.at(-1)?.value.value === 77, { what: 'the trigger' });
    gateway.store.set(gateway.handle('line/speed'), 78);
    await waitFor(() => linked.received.length > before, { what: 'the linked item' });
    await subscription.terminate();
  });
});

test('a request that the library trips over is answered, and the process lives', async () => {
  const subscription = await client.subscribe();
  const session = client.session as unknown as ClientSessionRawSubscriptionService;
  const item = {
    itemToMonitor: { nodeId: 'i=2258', attributeId: AttributeIds.Value },
    requestedParameters: { clientHandle: 1, samplingInterval: Number.NaN, queueSize: 1 },
    monitoringMode: MonitoringMode.Reporting,
  };
  const request = { subscriptionId: subscription.subscriptionId, timestampsToReturn: 2, itemsToCreate: [item] };
  await expect(session.createMonitoredItems(request)).rejects.toThrow(/BadInternalError/);
  expect(gateway.logger.messages('warn')).toEqual([expect.stringContaining('CreateMonitoredItemsRequest failed')]);
  await subscription.terminate();
});

test('a client whose connection broke gets what changed meanwhile, on the subscription that it had', async () => {
  await using proxy = await FaultProxy.listen({ targetPort: gateway.outlet.port });
  const url = `opc.tcp://127.0.0.1:${proxy.port}/fieldwarden`;
  const reconnecting = { connectionStrategy: { maxRetry: -1, initialDelay: 20, maxDelay: 100 } };
  await using roaming = await TestClient.connect(gateway, reconnecting, url);
  const subscription = await roaming.subscribe();
  const item = await roaming.monitor(subscription, 'line/speed');
  await waitFor(() => item.received.length >= 1, { what: 'the first value' });
  proxy.refuse();
  proxy.dropConnections();
  for (const value of [101, 102, 103]) gateway.store.set(gateway.handle('line/speed'), value);
  await proxy.accept();
  await waitFor(() => item.received.at(-1)?.value.value === 103, { what: 'the missed values', timeoutMs: 20_000 });
  // A client that had to transfer its subscription asks for the present value once more (Part 4, 5.14.7, sendInitialValues).
  const told = [...new Set(item.received.map(({ value }) => value.value as number))];
  expect(told.slice(-3)).toEqual([101, 102, 103]);
  expect(gateway.outlet.statistics()).toMatchObject({ subscriptions: 1, monitoredItems: 1 });
});
