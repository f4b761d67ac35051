import type { AlarmList, AlarmRow, ServiceList } from '@fieldwarden/admin-contract';
import { waitFor } from '@fieldwarden/testkit';
import { AttributeIds, type ClientSession } from 'node-opcua';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { ConditionList } from './opcua-conditions.js';
import { OpcuaPeople, tagNodeId as nodeId, writeFloat as write } from './opcua-people.js';

const password = 'tall copper kettle';

const plant = {
  version: 1,
  site: 'people',
  alarms: [
    {
      id: 'filler-hot',
      path: 'packaging/setpoint',
      condition: { type: 'limit', high: 80 },
      priority: 'high',
      message: 'Filler is hot',
    },
  ],
  modbusServer: {
    port: 0,
    areas: ['packaging/**'],
    units: [{ map: [{ path: 'bottling/setpoint', address: 'HR0', access: 'read-write' }] }],
  },
  drivers: [
    {
      id: 'sim',
      type: 'simulator',
      devices: [
        {
          id: 'd',
          tags: ['packaging/setpoint', 'bottling/setpoint'].map((path) => ({
            path,
            address: 'memory',
            dataType: 'float32',
            access: 'read-write',
          })),
        },
      ],
    },
  ],
};

describe('OPC UA users of a gateway whose server has a process of its own (§13.1, §13.2)', () => {
  const open = new AsyncDisposableStack();
  let gateway: GatewayProcess;
  let people: OpcuaPeople;

  beforeAll(async () => {
    const home = mkdtempSync(join(tmpdir(), 'fieldwarden-'));
    open.defer(() => rmSync(home, { recursive: true, force: true }));
    people = open.use(await OpcuaPeople.trustedIn(home));
    gateway = open.use(await GatewayProcess.launch({ plant, home }));
    await gateway.tagTurns('packaging/setpoint', 'Good');
    await account('vera', 'viewer', ['**']);
    await account('otto', 'operator', ['packaging/**']);
    await account('bodo', 'operator', ['bottling/**']);
  });

  afterAll(async () => await open.disposeAsync());

  async function account(name: string, role: string, areas: readonly string[]): Promise<void> {
    const { status, body } = await gateway.ask('POST', '/users', { name, role, areas, password });
    expect(status, JSON.stringify(body)).toBe(200);
  }

  /** Runs what somebody does in a session of theirs. */
  async function as<T>(userName: string, work: (session: ClientSession) => Promise<T>, word = password): Promise<T> {
    return await people.as(gateway, { user: userName, password: word }, work);
  }

  interface AuditRow {
    readonly user: string;
    readonly via: string;
    readonly action: string;
    readonly subject: string;
    readonly before?: unknown;
    readonly after?: unknown;
    readonly outcome: string;
    readonly reason?: string;
  }

  function auditRows(wanted: Partial<AuditRow>): readonly AuditRow[] {
    const lines = readFileSync(join(gateway.home, 'audit.log'), 'utf8').trim().split('\n');
    const rows = lines.map((line) => JSON.parse(line) as AuditRow);
    return rows.filter((row) =>
      Object.entries(wanted).every(([field, value]) => row[field as keyof AuditRow] === value),
    );
  }

  async function rowOf(wanted: Partial<AuditRow>): Promise<AuditRow> {
    return await waitFor(() => auditRows(wanted)[0], { what: `a row of the audit: ${JSON.stringify(wanted)}` });
  }

  const sessions = async (): Promise<unknown> => {
    const { services } = await gateway.get<ServiceList>('/services');
    return services.find(({ id }) => id === 'opcua')!.detail?.sessions;
  };

  it('a viewer reads and writes nothing; the refusal is a row of the audit that names the permission', async () => {
    await as('vera', async (session) => {
      const read = await session.read({ nodeId: nodeId('packaging/setpoint'), attributeId: AttributeIds.Value });
      expect(read.statusCode.name).toBe('Good');
      expect(await write(session, 'packaging/setpoint', 7)).toBe('BadUserAccessDenied');
    });
    const row = await rowOf({ user: 'vera', action: 'write', via: 'opcua' });
    expect(row).toMatchObject({ subject: 'packaging/setpoint', outcome: 'refused' });
    expect(row.reason).toContain('it takes the permission write for packaging/setpoint');
  });

  it('an operator writes in the own area only, with old and new value in the audit', async () => {
    await as('otto', async (session) => {
      expect(await write(session, 'packaging/setpoint', 12.5)).toBe('Good');
      expect(await write(session, 'bottling/setpoint', 12.5)).toBe('BadUserAccessDenied');
    });
    const written = await rowOf({ user: 'otto', action: 'write', subject: 'packaging/setpoint' });
    expect(written).toMatchObject({ via: 'opcua', before: 0, after: 12.5, outcome: 'done' });
    expect(await rowOf({ user: 'otto', action: 'write', subject: 'bottling/setpoint' })).toMatchObject({
      outcome: 'refused',
    });
  });

  it('a wrong password and an unknown name are refused alike, and are rows of the audit', async () => {
    const nothing = (): Promise<void> => Promise.resolve();
    await expect(as('vera', nothing, 'wrong')).rejects.toThrow(/BadUserAccessDenied/);
    await expect(as('nobody', nothing)).rejects.toThrow(/BadUserAccessDenied/);
    expect(await rowOf({ action: 'sign-in', user: 'vera', outcome: 'refused' })).toMatchObject({ via: 'opcua' });
    await rowOf({ action: 'sign-in', user: 'nobody', outcome: 'refused' });
  });

  it('an account that gets another role has it at once, and one that is disabled loses its session', async () => {
    await account('rita', 'viewer', ['**']);
    await as('rita', async (session) => {
      expect(await write(session, 'packaging/setpoint', 1)).toBe('BadUserAccessDenied');
      await gateway.ask('PUT', '/users/rita', { role: 'operator' });
      await waitFor(async () => (await write(session, 'packaging/setpoint', 1)) === 'Good', { what: 'the new role' });
      await waitFor(async () => (await sessions()) === 1, { what: 'the session in the status' });
      await gateway.ask('PUT', '/users/rita', { enabled: false });
      await waitFor(async () => (await sessions()) === 0, { what: 'the end of the session' });
    });
    await expect(as('rita', () => Promise.resolve())).rejects.toThrow(/BadUserAccessDenied/);
  });

  const fillerHot = async (): Promise<AlarmRow | undefined> =>
    (await gateway.get<AlarmList>('/alarms')).alarms.find(({ conditionId }) => conditionId === 'filler-hot');

  it('an alarm is an event at the clients, acknowledged there by who may, and seen so by all (§10.1, §18.5)', async () => {
    await as('vera', async (viewer) => {
      const screen = await ConditionList.open(viewer, nodeId('packaging'));
      await as('otto', (session) => write(session, 'packaging/setpoint', 95));
      const hot = { message: 'Filler is hot', severity: 700, isActive: true, isAcknowledged: false };
      await screen.is('filler-hot', hot);
      await as('bodo', async (session) => {
        const list = await ConditionList.open(session);
        expect(await list.acknowledge(await list.is('filler-hot', hot), 'not mine')).toBe('BadUserAccessDenied');
      });
      expect((await fillerHot())?.acknowledged).toBe(false);
      await as('otto', async (session) => {
        const list = await ConditionList.open(session);
        const event = await list.is('filler-hot', hot);
        expect(await list.acknowledge({ ...event, eventId: Buffer.from('no such') }, '')).toBe('BadEventIdUnknown');
        expect(await list.acknowledge(event, 'on my way')).toBe('Good');
        await list.is('filler-hot', { isAcknowledged: true, comment: 'on my way', user: 'otto' });
        await screen.is('filler-hot', { isAcknowledged: true, comment: 'on my way' });
        expect(await list.acknowledge(event, 'again')).toBe('BadConditionBranchAlreadyAcked');
        expect(await list.shelve(event, 9 * 3_600_000)).toBe('BadShelvingTimeOutOfRange');
        expect(await list.shelve(event, 60_000)).toBe('Good');
        expect(await list.shelve(event, 60_000)).toBe('BadConditionAlreadyShelved');
      });
      expect(await fillerHot()).toMatchObject({ active: true, acknowledged: true, shelved: true });
      const listed = await gateway.cliJson<AlarmList>('alarms', 'list', '--all');
      expect(listed.alarms.find(({ conditionId }) => conditionId === 'filler-hot')).toMatchObject({
        acknowledged: true,
      });
    });
    const row = { action: 'alarm', subject: 'filler-hot', via: 'opcua' };
    await rowOf({ ...row, user: 'otto', outcome: 'done' });
    await rowOf({ ...row, user: 'bodo', outcome: 'refused' });
  });

  it('a server that starts anew tells the alarms as they are', { timeout: 60_000 }, async () => {
    const answer = await gateway.cli('services', 'restart', 'opcua');
    expect([answer.code, answer.stderr]).toEqual([0, '']);
    await as('vera', async (session) => {
      const list = await ConditionList.open(session);
      await list.is('filler-hot', { isActive: true, isAcknowledged: true });
    });
  });

  it('a Modbus client outside its areas hears exception 2, and is a row of the audit', async () => {
    const { services } = await gateway.get<ServiceList>('/services');
    const { url } = services.find(({ id }) => id === 'modbus-server')!.detail as { url: string };
    expect(await modbusAnswer(Number(new URL(url).port), '1000000002043f800000')).toBe('9002');
    const row = await rowOf({ via: 'modbus-server', action: 'write', subject: 'bottling/setpoint' });
    expect(row).toMatchObject({ user: '127.0.0.1', outcome: 'refused' });
    expect(row.reason).toContain('it takes the permission write for bottling/setpoint');
  });
});

/** PDU → PDU over a connection of its own. */
async function modbusAnswer(port: number, pdu: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const body = Buffer.from(pdu, 'hex');
  const header = Buffer.from([0, 1, 0, 0, 0, body.length + 1, 1]);
  socket.write(Buffer.concat([header, body]));
  for await (const chunk of socket) {
    socket.destroy();
    return (chunk as Buffer).subarray(7).toString('hex');
  }
  throw new Error('the Modbus server closed the connection');
}
