import {
  AggregateFilter,
  AttributeIds,
  BrowseDescription,
  BrowsePath,
  BrowseRequest,
  BrowseResponse,
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
  DataValue,
  EventFilter,
  FindServersRequest,
  FindServersResponse,
  GetEndpointsRequest,
  GetEndpointsResponse,
  MethodIds,
  ModifyMonitoredItemsRequest,
  ModifyMonitoredItemsResponse,
  MonitoredItemCreateRequest,
  MonitoredItemModifyRequest,
  MonitoringMode,
  NodeId,
  NodeIdType,
  NumericRange,
  PublishRequest,
  PublishResponse,
  ReadRequest,
  ReadResponse,
  ReadValueId,
  RegisterNodesRequest,
  RegisterNodesResponse,
  RelativePath,
  RelativePathElement,
  resolveNodeId,
  SetMonitoringModeRequest,
  SetMonitoringModeResponse,
  TranslateBrowsePathsToNodeIdsRequest,
  TranslateBrowsePathsToNodeIdsResponse,
  UnregisterNodesRequest,
  UnregisterNodesResponse,
  VariableIds,
  WriteRequest,
  WriteResponse,
  WriteValue,
  type DataChangeNotification,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawClient } from '../testing/raw-client.js';
import { tag, TestOutlet } from '../testing/test-outlet.js';

const namespace = 2;

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

const id = (path: string): NodeId => new NodeId(NodeIdType.STRING, path, namespace);

/** Stands for the index range of a request until its bytes are changed. */
const marker = '11:99';

/** In place of the marker an empty text, which no constructor of the library sends. */
function emptyRange(bytes: Buffer): Buffer {
  const at = bytes.indexOf(marker) - 4;
  const changed = Buffer.concat([bytes.subarray(0, at + 4), bytes.subarray(at + 4 + marker.length)]);
  changed.writeUInt32LE(0, at);
  return changed;
}

interface ReadOptions {
  readonly attributeId?: number;
  readonly indexRange?: string;
  readonly dataEncoding?: string;
}

async function read(
  nodeId: NodeId,
  { attributeId = AttributeIds.Value, indexRange, dataEncoding }: ReadOptions = {},
  change?: (bytes: Buffer) => Buffer,
): Promise<DataValue> {
  const one = new ReadValueId({
    nodeId,
    attributeId,
    indexRange: indexRange === undefined ? undefined : new NumericRange(indexRange),
    dataEncoding: { name: dataEncoding },
  });
  const request = new ReadRequest({ nodesToRead: [one], timestampsToReturn: 2 });
  return (await client.ask(request, ReadResponse, change)).results![0];
}

const statusOf = async (...asked: Parameters<typeof read>): Promise<string> => (await read(...asked)).statusCode.name;

async function write(one: WriteValue, change?: (bytes: Buffer) => Buffer): Promise<string> {
  const { results } = await client.ask(new WriteRequest({ nodesToWrite: [one] }), WriteResponse, change);
  return results![0].name;
}

async function subscribe(): Promise<number> {
  const wanted = new CreateSubscriptionRequest({
    requestedPublishingInterval: 50,
    requestedLifetimeCount: 1_000,
    requestedMaxKeepAliveCount: 1,
    publishingEnabled: true,
  });
  return (await client.ask(wanted, CreateSubscriptionResponse)).subscriptionId;
}

interface ItemOptions {
  readonly attributeId?: number;
  readonly indexRange?: string;
  readonly filter?: object;
  readonly monitoringMode?: number;
}

async function createItem(
  subscriptionId: number,
  nodeId: NodeId,
  { attributeId = AttributeIds.Value, indexRange, filter, monitoringMode = MonitoringMode.Reporting }: ItemOptions = {},
  change?: (bytes: Buffer) => Buffer,
) {
  const item = new MonitoredItemCreateRequest({
    itemToMonitor: {
      nodeId,
      indexRange: indexRange === undefined ? undefined : new NumericRange(indexRange),
    },
    requestedParameters: { clientHandle: 1, samplingInterval: 0, queueSize: 10, discardOldest: true },
  });
  const request = new CreateMonitoredItemsRequest({ subscriptionId, timestampsToReturn: 2, itemsToCreate: [item] });
  // The constructors take only what there is.
  const [sent] = request.itemsToCreate!;
  Object.assign(sent, { monitoringMode });
  Object.assign(sent.itemToMonitor, { attributeId });
  Object.assign(sent.requestedParameters, { filter: filter ?? null });
  return (await client.ask(request, CreateMonitoredItemsResponse, change)).results![0];
}

