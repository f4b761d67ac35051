import type {
  AcknowledgeAnswer,
  AlarmList,
  AlarmRow,
  EventList,
  MethodCallAnswer,
  Problem,
  TagHistory,
} from '@fieldwarden/admin-contract';
import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import { waitFor } from '@fieldwarden/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';

const stuck = { name: 'level', address: 'sine?amplitude=1&offset=80', high: 70, severity: 700 };
const fluttering = { name: 'door', address: 'square?periodMs=1000&amplitude=1', high: 0.5, severity: 200 };

/** A simulator with one alarm that stays and one that comes and goes. */
const simulator = (id: string, isolation: 'in-process' | 'host'): object => ({
  id,
  type: 'simulator',
  isolation,
  options: { historyIntervalMs: 100 },
  devices: [
    {
      id: 'plc',
      options: { alarms: [stuck, fluttering] },
      tags: [
        { path: `${id}/wave`, address: 'ramp?periodMs=10000', dataType: 'float32', scanMs: 200 },
        { path: `${id}/cell`, address: 'memory?initial=5', dataType: 'int32', access: 'read-write', scanMs: 200 },
      ],
    },
  ],
});

const plant = {
  version: 1,
  site: 'test',
  logging: { level: 'debug', json: true },
  opcua: { securityPolicies: ['None'], anonymous: true },
  drivers: [simulator('inside', 'in-process'), simulator('apart', 'host')],
};

let gateway: GatewayProcess;

beforeAll(async () => {
  gateway = await GatewayProcess.start(plant);
  for (const id of ['inside', 'apart']) await gateway.driverTurns(id, 'Healthy');
});

afterAll(async () => await gateway[Symbol.asyncDispose]());

const alarms = async (): Promise<readonly AlarmRow[]> => (await gateway.get<AlarmList>('/alarms')).alarms;

const alarmOf = async (driverId: string, name: string): Promise<AlarmRow | undefined> =>
  (await alarms()).find((row) => row.driverId === driverId && row.conditionId === `plc/${name}`);

async function alarmIs(driverId: string, name: string, wanted: Partial<AlarmRow>): Promise<AlarmRow> {
  return await waitFor(
    async () => {
      const row = await alarmOf(driverId, name);
      expect(row).toMatchObject(wanted);
      return row;
    },
    { what: `alarm ${name} of ${driverId}`, timeoutMs: 15_000 },
  );
}

async function alarmEvents(driverId: string): Promise<readonly GatewayEvent[]> {
  const { events } = await gateway.get<EventList>(`/drivers/${driverId}/events`);
  return events.filter(({ type }) => type === 'alarm');
}

/** Whether a call of a capability with this id reached the driver, by the log. */
async function logged(correlationId: string, capability: string): Promise<void> {
  const file = join(gateway.home, 'logs', 'fieldwarden.jsonl');
  const line = (): boolean =>
    readFileSync(file, 'utf8')
      .split('\n')
      .some((text) => text.includes(`"${correlationId}"`) && text.includes(`"capability":"${capability}"`));
  await waitFor(line, { what: `${capability} of ${correlationId} in the log` });
}

