import type { AlarmJournalPage, AlarmList, AlarmRow, EventList } from '@fieldwarden/admin-contract';
import { TestBroker } from '@fieldwarden/mqtt-link/testing';
import { TestMailServer } from '@fieldwarden/notifications/testing';
import { waitFor } from '@fieldwarden/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linePlant, LinePlcs } from './line-plant.js';
import { GatewayProcess } from './processes/gateway-process.js';

const speed = 'line/unit-1/speed';

/** A filler that may become hot, and what a station would have about its sensors. */
const alarms = [
  {
    id: 'filler-hot',
    path: speed,
    condition: { type: 'limit', high: 80, highHigh: 90, deadband: 1 },
    priority: 'high',
    message: 'Filler is hot',
    response: 'Check the cooling water',
  },
  ...['speed', 'setpoint'].map((name) => ({
    id: `sensor-${name}`,
    path: `line/unit-1/${name}`,
    condition: { type: 'badQuality' },
    onDelayMs: 0,
    message: `Sensor ${name} fails`,
  })),
];

let plcs: LinePlcs;
let broker: TestBroker;
let mail: TestMailServer;
let plant: object;
let gateway: GatewayProcess;

beforeAll(async () => {
  plcs = await LinePlcs.start();
  broker = await TestBroker.start();
  mail = await TestMailServer.start();
  plant = linePlant(plcs, {
    alarms,
    mqtt: { url: broker.url, root: 'fieldwarden' },
    notifications: {
      channels: [{ id: 'shift', type: 'mail', url: mail.url, from: 'gateway@plant', to: ['shift@plant'] }],
      steps: [{ priority: ['critical', 'high'], channel: 'shift' }],
      consolidationMs: 0,
    },
  });
  gateway = await GatewayProcess.start(plant);
  await gateway.tagTurns(speed, 'Good');
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await Promise.all([plcs, broker, mail].map((each) => each[Symbol.asyncDispose]()));
});

function heat(value: number): void {
  plcs.modbus.unit(1).memory.holdingRegisters.setValue(0, { scalar: 'float32' }, value);
}

const rows = async (): Promise<readonly AlarmRow[]> => (await gateway.get<AlarmList>('/alarms')).alarms;

async function alarmIs(id: string, wanted: Partial<AlarmRow>): Promise<AlarmRow> {
  return await waitFor(
    async () => {
      const row = (await rows()).find(({ conditionId }) => conditionId === id);
      expect(row).toMatchObject(wanted);
      return row;
    },
    { what: `alarm ${id}`, timeoutMs: 20_000 },
  );
}

/** Events of this process that say that the filler became hot. */
async function activations(): Promise<number> {
  const { events } = await gateway.cliJson<EventList>('events');
  const own = events.filter(({ type, data }) => type === 'alarm' && data?.conditionId === 'filler-hot');
  return own.filter(({ data }) => data?.active === true).length;
}

const mailsAbout = (text: string) => mail.received.filter((each) => each.text.includes(text)).length;

describe('an alarm of the plant (§18.1)', () => {
  let before: AlarmRow;

  it('is raised with value, quality and what to do, and people are told', async () => {
    heat(85);
    before = await alarmIs('filler-hot', {
      active: true,
      acknowledged: false,
      limitState: 'high',
      value: 85,
      quality: 'Good',
      priority: 'high',
      severity: 700,
      area: 'line/unit-1',
      message: 'Filler is hot',
      response: 'Check the cooling water',
    });
    await waitFor(() => mailsAbout('Filler is hot') === 1, { what: 'the mail' });
    expect(mail.received[0].text).toContain('What to do: Check the cooling water');
    expect(await activations()).toBe(1);
  });

  it('goes on at another limit, which is no new alarm', async () => {
    heat(95);
    await alarmIs('filler-hot', { active: true, limitState: 'highHigh' });
    heat(85);
    await alarmIs('filler-hot', { active: true, limitState: 'high', at: before.at });
  });

  it('is on MQTT, retained', async () => {
    const topic = 'fieldwarden/line/alarms/filler-hot';
    await waitFor(() => broker.seen.some((seen) => seen.topic === topic && seen.retain), { what: 'the topic' });
  });

  it('is the same one after a kill, within its deadband, and nobody is told again', { timeout: 120_000 }, async () => {
    heat(79.5);
    await alarmIs('filler-hot', { active: true });
    await gateway.kill();
    gateway = await GatewayProcess.start(plant, {}, gateway.home);
    await gateway.tagTurns(speed, 'Good');
    await alarmIs('filler-hot', { active: true, acknowledged: false, current: true, frozen: false, at: before.at });
    expect(mailsAbout('Filler is hot')).toBe(1);
    expect(await activations()).toBe(1);
  });

  it('is acknowledged with a note from the command line', async () => {
    const answer = await gateway.cli('alarms', 'ack', 'filler-hot', '-m', 'on my way');
    expect([answer.code, answer.stderr]).toEqual([0, '']);
    await alarmIs('filler-hot', { active: true, acknowledged: true, comment: 'on my way' });
  });

  it('is over when the value is back by more than the deadband', async () => {
    heat(20);
    await waitFor(async () => (await rows()).every(({ conditionId }) => conditionId !== 'filler-hot'), {
      what: 'the end of the alarm',
    });
    const journal = await gateway.get<AlarmJournalPage>('/alarms/journal?id=filler-hot');
    const transitions = journal.rows.map(({ transition }) => transition).toReversed();
    expect(transitions).toEqual(['active', 'limit', 'limit', 'acknowledged', 'cleared']);
    const acknowledged = journal.rows.find(({ transition }) => transition === 'acknowledged');
    expect(acknowledged).toMatchObject({ id: 'filler-hot', value: 85, quality: 'Good', note: 'on my way' });
  });
});

describe('a device that is lost (§18.2)', () => {
  it('is one alarm, and its process alarms are frozen', async () => {
    heat(85);
    await alarmIs('filler-hot', { active: true, frozen: false });
    plcs.modbus.unit(1).knobs = { silent: true };
    await alarmIs('off-scan/unit-1', { active: true });
    await alarmIs('filler-hot', { active: true, frozen: true });
    const ids = (await rows()).map(({ conditionId }) => conditionId);
    expect(ids.toSorted()).toEqual(['filler-hot', 'off-scan/unit-1']);
    plcs.modbus.unit(1).knobs = {};
    await alarmIs('filler-hot', { active: true, frozen: false });
  });
});

describe('notifications (§18.4)', () => {
  it('send a test', async () => {
    const request = '/services/notifications/requests/test';
    const sent = await gateway.ask('POST', request, { channel: 'shift' });
    expect(sent).toMatchObject({ status: 200, body: { answer: { channel: 'shift', outcome: 'sent' } } });
    expect(mailsAbout('Subject: [line] Test')).toBe(1);
  });

  it('are counted', async () => {
    await waitFor(async () => (await gateway.health('/metrics')).text.includes('fieldwarden_notifications_total{'), {
      what: 'the counter',
    });
  });
});

describe('the rules of alarms', () => {
  it('name the row and say what is wrong in words', async () => {
    const document = { ...plant, alarms: [{ ...alarms[0], condition: { type: 'limit', high: 90, highHigh: 80 } }] };
    const answer = await gateway.ask<{ readonly findings: readonly object[] }>('POST', '/config/validate', {
      document,
    });
    expect(answer.body.findings).toContainEqual({
      path: 'alarms[0].condition.highHigh',
      rule: 'alarm-limit-order',
      message: 'highHigh 80 has to be greater than high 90',
      severity: 'error',
    });
  });
});
