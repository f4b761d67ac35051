import { alarmRow, alarmStatistics, journalRow, TestServer } from '@fieldwarden/admin-api/testing';
import { describe, expect, it } from 'vitest';
import { runHere } from '../../testing/run-here.js';
import { jsonOf, type MainResult } from '../../testing/run-main.js';

const run = async ({ home }: TestServer, ...args: string[]): Promise<MainResult> =>
  await runHere(args, { FIELDWARDEN_HOME: home });

const at = new Date(Date.now() - 125_000).toISOString();
const level = alarmRow({ at });
const storm = alarmRow({
  at,
  driverId: null,
  device: null,
  conditionId: 'restart-storm',
  eventId: '17',
  value: null,
  message: 'many restarts',
  active: false,
  severity: 900,
});

describe('alarms list', () => {
  it('shows devices and gateway in one table', async () => {
    await using server = await TestServer.start();
    expect((await run(server, 'alarms')).stdout).toBe('There is no alarm.\n');
    const seen = alarmRow({ at, conditionId: 'flow', acknowledged: true, current: false, comment: 'on my way' });
    server.control.alarms.rows = [storm, level, seen];
    const { code, stdout, stderr } = await run(server, 'alarms', 'list');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      'SEV  STATE           SINCE          DRIVER     DEVICE  CONDITION      VALUE  WHAT',
      '900  gone, unseen    2 min 5 s ago  -          -       restart-storm  -      many restarts',
      '500  ACTIVE          2 min 5 s ago  packaging  filler  level          71.5   level is above 70',
      '500  ? active, seen  2 min 5 s ago  packaging  filler  flow           71.5   level is above 70 (on my way)',
    ]);
  });

  it('says what it does not have, and keeps to one driver', async () => {
    await using server = await TestServer.start();
    Object.assign(server.control.alarms, { rows: [storm, level], lost: 1, leftOut: 2 });
    const { stdout, stderr } = await run(server, 'alarms', 'list', '--driver', 'packaging');
    expect(stdout).not.toContain('restart-storm');
    expect(stderr).toBe('2 alarms found no room; 1 event lost on the way since the start\n');
    const json = jsonOf(await run(server, 'alarms', 'list', '--device', 'filler', '--json'));
    expect(json).toMatchObject({ schema: 'fieldwarden/alarms@1', alarms: [level], lost: 1 });
  });
});

describe('alarms ack', () => {
  it('acknowledges the state that is listed, with what the person says', async () => {
    await using server = await TestServer.start();
    server.control.alarms.rows = [storm, level];
    const done = await run(server, 'alarms', 'ack', 'level', '-m', 'on my way');
    expect(done).toEqual({ code: 0, stdout: 'level  done: the device confirmed\n', stderr: '' });
    const byGateway = await run(server, 'alarms', 'ack', 'restart-storm');
    expect(byGateway.stdout).toBe('restart-storm  done: the gateway has it; no device was asked\n');
    expect(server.control.alarms.acts.map(({ request }) => request)).toEqual([
      {
        act: 'acknowledge',
        driverId: 'packaging',
        device: 'filler',
        conditionId: 'level',
        eventId: 'level@1',
        comment: 'on my way',
      },
      { act: 'acknowledge', driverId: null, device: null, conditionId: 'restart-storm', eventId: '17', comment: '' },
    ]);
  });

  it('fails with why when the device says no', async () => {
    await using server = await TestServer.start();
    server.control.alarms.rows = [level];
    server.control.alarms.answer = () => Promise.resolve({ outcome: 'rejected', status: 'BadEventIdUnknown' });
    const { code, stdout, stderr } = await run(server, 'alarms', 'ack', 'level');
    expect([code, stdout]).toEqual([1, 'level  rejected: the device said no (BadEventIdUnknown)\n']);
    expect(stderr).toMatch(/^Correlation id: cli-[0-9a-f]{16}\n$/);
    server.control.alarms.rows = [storm];
    const byGateway = await run(server, 'alarms', 'ack', 'restart-storm');
    expect(byGateway.stdout).toBe('restart-storm  rejected: the gateway said no (BadEventIdUnknown)\n');
  });

  it('needs to know which one of several, and one that there is', async () => {
    await using server = await TestServer.start();
    server.control.alarms.rows = [level, alarmRow({ device: 'capper' })];
    const several = await run(server, 'alarms', 'ack', 'level');
    expect([several.code, several.stderr]).toEqual([2, expect.stringContaining('packaging/filler, packaging/capper')]);
    expect((await run(server, 'alarms', 'ack', 'level', '--device', 'capper')).code).toBe(0);
    expect(await run(server, 'alarms', 'ack', 'flow')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('alarms list'),
    });
    expect(server.control.alarms.acts).toMatchObject([{ request: { device: 'capper' } }]);
  });
});