async function itemStatus(...[nodeId, options]: [NodeId, ItemOptions?]): Promise<string> {
  return (await createItem(await subscribe(), nodeId, options)).statusCode.name;
}

describe('an index range (OPC 10000-4, 7.27)', () => {
  test('that is an empty text means all, as a null one does: read, written and monitored', async () => {
    const all = await read(id('line/curve'), { indexRange: marker }, emptyRange);
    expect([all.statusCode.name, all.value.value]).toEqual(['Good', Int32Array.of(10, 20, 30)]);
    expect((await read(id('line/speed'), { indexRange: marker }, emptyRange)).value.value).toBe(7);
    const value = new DataValue({ value: { dataType: DataType.Int32, arrayType: 1, value: Int32Array.of(4, 5, 6) } });
    const one = new WriteValue({ nodeId: id('line/curve'), attributeId: 13, value });
    one.indexRange = new NumericRange(marker);
    expect(await write(one, emptyRange)).toBe('Good');
    expect(gateway.writer.writes.at(-1)).toMatchObject({ path: 'line/curve', value: [4, 5, 6] });
    const subscriptionId = await subscribe();
    const made = await createItem(subscriptionId, id('line/curve'), { indexRange: marker }, emptyRange);
    expect(made.statusCode.name).toBe('Good');
    const { notificationMessage } = await client.ask(new PublishRequest({}), PublishResponse);
    const { monitoredItems } = notificationMessage.notificationData![0] as DataChangeNotification;
    expect(monitoredItems![0].value.value.value).toEqual(Int32Array.of(10, 20, 30));
  });

  test('of a value that has no elements finds no data; of a text it is a part', async () => {
    for (const indexRange of ['0', '0:1']) {
      expect(await statusOf(id('line/speed'), { indexRange })).toBe('BadIndexRangeNoData');
    }
    expect(await statusOf(id('line/curve'), { indexRange: '0:1,0:1' })).toBe('BadIndexRangeNoData');
    expect((await read(id('line/name'), { indexRange: '0:2' })).value.value).toBe('fil');
    expect(await statusOf(id('line/curve'), { indexRange: '2:1' })).toBe('BadIndexRangeInvalid');
    const subscriptionId = await subscribe();
    await createItem(subscriptionId, id('line/speed'), { indexRange: '0' });
    const { notificationMessage } = await client.ask(new PublishRequest({}), PublishResponse);
    const { monitoredItems } = notificationMessage.notificationData![0] as DataChangeNotification;
    expect(monitoredItems![0].value.statusCode.name).toBe('BadIndexRangeNoData');
  });

  test('of a write is not served, and AccessLevelEx says so', async () => {
    const full = 0x400;
    expect((await read(id('line/curve'), { attributeId: AttributeIds.AccessLevelEx })).value.value).toBe(3 + full);
    expect((await read(id('line/speed'), { attributeId: AttributeIds.AccessLevel })).value.value).toBe(3);
  });
});

test('a data encoding is known by its browse name, and by the name without a space', async () => {
  for (const dataEncoding of ['Default Binary', 'DefaultBinary']) {
    expect(await statusOf(id('line/speed#EURange'), { dataEncoding })).toBe('Good');
  }
  expect(await statusOf(id('line/speed#EURange'), { dataEncoding: 'Default XML' })).toBe('BadDataEncodingUnsupported');
  expect(await statusOf(id('line/speed#EURange'), { dataEncoding: 'nonsense' })).toBe('BadDataEncodingInvalid');
});

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
    const subscriptionId = await subscribe();
    const { monitoredItemId } = await createItem(subscriptionId, id('line/speed'));
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

test('registered nodes keep their ids, and are read, written, browsed and monitored by them', async () => {
  const wanted = [id('line/speed'), id('line'), resolveNodeId('i=2258'), id('nothing')];
  const register = new RegisterNodesRequest({ nodesToRegister: wanted });
  const { registeredNodeIds } = await client.ask(register, RegisterNodesResponse);
  expect(registeredNodeIds!.map(String)).toEqual(wanted.map(String));
  const [speed, line] = registeredNodeIds!;
  expect(await statusOf(speed)).toBe('Good');
  expect(await itemStatus(speed)).toBe('Good');
  const nodesToBrowse = [new BrowseDescription({ nodeId: line, resultMask: 63 })];
  const { results } = await client.ask(new BrowseRequest({ nodesToBrowse }), BrowseResponse);
  expect(results![0].references).not.toHaveLength(0);
  const unregister = new UnregisterNodesRequest({ nodesToUnregister: registeredNodeIds });
  await client.ask(unregister, UnregisterNodesResponse);
  const many = new RegisterNodesRequest({
    nodesToRegister: Array.from({ length: 10_001 }, () => resolveNodeId('i=84')),
  });
  await expect(client.ask(many, RegisterNodesResponse)).rejects.toThrow('BadTooManyOperations');
});

