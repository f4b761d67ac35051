import {
  AttributeIds,
  BrowseDescription,
  BrowsePath,
  BrowseRequest,
  BrowseResponse,
  DataType,
  DataValue,
  FindServersRequest,
  FindServersResponse,
  GetEndpointsRequest,
  GetEndpointsResponse,
  type NodeId,
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
import { createItem, id, subscribe } from '../testing/raw-items.js';
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
    const subscriptionId = await subscribe(client);
    const made = await createItem(client, subscriptionId, id('line/curve'), { indexRange: marker }, emptyRange);
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
    const subscriptionId = await subscribe(client);
    await createItem(client, subscriptionId, id('line/speed'), { indexRange: '0' });
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

test('registered nodes keep their ids, and are read, written, browsed and monitored by them', async () => {
  const wanted = [id('line/speed'), id('line'), resolveNodeId('i=2258'), id('nothing')];
  const register = new RegisterNodesRequest({ nodesToRegister: wanted });
  const { registeredNodeIds } = await client.ask(register, RegisterNodesResponse);
  expect(registeredNodeIds!.map(String)).toEqual(wanted.map(String));
  const [speed, line] = registeredNodeIds!;
  expect(await statusOf(speed)).toBe('Good');
  expect((await createItem(client, await subscribe(client), speed)).statusCode.name).toBe('Good');
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

test('MinSupportedSampleRate is 0: values are told when they change', async () => {
  const node = resolveNodeId(VariableIds.Server_ServerCapabilities_MinSupportedSampleRate);
  expect((await read(node)).value.value).toBe(0);
});

test('limits for what is not served are not there', async () => {
  for (const nodeId of ['i=12167', 'i=12168']) expect(await statusOf(resolveNodeId(nodeId))).toBe('BadNodeIdUnknown');
});
