import { TestServer } from '@fieldwarden/admin-api/testing';
import { expect, test } from 'vitest';
import { runHere } from '../../testing/run-here.js';
import { jsonOf } from '../../testing/run-main.js';

const on = ({ home }: TestServer) => ({ FIELDWARDEN_HOME: home });

const channel = { id: 'shift', type: 'mail', waiting: 2, problem: 'connect ECONNREFUSED 127.0.0.1:2525' };

async function withNotifications(): Promise<TestServer> {
  const server = await TestServer.start();
  const [opcua] = server.control.services.services;
  const detail = {
    open: 1,
    waiting: 2,
    deadLetters: 3,
    channels: [channel, { ...channel, id: 'hook', problem: null }],
  };
  server.control.services.services = [opcua, { ...opcua, id: 'notifications', type: 'notifications', detail }];
  return server;
}

test('notifications status says what waits for whom, and what is wrong', async () => {
  await using server = await withNotifications();
  const { code, stdout } = await runHere(['notifications', 'status'], on(server));
  expect(code).toBe(0);
  expect(stdout).toContain('1 alarm open, 2 to be told, 3 dead letters');
  expect(stdout).toMatch(/shift +mail +2 +connect ECONNREFUSED 127\.0\.0\.1:2525\nhook +mail +2 +works/);
  const answer = jsonOf(await runHere(['notifications', '--json'], on(server)));
  expect(answer).toMatchObject({ schema: 'fieldwarden/notifications@1', waiting: 2, channels: [channel, {}] });
});

test('notifications say where there are none what the plant lacks', async () => {
  await using server = await TestServer.start();
  const { code, stderr } = await runHere(['notifications'], on(server));
  expect([code, stderr]).toEqual([1, expect.stringContaining('has no section notifications')]);
});

test('notifications test says what became of it', async () => {
  await using server = await withNotifications();
  const { answers } = server.control.services;
  answers.set('test', { channel: 'shift', outcome: 'sent', message: null, durationMs: 12 });
  const sent = await runHere(['notifications', 'test', 'shift', '--to', 'a@plant', 'b@plant'], on(server));
  expect([sent.code, sent.stdout]).toEqual([0, 'shift took a test within 12 ms\n']);
  answers.set('test', { channel: 'shift', outcome: 'failed', message: 'no such mailbox', durationMs: 12 });
  const failed = await runHere(['notifications', 'test', 'shift'], on(server));
  expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining('no such mailbox')]);
});

test('notifications dead-letters shows what nobody was told', async () => {
  await using server = await withNotifications();
  const alarms = [{ id: 'filler-hot', message: 'Filler is hot' }];
  const letter = { at: '2026-01-01T00:00:00.000Z', channel: 'shift', result: 'refused', message: 'no mailbox', alarms };
  server.control.services.answers.set('dead-letters', { deadLetters: [letter] });
  const { stdout } = await runHere(['notifications', 'dead-letters'], on(server));
  expect(stdout).toMatch(/shift +refused +filler-hot +no mailbox/);
  server.control.services.answers.set('dead-letters', { deadLetters: [] });
  expect((await runHere(['notifications', 'dead-letters'], on(server))).stdout).toBe('Everything was told.\n');
});
