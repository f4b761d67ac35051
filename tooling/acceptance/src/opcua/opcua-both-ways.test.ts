import type { AlarmList, CertificateList } from '@fieldwarden/admin-contract';
import { systemClock } from '@fieldwarden/core';
import { parseRigOptions, startRig, type Rig } from '@fieldwarden/rig';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import {
  AttributeIds,
  ClientMonitoredItem,
  ClientSubscription,
  DataType,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
  UserTokenType,
  type ClientSession,
  type DataValue,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';

const anyPorts = ['modbus', 's7', 'mqtt', 'opcua', 'control'].map((name) => `--${name}-port=0`);
const password = 'tall copper kettle';
const [speed, temperature, setpoint, mode] = ['speed', 'temperature', 'setpoint', 'mode'].map(
  (name) => `wrapping/wrapper/${name}`,
);
const neighbour = 'packaging/filler/speed';

const node = (name: string): string => `nsu=urn:fieldwarden:rig:wrapper;s=Wrapper.${name}`;

const plant = ({ ports }: Rig) => ({
  version: 1,
  site: 'both',
  opcua: { securityPolicies: ['None', 'Basic256Sha256'], anonymous: 'viewer' },
  drivers: [
    {
      id: 'packaging',
      type: 'modbus',
      options: { host: '127.0.0.1', port: ports.modbus },
      devices: [
        {
          id: 'filler',
          options: { unitId: 1 },
          tags: [{ path: neighbour, address: 400001, dataType: 'float32', scanMs: 200 }],
        },
      ],
    },
    {
      id: 'wrapping',
      type: 'opcua-client',
      isolation: 'host',
      options: {
        endpointUrl: `opc.tcp://127.0.0.1:${ports.opcua}`,
        reconnect: { initialMs: 100, maxMs: 300 },
      },
      devices: [
        {
          id: 'wrapper',
          tags: [
            { path: speed, address: node('Speed'), dataType: 'float64', unit: '1/min', scanMs: 200 },
            { path: temperature, address: node('Temperature'), dataType: 'float64', unit: '°C', scanMs: 200 },
            { path: setpoint, address: node('Setpoint'), dataType: 'float64', access: 'read-write', scanMs: 200 },
            { path: mode, address: node('Mode'), dataType: 'string', scanMs: 200 },
          ],
        },
      ],
    },
  ],
});

/** What a client of the gateway's own server is told of a tag. */
interface Told {
  readonly status: string;
  readonly value: unknown;
  readonly sourceTime: string | undefined;
}

/** The rig's machine comes in by the driver and goes out by the server of one gateway (SPEC §9.3, §10.1). */
describe('a machine with an OPC UA server, read and served again by one gateway', { timeout: 180_000 }, () => {
  const open = new AsyncDisposableStack();
  const told = new Map<string, Told[]>([speed, temperature, neighbour].map((path) => [path, []]));
  let rig: Rig;
  let gateway: GatewayProcess;
  let watcher: ClientSession;
  let trusted = '';

  beforeAll(async () => {
    // On a busy machine the server of the rig comes up in seconds.
    rig = open.use(await startRig(parseRigOptions(anyPorts, {}), systemClock));
    gateway = open.use(await GatewayProcess.start(plant(rig)));
    await trustMachine();
    await gateway.tagTurns(speed, 'Good', 60_000);
    await gateway.tagTurns(neighbour, 'Good');
    watcher = await watch();
  }, 180_000);

  afterAll(async () => await open.disposeAsync());

  /** As the message of the driver says it: by the command of the gateway. */
  async function trustMachine(): Promise<void> {
    const thumbprint = await waitFor(
      async () => {
        const { lastError } = await gateway.driver('wrapping');
        const named = /certs trust ([0-9A-F]{12})/.exec(JSON.stringify(lastError))?.[1];
        return named !== trusted && named;
      },
      { what: 'the driver to say whom to trust', timeoutMs: 60_000 },
    );
    trusted = thumbprint;
    await gateway.cliJson('certs', 'trust', thumbprint);
  }

  const endpoint = (): string => `opc.tcp://127.0.0.1:${gateway.port('OPC UA server')}/fieldwarden`;

  async function watch(): Promise<ClientSession> {
    const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
    await client.connect(endpoint());
    open.defer(() => client.disconnect());
    const session = await client.createSession();
    const subscription = ClientSubscription.create(session, {
      requestedPublishingInterval: 100,
      publishingEnabled: true,
    });
    for (const [path, list] of told) {
      const item = ClientMonitoredItem.create(
        subscription,
        { nodeId: `ns=2;s=${path}`, attributeId: AttributeIds.Value },
        { samplingInterval: 0, queueSize: 100 },
        TimestampsToReturn.Both,
      );
      item.on('changed', (value: DataValue) => list.push(toldOf(value)));
    }
    await waitFor(() => [...told.values()].every(({ length }) => length > 0), {
      what: 'first values',
      timeoutMs: 20_000,
    });
    return session;
  }

  async function turn(knobs: object): Promise<void> {
    const url = `http://127.0.0.1:${rig.ports.control}/plc/opcua/knobs`;
    const answer = await fetch(url, { method: 'PUT', body: JSON.stringify(knobs) });
    expect(answer.status, await answer.text()).toBe(200);
  }

  async function tellsOf(path: string, status: string, from: number): Promise<void> {
    await waitFor(
      () =>
        told
          .get(path)!
          .slice(from)
          .some((one) => one.status === status),
      {
        what: `${path} to be told ${status}`,
        timeoutMs: 60_000,
      },
    );
  }

  /** The statuses that a client was told since then, without repetitions. */
  const steps = (path: string, from: number): readonly string[] => {
    const list = told.get(path)!;
    return list.slice(from).flatMap(({ status }, i) => (status === list[from + i - 1]?.status ? [] : [status]));
  };

  it('shows the same value, status and time over OPC UA as in the API and at the command line', async () => {
    await gateway.tagTurns(mode, 'Good');
    const row = await gateway.tag(mode);
    expect(['SpeedingUp', 'Producing']).toContain(row.value);
    const served = await watcher.read({ nodeId: `ns=2;s=${setpoint}`, attributeId: AttributeIds.Value });
    const inApi = await gateway.tag(setpoint);
    const direct = await readAtMachine('Setpoint');
    expect([served.value.value, inApi.value, direct.value.value]).toEqual([50, 50, 50]);
    expect([served.statusCode.name, inApi.status]).toEqual(['Good', 'Good']);
    expect(served.sourceTimestamp?.toISOString()).toBe(new Date(inApi.sourceAt!).toISOString());
    expect((await gateway.cli('tags', 'read', setpoint)).stdout).toMatch(/50\b.*Good/s);
  });

  async function readAtMachine(name: string): Promise<DataValue> {
    const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
    await client.connect(`opc.tcp://127.0.0.1:${rig.ports.opcua}`);
    try {
      const session = await client.createSession();
      const namespace = (await session.readNamespaceArray()).indexOf('urn:fieldwarden:rig:wrapper');
      return await session.read({ nodeId: `ns=${namespace};s=Wrapper.${name}`, attributeId: AttributeIds.Value });
    } finally {
      await client.disconnect();
    }
  }

  it.each([
    ['is switched off and on', { stop: true }, {}],
    ['resets its connections', { drop: true }, {}],
    ['stands still', { standStill: true }, {}],
    ['is behind a black hole', { freeze: true }, {}],
    ['moves its namespace', { moveNamespace: true }, { moveNamespace: true }],
  ])('tells of a machine that %s: Bad, then Good with a newer time, and no other status', async (_, broken, healed) => {
    const from = told.get(speed)!.length;
    const before = told.get(speed)!.at(-1)!.sourceTime!;
    await turn(broken);
    await tellsOf(speed, 'BadNoCommunication', from);
    await turn(healed);
    const bad = told.get(speed)!.findIndex(({ status }, i) => i >= from && status === 'BadNoCommunication');
    await tellsOf(speed, 'Good', bad);
    expect(steps(speed, from)).toEqual(['BadNoCommunication', 'Good']);
    expect(told.get(speed)!.at(-1)!.sourceTime! > before).toBe(true);
  });

  it('tells of nodes that are gone each for itself, also when namespaces move back', async () => {
    const from = told.get(temperature)!.length;
    await turn({ dropNodes: true });
    await tellsOf(temperature, 'BadNodeIdUnknown', from);
    await waitFor(() => told.get(speed)!.at(-1)!.status === 'Good', { what: 'the speed again', timeoutMs: 60_000 });
    expect(steps(temperature, from)).toEqual(['BadNoCommunication', 'BadNodeIdUnknown']);
  });

  it('refuses a machine with another certificate until that is trusted, and says so', async () => {
    const from = told.get(speed)!.length;
    await turn({ renewCertificate: true, manyNodes: true });
    await tellsOf(speed, 'BadNoCommunication', from);
    await trustMachine();
    for (const path of [speed, temperature])
      await waitFor(() => told.get(path)!.at(-1)!.status === 'Good', { what: `${path} again`, timeoutMs: 60_000 });
    expect(steps(speed, from)).toEqual(['BadNoCommunication', 'Good']);
  });

  it('has not disturbed the scans of another driver with all this', async () => {
    expect(new Set(told.get(neighbour)!.map(({ status }) => status))).toEqual(new Set(['Good']));
    expect(await gateway.driver('packaging')).toMatchObject({ state: 'Healthy' });
  });

  it('finds one of 10,000 nodes of the machine by its name', async () => {
    // The first value that a device tells after a while ends that it is off-scan.
    await gateway.driverTurns('wrapping', 'Healthy', 20_000);
    const { code, stdout, stderr } = await gateway.cli('drivers', 'browse', 'wrapping', '--search', 'Film9876');
    expect([code, stderr, stdout]).toEqual([0, '', expect.stringContaining(node('Film9876'))]);
  });

  it('lets in an unknown client once the command line trusts it: it writes and recycles the driver', async () => {
    const answer = await gateway.ask('POST', '/users', { name: 'eva', role: 'engineer', areas: ['**'], password });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    const { path } = open.use(await temporaryDirectory('fieldwarden-client-'));
    const client = await strangerWith(path);
    await expect(client.connect(endpoint())).rejects.toThrow();
    await client.disconnect();
    const rejected = await waitFor(
      async () => {
        const { certificates } = await gateway.cliJson<CertificateList>('certs', 'list');
        return certificates.find(({ store, subject }) => store === 'rejected' && subject.includes('NodeOPCUA'));
      },
      { what: 'the certificate of the client among the rejected', timeoutMs: 20_000 },
    );
    await gateway.cliJson('certs', 'trust', rejected.thumbprint);
    const known = await strangerWith(path);
    await known.connect(endpoint());
    open.defer(() => known.disconnect());
    const session = await known.createSession({ type: UserTokenType.UserName, userName: 'eva', password });
    await gateway.tagTurns(setpoint, 'Good', 60_000);
    const value = { value: { dataType: DataType.Double, value: 110 } };
    const written = await session.write({ nodeId: `ns=2;s=${setpoint}`, attributeId: AttributeIds.Value, value });
    expect(written.name).toBe('Good');
    expect((await readAtMachine('Setpoint')).value.value).toBe(110);
    await raisesAlarm();
    const before = (await gateway.driver('wrapping')).pid;
    const namespace = (await session.readNamespaceArray()).indexOf('urn:fieldwarden:server');
    const called = await session.call({
      objectId: `ns=${namespace};s=Drivers/wrapping`,
      methodId: `ns=${namespace};s=Drivers/wrapping/recycle`,
    });
    expect(called.statusCode.name).toBe('Good');
    await waitFor(
      async () => {
        const { pid, state } = await gateway.driver('wrapping');
        return state === 'Healthy' && typeof pid === 'number' && pid !== before;
      },
      { what: 'another process of the driver', timeoutMs: 60_000 },
    );
    await gateway.tagTurns(speed, 'Good', 30_000);
  });

  /** A set point above 100 is an alarm of the machine, and so of the gateway. */
  async function raisesAlarm(): Promise<void> {
    await waitFor(
      async () =>
        (await gateway.get<AlarmList>('/alarms')).alarms.find(
          ({ conditionId, active }) => active && conditionId.endsWith('SetpointHigh'),
        ),
      { what: 'the alarm of the machine', timeoutMs: 30_000 },
    );
  }

  async function strangerWith(folder: string): Promise<OPCUAClient> {
    const certificates = new OPCUACertificateManager({
      rootFolder: folder,
      automaticallyAcceptUnknownCertificate: true,
    });
    await certificates.initialize();
    const client = OPCUAClient.create({
      endpointMustExist: false,
      securityMode: MessageSecurityMode.SignAndEncrypt,
      securityPolicy: SecurityPolicy.Basic256Sha256,
      clientCertificateManager: certificates,
      connectionStrategy: { maxRetry: 0 },
    });
    await client.createDefaultCertificate();
    return client;
  }
});

function toldOf({ value, statusCode, sourceTimestamp }: DataValue): Told {
  return { status: statusCode.name, value: value.value as unknown, sourceTime: sourceTimestamp?.toISOString() };
}
