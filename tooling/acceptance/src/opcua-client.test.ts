import { waitFor } from '@fieldwarden/testkit';
import {
  AttributeIds,
  ClientMonitoredItem,
  ClientSubscription,
  DataType,
  MessageSecurityMode,
  OPCUAClient,
  SecurityPolicy,
  ServerState,
  StatusCodes,
  TimestampsToReturn,
  type ClientSession,
  type DataValue,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';
import { linePlant, LinePlcs } from './line-plant.js';

describe('an OPC UA client of the gateway (§10.1)', () => {
  let plcs: LinePlcs;
  let gateway: GatewayProcess;
  let client: OPCUAClient;
  let session: ClientSession;

  beforeAll(async () => {
    plcs = await LinePlcs.start();
    gateway = await GatewayProcess.start(linePlant(plcs));
    for (const path of ['line/unit-1/speed', 'line/unit-2/speed', 'line/press/count'])
      await gateway.tagTurns(path, 'Good');
    client = OPCUAClient.create({
      endpointMustExist: false,
      securityMode: MessageSecurityMode.None,
      securityPolicy: SecurityPolicy.None,
      connectionStrategy: { maxRetry: 1 },
    });
    await client.connect(`opc.tcp://127.0.0.1:${gateway.runFile.opcuaPort}/fieldwarden`);
    session = await client.createSession();
  });

  afterAll(async () => {
    await session.close();
    await client.disconnect();
    await gateway[Symbol.asyncDispose]();
    await plcs[Symbol.asyncDispose]();
  });

  async function nodeId(path: string): Promise<string> {
    const namespaces = await session.readNamespaceArray();
    return `ns=${namespaces.indexOf('urn:fieldwarden:line')};s=${path}`;
  }

  async function read(path: string): Promise<DataValue> {
    return await session.read({ nodeId: await nodeId(path), attributeId: AttributeIds.Value });
  }

  it('browses the folders of the paths', async () => {
    const names = async (id: string): Promise<(string | null)[]> => {
      const { references } = await session.browse(id);
      return (references ?? []).map(({ browseName }) => browseName.name ?? null);
    };
    expect(await names('ObjectsFolder')).toContain('line');
    expect((await names(await nodeId('line'))).sort()).toEqual(['press', 'unit-1', 'unit-2', 'unit-3']);
    expect((await names(await nodeId('line/press'))).sort()).toEqual(['count', 'force']);
  });

  it('reads values of both kinds of PLC with status and source time', async () => {
    for (const [path, value] of [
      ['line/unit-2/speed', 3],
      ['line/press/force', 81.5],
      ['line/press/count', -7],
    ] as const) {
      // prettier-ignore
      const answer = await read(path);
      expect(answer.value.value).toBe(value);
      expect(answer.statusCode).toBe(StatusCodes.Good);
      expect(answer.sourceTimestamp).toBeInstanceOf(Date);
    }
  });

  it('is told of changes, and of the very status when the device falls silent', async () => {
    const subscription = ClientSubscription.create(session, {
      requestedPublishingInterval: 100,
      publishingEnabled: true,
    });
    const item = ClientMonitoredItem.create(
      subscription,
      { nodeId: await nodeId('line/unit-2/speed'), attributeId: AttributeIds.Value },
      { samplingInterval: 500, queueSize: 100 },
      TimestampsToReturn.Both,
    );
    const seen: DataValue[] = [];
    item.on('changed', (value: DataValue) => seen.push(value));
    await waitFor(() => seen.length > 0, { what: 'the first value' });
    plcs.modbus.unit(2).memory.holdingRegisters.setValue(0, { scalar: 'float32' }, 77);
    await waitFor(() => seen.some(({ value }) => value.value === 77), { what: 'the change' });
    plcs.modbus.unit(2).knobs = { silent: true };
    await waitFor(() => seen.some(({ statusCode }) => statusCode.isBad()), { what: 'a bad status' });
    plcs.modbus.unit(2).knobs = {};
    await waitFor(() => seen.at(-1)?.statusCode === StatusCodes.Good, { what: 'good again', timeoutMs: 20_000 });
    await subscription.terminate();
  });

  it('gets the outcome of the device as the answer to a write', async () => {
    const write = async (path: string, dataType: DataType, value: unknown) =>
      await session.write({
        nodeId: await nodeId(path),
        attributeId: AttributeIds.Value,
        value: { value: { dataType, value } },
      });
    expect(await write('line/press/count', DataType.Int16, 99)).toBe(StatusCodes.Good);
    expect(plcs.db1.readInt16BE(4)).toBe(99);
    expect(await write('line/unit-1/setpoint', DataType.Float, 500)).toBe(StatusCodes.BadOutOfRange);
    expect(await write('line/unit-1/setpoint', DataType.String, 'x')).toBe(StatusCodes.BadTypeMismatch);
    expect((await write('line/unit-1/speed', DataType.Float, 1)).isBad()).toBe(true);
    plcs.modbus.unit(1).knobs = { exceptionCode: 4 };
    expect(await write('line/unit-1/setpoint', DataType.Float, 50)).toBe(StatusCodes.BadDeviceFailure);
    plcs.modbus.unit(1).knobs = {};
  });

  it('that asks for an interval gets the newest value in each, and one that asks for none each change', async () => {
    const subscription = ClientSubscription.create(session, {
      requestedPublishingInterval: 50,
      publishingEnabled: true,
    });
    const id = await nodeId('line/unit-2/speed');
    const seen = new Map<number, DataValue[]>();
    for (const samplingInterval of [0, 30_000]) {
      const item = ClientMonitoredItem.create(
        subscription,
        { nodeId: id, attributeId: AttributeIds.Value },
        { samplingInterval, queueSize: 100 },
        TimestampsToReturn.Both,
      );
      const values: DataValue[] = [];
      item.on('changed', (value: DataValue) => values.push(value));
      seen.set(samplingInterval, values);
      await waitFor(() => values.length > 0, { what: 'the first value' });
    }
    for (const speed of [201, 202, 203, 204]) {
      plcs.modbus.unit(2).memory.holdingRegisters.setValue(0, { scalar: 'float32' }, speed);
      await waitFor(() => seen.get(0)!.at(-1)?.value.value === speed, { what: `the change to ${speed}` });
    }
    expect(seen.get(30_000)!.length).toBeLessThan(seen.get(0)!.length);
    await subscription.terminate();
  });

  it('reads how good the data is, of which generation the tags are, and what the server can', async () => {
    const value = async (id: string): Promise<unknown> =>
      (await session.read({ nodeId: id, attributeId: AttributeIds.Value })).value.value as unknown;
    await waitFor(async () => (await value('i=2267')) === 255, { what: 'all devices', timeoutMs: 20_000 });
    const { references } = await session.browse('i=11715');
    const metadata = references!.find(({ browseName }) => browseName.name === 'urn:fieldwarden:line')!;
    const { references: properties } = await session.browse(metadata.nodeId.toString());
    const version = properties!.find(({ browseName }) => browseName.name === 'NamespaceVersion')!;
    expect(await value(version.nodeId.toString())).toBe(String((await gateway.status()).generation));
    expect(await value('i=2269')).toContain('http://opcfoundation.org/UA-Profile/Server/Methods');
  });

  it('finds an object with methods for each driver, which somebody without a name can not call', async () => {
    const namespace = (await session.readNamespaceArray()).indexOf('urn:fieldwarden:server');
    const { references } = await session.browse(`ns=${namespace};s=Drivers`);
    const drivers = references!.map(({ browseName }) => browseName.name);
    expect(drivers).toEqual(expect.arrayContaining((await gateway.drivers()).map(({ id }) => id)));
    const method = `ns=${namespace};s=Drivers/${drivers[0]}/restart`;
    const { value } = await session.read({ nodeId: method, attributeId: AttributeIds.UserExecutable });
    expect(value.value).toBe(false);
  });

  it('is counted in the status of the gateway', async () => {
    expect((await gateway.status()).opcua).toMatchObject({ sessions: 1 });
  });

  it('is told that the server goes, when the gateway stops', async () => {
    const subscription = ClientSubscription.create(session, {
      requestedPublishingInterval: 50,
      publishingEnabled: true,
    });
    const item = ClientMonitoredItem.create(
      subscription,
      { nodeId: 'i=2259', attributeId: AttributeIds.Value },
      { samplingInterval: 50, queueSize: 10 },
      TimestampsToReturn.Both,
    );
    const states: unknown[] = [];
    item.on('changed', ({ value }: DataValue) => states.push(value.value));
    await waitFor(() => states.length > 0, { what: 'the state of the server' });
    expect(await gateway.stop()).toBe(0);
    expect(states).toEqual([ServerState.Running, ServerState.Shutdown]);
  });
});
