import type { AlarmList, CertificateList } from '@fieldwarden/admin-contract';
import { machineMethod, MachineExtras, serverUri, UaTestServer } from '@fieldwarden/driver-opcua-client/testing';
import { FaultProxy, waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';

const nodes = (prefix: string) => [
  {
    path: `${prefix}/speed`,
    address: `nsu=${serverUri};s=speed`,
    dataType: 'float32',
    access: 'read-write',
    scanMs: 100,
  },
  {
    path: `${prefix}/serial`,
    address: `nsu=${serverUri};s=serial`,
    dataType: 'int64',
    access: 'read-write',
    scanMs: 100,
  },
  { path: `${prefix}/label`, address: `nsu=${serverUri};s=label`, dataType: 'string', scanMs: 100 },
  { path: `${prefix}/cell`, address: `nsu=${serverUri};s=grid#[1,0]`, dataType: 'float64', scanMs: 100 },
  {
    path: `${prefix}/fixed`,
    address: `nsu=${serverUri};s=fixed`,
    dataType: 'int32',
    access: 'read-write',
    scanMs: 100,
  },
  { path: `${prefix}/absent`, address: `nsu=${serverUri};s=absent`, dataType: 'int32', scanMs: 100 },
];

const driver = (id: string, endpointUrl: string, options: object) => ({
  id,
  type: 'opcua-client',
  options: { endpointUrl, keepAliveMs: 500, reconnect: { initialMs: 100, maxMs: 200 }, ...options },
  devices: [{ id: 'machine', tags: nodes(id) }],
});

/** As the README has it: nodes of a server as tags (SPEC §9.3). */
describe('nodes of an OPC UA server as tags (§9.3)', () => {
  const open = new AsyncDisposableStack();
  let server: UaTestServer;
  let machine: MachineExtras;
  let secure: UaTestServer;
  let way: FaultProxy;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    server = open.use(await UaTestServer.start({ hasRecipes: true }));
    machine = new MachineExtras(server);
    secure = open.use(await UaTestServer.start({ isSecure: true, user: { name: 'otto', password: 'right' } }));
    way = open.use(await FaultProxy.listen({ targetPort: server.port }));
    gateway = open.use(
      await GatewayProcess.start({
        version: 1,
        site: 'ua',
        drivers: [
          driver('line', `opc.tcp://127.0.0.1:${way.port}`, { securityMode: 'None' }),
          driver('polled', server.url, { securityMode: 'None', mode: 'poll' }),
          { ...driver('hosted', server.url, { securityMode: 'None' }), isolation: 'host' },
          driver('secure', secure.url, { identity: { username: 'otto', password: 'right' } }),
        ],
      }),
    );
  });

  afterAll(() => open.disposeAsync());

  const shows = async (path: string, expected: object): Promise<void> => {
    await waitFor(async () => (expect(await gateway.tag(path)).toMatchObject(expected), true), {
      what: `${path} to show ${JSON.stringify(expected)}`,
      timeoutMs: 30_000,
    });
  };

  it.each(['line', 'polled', 'hosted'])('are read with their types, parts and status: %s', async (id) => {
    await shows(`${id}/speed`, { value: 12.5, status: 'Good' });
    await shows(`${id}/serial`, { value: '9007199254740993', status: 'Good' });
    await shows(`${id}/label`, { value: 'Filler', status: 'Good' });
    await shows(`${id}/cell`, { value: 4, status: 'Good' });
    await shows(`${id}/absent`, { status: 'BadNodeIdUnknown' });
    expect(await gateway.driver(id)).toMatchObject({ state: 'Healthy' });
  });

  it('tell each change, and are written with the answer of the server', async () => {
    server.set('speed', 13.5);
    for (const id of ['line', 'polled', 'hosted']) await shows(`${id}/speed`, { value: 13.5, status: 'Good' });
    expect(await gateway.write('line/serial', '-9007199254740995')).toMatchObject({ outcome: 'done' });
    await shows('hosted/serial', { value: '-9007199254740995' });
    expect(await gateway.write('hosted/speed', 20)).toMatchObject({ outcome: 'done' });
    await shows('line/speed', { value: 20 });
    expect(await gateway.write('line/fixed', 5)).toMatchObject({ outcome: 'rejected', status: 'BadNotWritable' });
  });

  it('are found by who browses, with type and access, and its methods are called', async () => {
    const found = await gateway.cli('drivers', 'browse', 'line', '--search', 'recorded');
    expect(found.stdout).toContain(`nsu=${serverUri};s=recorded`);
    const called = await gateway.cli(
      'drivers',
      'call',
      'line',
      '--object',
      machineMethod.object,
      machineMethod.method,
      '2',
      '0.5',
    );
    expect([called.code, called.stdout, called.stderr]).toEqual([0, expect.stringContaining('2.5'), '']);
  });

  it('bring the alarms of their server into the book of the gateway, where they are acknowledged', async () => {
    const isLevel = ({ driverId, conditionId }: AlarmList['alarms'][number]): boolean =>
      driverId === 'line' && conditionId.endsWith('s=LevelAlarm');
    machine.raise();
    const alarm = await waitFor(async () => (await gateway.get<AlarmList>('/alarms')).alarms.find(isLevel), {
      what: 'the alarm of the server',
      timeoutMs: 20_000,
    });
    expect(alarm).toMatchObject({ active: true, acknowledged: false });
    expect((await gateway.cli('alarms', 'ack', alarm.conditionId, '--driver', 'line')).code).toBe(0);
    await waitFor(async () => (await gateway.get<AlarmList>('/alarms')).alarms.find(isLevel)?.acknowledged, {
      what: 'the server to have it acknowledged',
      timeoutMs: 20_000,
    });
  });

  it('are Bad while the server is away, and as it has them once it is back', async () => {
    way.refuse();
    way.dropConnections();
    await shows('line/speed', { status: 'BadNoCommunication' });
    server.set('speed', 21);
    await way.accept();
    await shows('line/speed', { value: 21, status: 'Good' });
  });

  it('of a server that nobody trusts are Bad, until somebody trusts it with the command of the gateway', async () => {
    await shows('secure/speed', { status: 'BadNoCommunication' });
    const thumbprint = await waitFor(
      async () => /certs trust ([0-9A-F]{12})/.exec(JSON.stringify((await gateway.driver('secure')).lastError))?.[1],
      { what: 'the driver to say whom to trust', timeoutMs: 20_000 },
    );
    const { certificates } = await gateway.cliJson<CertificateList>('certs', 'list');
    expect(certificates.find((one) => one.thumbprint.startsWith(thumbprint))).toMatchObject({ store: 'rejected' });
    await gateway.cliJson('certs', 'trust', thumbprint);
    await shows('secure/speed', { value: 12.5, status: 'Good' });
  });
});