describe('browse paths', () => {
  async function follow(start: NodeId, ...steps: readonly (readonly [name: string, ns: number, inverse: boolean])[]) {
    const elements = steps.map(
      ([name, namespaceIndex, isInverse]) =>
        new RelativePathElement({
          referenceTypeId: resolveNodeId('i=33'),
          isInverse,
          includeSubtypes: true,
          targetName: { name, namespaceIndex },
        }),
    );
    const path = new BrowsePath({ startingNode: start, relativePath: new RelativePath({ elements }) });
    const request = new TranslateBrowsePathsToNodeIdsRequest({ browsePaths: [path] });
    const { results } = await client.ask(request, TranslateBrowsePathsToNodeIdsResponse);
    const [{ statusCode, targets }] = results!;
    return statusCode.isGood() ? targets!.map(({ targetId }) => targetId.toString()) : statusCode.name;
  }

  test('lead back as well', async () => {
    expect(await follow(id('line/speed'), ['line', 2, true])).toEqual(['ns=2;s=line']);
    expect(await follow(id('line'), ['Objects', 0, true])).toEqual(['ns=0;i=85']);
    expect(await follow(id('line/speed#EURange'), ['speed', 2, true])).toEqual(['ns=2;s=line/speed']);
    expect(await follow(id('line/speed'), ['line', 2, true], ['name', 2, false])).toEqual(['ns=2;s=line/name']);
    expect(await follow(id('line/speed'), ['other', 2, true])).toBe('BadNoMatch');
    expect(await follow(id('line/speed'), ['line', 0, true])).toBe('BadNoMatch');
  });

  test('that end in the wrong namespace, or have no name, are told apart', async () => {
    expect(await follow(id('line'), ['speed', 2, false])).toEqual(['ns=2;s=line/speed']);
    expect(await follow(id('line'), ['speed', 0, false])).toBe('BadNoMatch');
    expect(await follow(id('nothing'), ['speed', 2, false])).toBe('BadNodeIdUnknown');
  });
});

test('GetEndpoints names the discovery URL by which the client came, and gives policy None no rank', async () => {
  const endpointUrl = `opc.tcp://localhost:${gateway.outlet.port}`;
  const { endpoints } = await client.ask(new GetEndpointsRequest({ endpointUrl }), GetEndpointsResponse);
  expect(endpoints![0].server.discoveryUrls).toEqual([`${endpointUrl}/fieldwarden`]);
  expect(endpoints!.map(({ securityLevel }) => securityLevel)).toEqual([0]);
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

describe('a write', () => {
  test('of what nobody can write says so, whoever asks', async () => {
    const value = new DataValue({ value: { dataType: DataType.Int32, value: 1 } });
    for (const nodeId of [
      VariableIds.Server_ServerStatus_State,
      VariableIds.Server_ServerStatus,
      VariableIds.Server_NamespaceArray,
    ]) {
      const one = new WriteValue({ nodeId: resolveNodeId(nodeId), attributeId: AttributeIds.Value, value });
      expect(await write(one)).toBe('BadNotWritable');
    }
  });

  test('may bring its own times, which do not count', async () => {
    const now = new Date();
    const value = new DataValue({ value: { dataType: DataType.Int32, value: 3 }, sourceTimestamp: now });
    expect(await write(new WriteValue({ nodeId: id('line/speed'), attributeId: 13, value }))).toBe('Good');
  });
});

test('FindServers names the server, under the URL by which the client came', async () => {
  const endpointUrl = `opc.tcp://localhost:${gateway.outlet.port}/fieldwarden`;
  const { servers } = await client.ask(new FindServersRequest({ endpointUrl }), FindServersResponse);
  expect(servers!.map(({ discoveryUrls }) => discoveryUrls)).toEqual([[endpointUrl]]);
  const others = new FindServersRequest({ endpointUrl, serverUris: ['urn:another:server'] });
  expect((await client.ask(others, FindServersResponse)).servers ?? []).toEqual([]);
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

test('MinSupportedSampleRate is 0: values are told when they change', async () => {
  const node = resolveNodeId(VariableIds.Server_ServerCapabilities_MinSupportedSampleRate);
  expect((await read(node)).value.value).toBe(0);
});

test('limits for what is not served are not there', async () => {
  for (const nodeId of ['i=12167', 'i=12168']) expect(await statusOf(resolveNodeId(nodeId))).toBe('BadNodeIdUnknown');
});
