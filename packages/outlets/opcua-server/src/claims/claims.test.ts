import {
  AttributeIds,
  ServerState,
  StatusCodes,
  VariableIds,
  type BrowseDescriptionOptions,
  type DataValue,
  type NodeIdLike,
  type ServerStatusDataType,
  type TimeZoneDataType,
} from 'node-opcua';
import { waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tag, TestClient, TestOutlet } from '../testing/test-outlet.js';
import { claimedProfiles } from './profiles.js';

let gateway: TestOutlet;
let client: TestClient;

beforeAll(async () => {
  gateway = await TestOutlet.start([
    tag('line/speed', { scalar: 'float32' }),
    tag('_system/generation', { scalar: 'uint32' }),
    ...['a', 'b'].map((device) => tag(`_system/devices/plc/${device}/state`, { scalar: 'string' })),
  ]);
  gateway.store.set(gateway.handle('_system/generation'), 7);
  client = await TestClient.connect(gateway);
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await gateway[Symbol.asyncDispose]();
});

const read = async (nodeId: NodeIdLike, attributeId = AttributeIds.Value): Promise<DataValue> =>
  await client.session.read({ nodeId, attributeId });
const value = async (id: number): Promise<unknown> => (await read(`i=${id}`)).value.value as unknown;

describe('the server says of itself what is true', () => {
  test('its profiles, by what it is configured to do', async () => {
    const profiles = await value(VariableIds.Server_ServerCapabilities_ServerProfileArray);
    expect(profiles).toEqual(claimedProfiles({ securityPolicies: ['None'], anonymous: true }));
    expect(await value(VariableIds.Server_ServerCapabilities_LocaleIdArray)).toEqual(['en']);
    const secured = claimedProfiles({ securityPolicies: ['Basic256Sha256'], anonymous: false });
    expect(secured).toContain('http://opcfoundation.org/UA-Profile/Server/EmbeddedUA2017');
    expect(secured.filter((uri) => uri.includes('Anonymous') || uri.endsWith('#None'))).toEqual([]);
    expect(claimedProfiles({ securityPolicies: ['None'], anonymous: true }).join()).not.toContain('UserName');
  });

  test('when it was built, and which version it is', async () => {
    const { buildInfo, state } = (await value(VariableIds.Server_ServerStatus)) as ServerStatusDataType;
    expect(buildInfo).toMatchObject({
      softwareVersion: '1.2.3',
      buildNumber: '1.2.3',
      manufacturerName: 'Fieldwarden',
    });
    const builtAtMs = buildInfo.buildDate!.getTime();
    expect(builtAtMs).toBeGreaterThan(Date.UTC(2026, 0, 1));
    expect(builtAtMs).toBeLessThanOrEqual(Date.now());
    expect(state).toBe(ServerState.Running);
  });

  test('what it takes: the same limits as it keeps', async () => {
    const limits: Record<string, unknown> = {};
    for (const name of [
      'MaxSessions',
      'MaxSubscriptions',
      'MaxSubscriptionsPerSession',
      'MaxMonitoredItems',
      'MaxMonitoredItemsPerSubscription',
      'MaxMonitoredItemsQueueSize',
      'MaxBrowseContinuationPoints',
      'MaxQueryContinuationPoints',
      'MaxHistoryContinuationPoints',
      'MaxArrayLength',
      'MinSupportedSampleRate',
      'OperationLimits_MaxNodesPerRead',
      'OperationLimits_MaxNodesPerWrite',
      'OperationLimits_MaxNodesPerBrowse',
      'OperationLimits_MaxNodesPerMethodCall',
      'OperationLimits_MaxNodesPerRegisterNodes',
      'OperationLimits_MaxNodesPerTranslateBrowsePathsToNodeIds',
      'OperationLimits_MaxMonitoredItemsPerCall',
    ]) {
      limits[name] = await value(VariableIds[`Server_ServerCapabilities_${name}` as keyof typeof VariableIds]);
    }
    expect(limits).toEqual({
      MaxSessions: 100,
      MaxSubscriptions: 1_000,
      MaxSubscriptionsPerSession: 100,
      MaxMonitoredItems: 300_000,
      MaxMonitoredItemsPerSubscription: 200_000,
      MaxMonitoredItemsQueueSize: 5_000,
      MaxBrowseContinuationPoints: 50,
      MaxQueryContinuationPoints: 0,
      MaxHistoryContinuationPoints: 64,
      MaxArrayLength: 1_048_576,
      MinSupportedSampleRate: 0,
      OperationLimits_MaxNodesPerRead: 10_000,
      OperationLimits_MaxNodesPerWrite: 10_000,
      OperationLimits_MaxNodesPerBrowse: 1_000,
      OperationLimits_MaxNodesPerMethodCall: 100,
      OperationLimits_MaxNodesPerRegisterNodes: 10_000,
      OperationLimits_MaxNodesPerTranslateBrowsePathsToNodeIds: 1_000,
      OperationLimits_MaxMonitoredItemsPerCall: 10_000,
    });
    const tooMany = Array.from({ length: 10_001 }, () => ({ nodeId: 'i=2258', attributeId: AttributeIds.Value }));
    await expect(client.session.read(tooMany)).rejects.toThrow('BadTooManyOperations');
    const calls = Array.from({ length: 101 }, () => ({ objectId: 'i=2253', methodId: 'i=11492' }));
    await expect(client.session.call(calls)).rejects.toThrow('BadTooManyOperations');
  });

  test('that it stands alone, and where', async () => {
    expect(await value(VariableIds.Server_ServerRedundancy_RedundancySupport)).toBe(0);
    const [own, ...others] = (await value(VariableIds.Server_ServerArray)) as string[];
    expect([own, others]).toEqual([expect.stringMatching(/^urn:.+:fieldwarden$/), []]);
    const { offset } = (await value(VariableIds.Server_LocalTime)) as TimeZoneDataType;
    expect(offset + new Date().getTimezoneOffset()).toBe(0);
  });

  test('how good its data is: ServiceLevel follows the devices', async () => {
    const level = async (): Promise<unknown> => await value(VariableIds.Server_ServiceLevel);
    expect(await level()).toBe(1);
    for (const device of ['a', 'b'])
      gateway.store.set(gateway.handle(`_system/devices/plc/${device}/state`), 'connected');
    await waitFor(async () => (await level()) === 255, { what: 'all devices' });
    gateway.store.set(gateway.handle('_system/devices/plc/a/state'), 'unreachable');
    await waitFor(async () => (await level()) === 99, { what: 'half of the devices' });
  });

  test('which namespaces there are (OPC 10000-5, 6.3.13)', async () => {
    const [, , ...own] = (await value(VariableIds.Server_NamespaceArray)) as string[];
    expect(own).toEqual(['urn:fieldwarden:test', 'urn:fieldwarden:server']);
    const uri = 'urn:fieldwarden:test';
    const { references } = await client.session.browse({
      nodeId: 'i=11715',
      resultMask: 63,
    } as BrowseDescriptionOptions);
    const found = references!.find(({ browseName }) => browseName.name === uri)!;
    const { references: properties } = await client.session.browse(String(found.nodeId));
    const told: Record<string, unknown> = {};
    for (const { browseName, nodeId } of properties!) told[browseName.name!] = (await read(nodeId)).value.value;
    expect(told).toMatchObject({ NamespaceUri: uri, NamespaceVersion: '7', IsNamespaceSubset: false });
    expect(told.NamespacePublicationDate).toBeInstanceOf(Date);
    expect((await read(found.nodeId, AttributeIds.DisplayName)).statusCode).toEqual(StatusCodes.Good);
  });
});

test('a server that stops says so to its clients, with the seconds that are left, before it goes', async () => {
  await using leaving = await TestOutlet.start([tag('line/speed', { scalar: 'float32' })]);
  await using watcher = await TestClient.connect(leaving);
  const subscription = await watcher.subscribe();
  const item = await subscription.monitor(
    { nodeId: 'i=2259', attributeId: AttributeIds.Value },
    { samplingInterval: 100, queueSize: 10 },
    2,
  );
  const states: unknown[] = [];
  item.on('changed', ({ value: { value: state } }) => void states.push(state));
  await waitFor(() => states.length > 0, { what: 'the present state' });
  const stopped = leaving.outlet.stop();
  await waitFor(() => states.includes(ServerState.Shutdown), { what: 'the state of a server that goes' });
  const { value: left } = await watcher.session.read({ nodeId: 'i=2992', attributeId: AttributeIds.Value });
  expect(left.value).toBeGreaterThan(0);
  await stopped;
});