describe.each(['inside', 'apart'])('a device of the driver %s', (driverId) => {
  it('has its alarms in the list, and each change of them as an event (§3.2)', async () => {
    const level = await alarmIs(driverId, 'level', { device: 'plc', active: true, severity: 700, current: true });
    expect(Number(level.value)).toBeCloseTo(80, -1);
    await alarmIs(driverId, 'door', { acknowledged: false });
    await waitFor(
      async () => {
        const events = await alarmEvents(driverId);
        const door = events.filter(({ device, data }) => device === 'plc' && data?.conditionId === 'plc/door');
        return [true, false].every((active) => door.some(({ data }) => data?.active === active));
      },
      { what: 'the door to open and close' },
    );
  });

  it('is told that somebody has seen an alarm, and says so (§3.2)', async () => {
    await alarmIs(driverId, 'level', { acknowledged: false });
    const body = { driverId, device: 'plc', conditionId: 'plc/level', comment: 'on my way' };
    const id = `seen-${driverId}`;
    const first = await gateway.ask<AcknowledgeAnswer>('POST', '/alarms/acknowledge', body, { 'x-correlation-id': id });
    expect(first).toMatchObject({ status: 200, body: { outcome: 'done', status: 'Good' } });
    await alarmIs(driverId, 'level', { active: true, acknowledged: true, comment: 'on my way' });
    await logged(id, 'acknowledge');
    const again = await gateway.cli('alarms', 'ack', 'plc/level', '--driver', driverId);
    expect([again.code, again.stdout]).toEqual([1, expect.stringContaining('BadConditionBranchAlreadyAcked')]);
    const listed = await gateway.cli('alarms', 'list', '--driver', driverId);
    expect(listed.stdout).toMatch(/700 {2}active, seen .*\(on my way\)/);
    const nobody = await gateway.ask<Problem>('POST', '/alarms/acknowledge', { ...body, conditionId: 'plc/flow' });
    expect(nobody).toMatchObject({ status: 404, body: { code: 'ALARM_UNKNOWN', outcome: 'not-sent' } });
  });

  it('executes a method, and says what it does not have (§3.2)', async () => {
    await gateway.write(`${driverId}/cell`, 7);
    const id = `call-${driverId}`;
    const call = { method: 'resetMemory', args: [] };
    const answer = await gateway.ask<MethodCallAnswer>('POST', `/drivers/${driverId}/call`, call, {
      'x-correlation-id': id,
    });
    expect(answer).toMatchObject({ status: 200, body: { device: 'plc', outcome: 'done', outputs: [1] } });
    await logged(id, 'callMethod');
    await waitFor(async () => (await gateway.tag(`${driverId}/cell`)).value === 5, { what: 'the initial value' });
    const unknown = await gateway.cli('drivers', 'call', driverId, 'dance', '5');
    expect([unknown.code, unknown.stdout]).toEqual([1, expect.stringContaining('BadMethodInvalid')]);
  });

  it('is asked for what it remembers, raw and aggregated (§3.2)', async () => {
    const to = new Date(Math.floor(Date.now() / 10_000) * 10_000);
    const from = new Date(to.getTime() - 10_000);
    const range = `from=${from.toISOString()}&to=${to.toISOString()}`;
    const raw = await gateway.ask<TagHistory>('GET', `/tags/history?path=${driverId}/wave&source=device&${range}`, '', {
      'x-correlation-id': `past-${driverId}`,
    });
    expect(raw.body.points).toHaveLength(100);
    await logged(`past-${driverId}`, 'readRaw');
    const times = ['--from', from.toISOString(), '--to', to.toISOString()];
    const mean = await gateway.cliJson<TagHistory>(
      ...['tags', 'history', `${driverId}/wave`, '--source', 'device', ...times],
      ...['--aggregate', 'average', '--interval', '10000'],
    );
    const values = raw.body.points.map(({ value }) => Number(value));
    const expected = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean.points).toMatchObject([{ status: 'Good', sourceAt: from.toISOString() }]);
    expect(Number(mean.points[0].value)).toBeCloseTo(expected, 1);
  });
});

describe('alarms of a driver in a Host (§4.3)', () => {
  it('are of unknown state while it is away, and subscribed anew when it is back', async () => {
    await alarmIs('apart', 'level', { current: true });
    const before = await gateway.driver('apart');
    process.kill(before.pid!, 'SIGKILL');
    await waitFor(
      async () => {
        const away = (await alarmEvents('apart')).find(({ data }) => data?.current === false);
        return away?.message.includes('are not known at present');
      },
      { what: 'word that nothing is known' },
    );
    const after = await alarmIs('apart', 'level', { current: true, active: true, acknowledged: false });
    expect(after.eventId).not.toBe('');
    expect((await gateway.driver('apart')).spawn).toBe(before.spawn! + 1);
    expect((await alarmOf('inside', 'level'))?.current).toBe(true);
  });

  it('go on when it moves into the gateway', async () => {
    await gateway.operate('apart', 'demote');
    await alarmIs('apart', 'level', { current: true, active: true });
    await gateway.operate('apart', 'stop');
    await alarmIs('apart', 'level', { current: false });
    const refused = await gateway.ask<Problem>('POST', '/drivers/apart/call', { method: 'resetMemory' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'DRIVER_STOPPED', outcome: 'not-sent' } });
    await gateway.operate('apart', 'start');
    await alarmIs('apart', 'level', { current: true, active: true });
  });
});