describe('alarms shelve, confirm, comment and their like', () => {
  it('ask by the route of their name, also about what is normal', async () => {
    await using server = await TestServer.start();
    const quiet = alarmRow({ driverId: null, device: null, conditionId: 'filler-hot', retain: false, active: false });
    server.control.alarms.rows = [quiet];
    const { alarms } = server.control;
    await run(server, 'alarms', 'shelve', 'filler-hot', '--for', '2h', '-m', 'noisy');
    await run(server, 'alarms', 'shelve', 'filler-hot', '--once', '-m', 'noisy');
    for (const act of [
      'unshelve',
      'confirm',
      'disable',
      'enable',
      'out-of-service',
      'in-service',
      'reset',
      'comment',
    ]) {
      expect((await run(server, 'alarms', act, 'filler-hot', '-m', 'why')).code).toBe(0);
    }
    const made = alarms.acts.map(({ request: { act, forMs, comment } }) => [act, forMs, comment]);
    expect(made).toEqual([
      ['shelve', 7_200_000, 'noisy'],
      ['shelve-once', undefined, 'noisy'],
      ...['unshelve', 'confirm', 'disable', 'enable', 'out-of-service', 'in-service', 'reset', 'comment'].map((act) => [
        act,
        undefined,
        'why',
      ]),
    ]);
  });

  it.each(['9h', '0s', 'for ever', '481min'])('shelve nothing for %s', async (time) => {
    await using server = await TestServer.start();
    server.control.alarms.rows = [level];
    const { code, stderr } = await run(server, 'alarms', 'shelve', 'level', '--for', time);
    expect([code, stderr]).toEqual([2, expect.stringContaining('at most 8h')]);
    expect(server.control.alarms.acts).toEqual([]);
  });
});

describe('alarms list --all', () => {
  it('shows what sets an alarm apart', async () => {
    await using server = await TestServer.start();
    const row = { at, driverId: null, device: null, value: 92.5 };
    server.control.alarms.rows = [
      alarmRow({
        ...row,
        conditionId: 'hot',
        limitState: 'highHigh',
        firstOut: true,
        frozen: true,
        quality: 'BadNoCommunication',
      }),
      alarmRow({ ...row, conditionId: 'cold', active: false, retain: false, acknowledged: true, shelved: true }),
    ];
    const { stdout } = await run(server, 'alarms', 'list', '--all');
    expect(stdout).toContain('ACTIVE, highHigh, frozen: BadNoCommunication, first of its group');
    expect(stdout).toContain('normal, shelved');
    expect((await run(server, 'alarms', 'list')).stdout).not.toContain('cold');
  });
});

describe('alarms journal', () => {
  it('shows who did what, and asks page by page', async () => {
    await using server = await TestServer.start();
    const { alarms } = server.control;
    alarms.journalPage = {
      rows: [
        journalRow(),
        journalRow({ seq: 11, transition: 'active', user: null, note: null, quality: 'UncertainInitialValue' }),
      ],
      next: null,
    };
    const { stdout } = await run(server, 'alarms', 'journal', '--area', 'packaging', '-n', '5');
    expect(stdout).toMatch(/12 +2030-.* filler-hot +acknowledged +92.5 +anna +Filler is hot \(on my way\)/);
    expect(stdout).toMatch(/11 +2030-.* filler-hot +active +92.5 UncertainInitialValue +- +Filler is hot/);
    expect(alarms.queries).toMatchObject([{ area: 'packaging', limit: 5 }]);
  });
});

describe('alarms statistics', () => {
  it('says what is too much', async () => {
    await using server = await TestServer.start();
    const figure = { driverId: null, device: null, id: 'filler-hot' };
    server.control.alarms.figures = alarmStatistics({
      active: { critical: 0, high: 2, medium: 0, low: 0, diagnostic: 0 },
      floods: [{ area: 'packaging', activations: 11 }],
      topTen: [{ ...figure, activations: 9, sharePercent: 81.8 }],
      timeToAcknowledge: { count: 3, meanMs: 65_000, longestMs: 120_000 },
    });
    const { stdout } = await run(server, 'alarms', 'statistics');
    expect(stdout).toContain('Active           2 (2 high)');
    expect(stdout).toContain('packaging: 11 in 10 min');
    expect(stdout).toContain('filler-hot: 9 (81.8 %)');
    expect(stdout).toContain('3 in 24 h, after 1 min 5 s on average, at most 2 min');
  });
});
