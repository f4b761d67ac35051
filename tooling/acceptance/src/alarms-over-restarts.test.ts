import type {
  AcknowledgeAnswer,
  AlarmJournalPage,
  AlarmList,
  AlarmRow,
  AlarmStatisticsAnswer,
  EventList,
  Problem,
} from '@fieldwarden/admin-contract';
import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import { waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { GatewayProcess } from './processes/gateway-process.js';
import { linePlant, LinePlcs } from './line-plant.js';

/** The line with a probe so late that none comes during the test. */
function patientPlant(plcs: LinePlcs): object {
  const { drivers, ...rest } = linePlant(plcs) as { drivers: readonly Record<string, unknown>[] };
  const breaker = { failures: 3, probeMs: 60_000, maxProbeMs: 60_000 };
  const [packaging] = drivers;
  return { ...rest, drivers: [{ ...packaging, resilience: { breaker, read: { timeoutMs: 500, retries: 0 } } }] };
}

async function alarmsOf(gateway: GatewayProcess): Promise<readonly AlarmRow[]> {
  return (await gateway.get<AlarmList>('/alarms')).alarms;
}

/** The only alarm there is, once it is so. */
async function alarmIs(gateway: GatewayProcess, wanted: Partial<AlarmRow>): Promise<AlarmRow> {
  return await waitFor(
    async () => {
      const alarms = await alarmsOf(gateway);
      expect(alarms).toMatchObject([wanted]);
      return alarms[0];
    },
    { what: 'the alarm', timeoutMs: 20_000 },
  );
}

async function alarmEvents(gateway: GatewayProcess): Promise<readonly GatewayEvent[]> {
  const { events } = await gateway.get<EventList>('/drivers/packaging/events');
  return events.filter(({ type }) => type === 'alarm');
}

/** Set aside by somebody, with a note, for a time; seen by all. */
async function shelved(gateway: GatewayProcess): Promise<void> {
  const id = 'off-scan/unit-2';
  const body = { driverId: 'packaging', conditionId: id };
  const withoutNote = await gateway.ask<Problem>('POST', '/alarms/shelve', { ...body, forMs: 60_000 });
  expect(withoutNote).toMatchObject({ status: 400, body: { code: 'ALARM_NOTE_REQUIRED', outcome: 'not-sent' } });
  const forEver = await gateway.ask<Problem>('POST', '/alarms/shelve', { ...body, forMs: 28_800_001, comment: 'x' });
  expect(forEver).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('at most 8 hours') as unknown },
  });
  const done = await gateway.cli('alarms', 'shelve', id, '--for', '2h', '-m', 'cable is being laid');
  expect([done.code, done.stdout]).toEqual([0, `${id}  done: the gateway has it; no device was asked\n`]);
  const [row] = await alarmsOf(gateway);
  expect(row).toMatchObject({ shelved: true, shelvedOnce: false, comment: 'cable is being laid', area: 'line/unit-2' });
  expect(Date.parse(row.shelvedUntil!) - Date.now()).toBeGreaterThan(7_000_000);
  const again = await gateway.ask<AcknowledgeAnswer>('POST', '/alarms/shelve', { ...body, comment: 'again' });
  expect(again.body).toMatchObject({ outcome: 'rejected', status: 'BadConditionAlreadyShelved' });
  expect((await gateway.cli('alarms', 'list')).stdout).toMatch(/active, seen, shelved .*\(cable is being laid\)/);
  expect((await gateway.cli('alarms', 'unshelve', id)).code).toBe(0);
}

/** What happened, by whom and under which configuration, over the kill; as figures, metrics and tags. */
async function told(gateway: GatewayProcess): Promise<void> {
  const { rows } = await gateway.get<AlarmJournalPage>('/alarms/journal?id=off-scan/unit-2');
  const known = {
    id: 'off-scan/unit-2',
    driverId: 'packaging',
    area: 'line/unit-2',
    priority: 'medium',
    generation: 1,
  };
  expect(rows).toMatchObject([
    { ...known, transition: 'unshelved' },
    { ...known, transition: 'shelved', note: 'cable is being laid' },
    { ...known, transition: 'acknowledged', note: 'on my way' },
    { ...known, transition: 'active', user: null, note: null },
  ]);
  expect(rows.slice(0, 3).every(({ user }) => user !== null && user !== '')).toBe(true);
  expect(rows.map(({ seq }) => seq).toSorted((a, b) => b - a)).toEqual(rows.map(({ seq }) => seq));
  const listed = await gateway.cli('alarms', 'journal', '--area', 'line', '--text', 'cable');
  expect(listed.stdout.trim().split('\n')).toHaveLength(2);
  const { body } = await gateway.ask<AlarmStatisticsAnswer>('GET', '/alarms/statistics');
  expect(body).toMatchObject({
    active: { medium: 1 },
    activationsPer10Min: 1,
    timeToAcknowledge: { count: 1 },
    floods: [],
  });
  expect((await gateway.health('/metrics')).text).toContain('fieldwarden_alarms_active{priority="medium"} 1');
  await waitFor(async () => (await gateway.tag('_system/alarms/active')).value === 1, {
    what: 'the tag of active alarms',
  });
}

describe('the alarm of a device over a kill of the gateway (§18.2)', () => {
  it('is the same alarm, as acknowledged as it was, and over when the device is back', async () => {
    await using plcs = await LinePlcs.start();
    const plant = patientPlant(plcs);
    plcs.modbus.unit(2).knobs = { silent: true };
    const killed = await GatewayProcess.start(plant);
    const before = await alarmIs(killed, { conditionId: 'off-scan/unit-2', active: true, acknowledged: false });
    const body = {
      driverId: 'packaging',
      conditionId: 'off-scan/unit-2',
      eventId: before.eventId,
      comment: 'on my way',
    };
    const answer = await killed.ask<AcknowledgeAnswer>('POST', '/alarms/acknowledge', body);
    await killed.kill(); // what was answered is on the disk
    expect(answer.body).toMatchObject({ outcome: 'done', status: 'Good' });

    await using gateway = await GatewayProcess.start(plant, {}, killed.home);
    for (const unit of [1, 3]) await gateway.tagTurns(`line/unit-${unit}/speed`, 'Good');
    const { eventId, at } = before;
    const same = { driverId: 'packaging', device: null, eventId, at, active: true, acknowledged: true };
    const again = { ...same, current: true, comment: 'on my way' };
    await alarmIs(gateway, again);
    const listed = await gateway.cli('alarms', 'list');
    expect(listed.stdout).toMatch(/500 {2}active, seen .*off-scan\/unit-2 .*\(on my way\)/);
    expect(await alarmEvents(gateway)).toEqual([]);

    await shelved(gateway);
    await told(gateway);

    plcs.modbus.unit(2).knobs = {};
    await gateway.ask('POST', '/drivers/packaging/test');
    await waitFor(async () => (await alarmsOf(gateway)).length === 0, { what: 'the end of the alarm' });
    const last = (await alarmEvents(gateway)).at(-1);
    expect(last).toMatchObject({ data: { conditionId: 'off-scan/unit-2', active: false } });
  }, 60_000);
});
