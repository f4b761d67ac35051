import { TestServer } from '@fieldwarden/admin-api/testing';
import type { Service } from '@fieldwarden/admin-contract';
import { expect, test } from 'vitest';
import { runHere } from '../../testing/run-here.js';
import { jsonOf } from '../../testing/run-main.js';

const on = ({ home }: TestServer) => ({ FIELDWARDEN_HOME: home });

async function withOutlet(...more: Partial<Service>[]): Promise<TestServer> {
  const server = await TestServer.start();
  const [opcua] = server.control.services.services;
  const outlet: Service = {
    ...opcua,
    id: 'main',
    type: 'mqtt',
    title: 'MQTT outlet',
    url: null,
    detail: {
      url: 'mqtt://broker.plant:1883',
      connected: false,
      problem: "the broker mqtt://broker.plant:1883 can't be reached: nothing listens there",
      since: '2026-01-01T00:00:00.000Z',
      nextAttemptAt: '2026-01-01T00:00:01.000Z',
      pending: 1234,
      bytes: 200_000,
      oldestAt: null,
      published: 77,
      droppedBy: { count: 3, poison: 1, age: 0 },
      topics: [{ topic: 'fieldwarden/lab/tags/a', pending: 1234, dropped: 4 }],
    },
  };
  server.control.services.services = [opcua, outlet, ...more.map((one) => ({ ...outlet, ...one }))];
  return server;
}

test('mqtt status says how it stands with the broker, and mqtt alone is the same', async () => {
  await using server = await withOutlet();
  const { code, stdout } = await runHere(['mqtt', 'status'], on(server));
  expect(code).toBe(0);
  expect(stdout).toContain('main  mqtt://broker.plant:1883');
  expect(stdout).toMatch(
    /State +not connected\n +Reason +the broker .* nothing listens there\n +Since +.* ago\n +Next try +now/,
  );
  expect(stdout).toMatch(/Waiting +1234 messages, 200\.0 kB\n +Given up +3 \(count\), 1 \(poison\)/);
  expect(stdout).toMatch(/WAITING +GIVEN UP +TOPIC\n1234 +4 +fieldwarden\/lab\/tags\/a/);
  expect((await runHere(['mqtt'], on(server))).stdout).toBe(stdout);
});

test('mqtt status says which Sparkplug node an outlet is, and how far it is', async () => {
  const sparkplug = { group: 'plant', node: 'gateway', session: 'waiting', recent: [] };
  await using server = await withOutlet({ id: 'spb', detail: { connected: true, sparkplug } });
  const { stdout } = await runHere(['mqtt', 'status'], on(server));
  expect(stdout.match(/Sparkplug .*/g)).toEqual([expect.stringMatching(/^Sparkplug +node plant\/gateway, waiting$/)]);
  const answer = jsonOf(await runHere(['mqtt', 'status', '--json'], on(server)));
  expect(answer).toMatchObject({
    outlets: [{ sparkplug: null }, { sparkplug: { node: 'gateway', session: 'waiting' } }],
  });
});

test('mqtt status --json has all outlets, with drops by reason and topic', async () => {
  await using server = await withOutlet({ id: 'cloud', detail: null, reason: 'the disk is full' });
  const answer = jsonOf(await runHere(['mqtt', 'status', '--json'], on(server)));
  expect(answer).toMatchObject({
    schema: 'fieldwarden/mqtt@1',
    outlets: [
      {
        id: 'main',
        connected: false,
        pending: 1234,
        bytes: 200_000,
        dropped: { count: 3, poison: 1, age: 0 },
        topics: [{ topic: 'fieldwarden/lab/tags/a', pending: 1234, dropped: 4 }],
      },
      { id: 'cloud', connected: false, pending: 0, problem: 'the disk is full', topics: [] },
    ],
  });
});

test('mqtt status says what to do where there is no outlet', async () => {
  await using server = await TestServer.start();
  const { code, stderr } = await runHere(['mqtt', 'status'], on(server));
  expect([code, stderr]).toEqual([1, expect.stringContaining('no section mqtt')]);
});

test('mqtt purge gives nothing up that nobody confirmed', async () => {
  await using server = await withOutlet();
  const { code, stderr } = await runHere(['mqtt', 'purge'], on(server));
  expect([code, server.control.services.requests]).toEqual([1, []]);
  expect(stderr).toContain('1234 messages that no broker has yet');
});

test('mqtt purge --yes passes it on to the outlet that is named, or to all', async () => {
  await using server = await withOutlet({ id: 'cloud' });
  const { code, stdout } = await runHere(['mqtt', 'purge', '--yes'], on(server));
  expect([code, stdout]).toEqual([0, 'main  3 messages given up\ncloud  3 messages given up\n']);
  await runHere(['mqtt', 'purge', 'cloud', '--yes'], on(server));
  expect(server.control.services.requests.map(({ id, name }) => `${id} ${name}`)).toEqual([
    'main purge',
    'cloud purge',
    'cloud purge',
  ]);
  const unknown = await runHere(['mqtt', 'purge', 'other', '--yes'], on(server));
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('there is: main, cloud')]);
});
