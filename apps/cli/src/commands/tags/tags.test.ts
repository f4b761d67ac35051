import { hostRow, tagRow, TestServer } from '@fieldwarden/admin-api/testing';
import { GatewayError, statusCodes } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { jsonOf, resultOf, runMain, startMain } from '../../testing/run-main.js';

const setpoint = 'packaging/filler/setpoint';
const speed = 'packaging/filler/speed';

const on = ({ home }: TestServer) => ({ env: { FIELDWARDEN_HOME: home } });

/** Output so far of a child that goes on. */
function outputOf(child: ReturnType<typeof startMain>): () => string {
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

test.each([['60.5'], ['-5'], ['true'], ['a b'], [''], ['"quoted"'], ['[1, 2]']])(
  'tags write sends %j as it was typed, for the gateway to take by the type of the tag',
  async (text) => {
    await using server = await TestServer.start();
    const { code, stdout, stderr } = await runMain(['tags', 'write', setpoint, text], on(server));
    expect([code, stdout, stderr]).toEqual([0, `${setpoint}  done: the device confirmed\n`, '']);
    expect(server.control.writes).toMatchObject([{ path: setpoint, value: text, origin: { via: 'socket' } }]);
  },
);

test('tags write sends what comes after -- whatever it looks like', async () => {
  await using server = await TestServer.start();
  await runMain(['tags', 'write', setpoint, '--', '--json'], on(server));
  expect(server.control.writes).toMatchObject([{ value: '--json' }]);
});

test.each(['rejected', 'not-sent', 'unknown'] as const)(
  'tags write fails with why when the outcome is %s',
  async (outcome) => {
    await using server = await TestServer.start();
    server.control.answerWrite = (path) =>
      Promise.resolve({ path, outcome, status: 'BadTimeout', message: 'no answer' });
    const human = await runMain(['tags', 'write', setpoint, '1'], on(server));
    expect(human.code).toBe(1);
    expect(human.stdout).toMatch(new RegExp(`^${setpoint} {2}${outcome}: .*\\(BadTimeout: no answer\\)\n$`));
    const json = await runMain(['tags', 'write', setpoint, '1', '--json'], on(server));
    expect(json.code).toBe(1);
    expect(jsonOf(json)).toEqual({
      schema: 'fieldwarden/write@1',
      path: setpoint,
      outcome,
      status: 'BadTimeout',
      message: 'no answer',
    });
  },
);

test('tags write that is refused beforehand fails with reason and outcome', async () => {
  await using server = await TestServer.start();
  server.control.answerWrite = () =>
    Promise.reject(
      new GatewayError({
        code: 'VALUE_OUT_OF_LIMITS',
        kind: 'config',
        writeOutcome: 'rejected',
        message: '999 is outside the limits',
      }),
    );
  const { code, stderr } = await runMain(['tags', 'write', setpoint, '999'], on(server));
  const [reason, id] = stderr.split('\n');
  expect([code, reason]).toEqual([1, '999 is outside the limits. Outcome: rejected.']);
  expect(id).toBe(`Correlation id: ${server.control.writes.at(-1)?.origin.correlationId}`);
});

test('every invocation has a correlation id of its own, and says it when the device did not take a write (§12.2)', async () => {
  await using server = await TestServer.start();
  server.control.answerWrite = (path) => Promise.resolve({ path, outcome: 'unknown', status: 'BadTimeout' });
  const write = async () => await runMain(['tags', 'write', setpoint, '5'], on(server));
  const results = [await write(), await write()];
  const ids = server.control.writes.map(({ origin }) => origin.correlationId);
  expect(results.map(({ stderr }) => stderr)).toEqual(ids.map((id) => `Correlation id: ${id}\n`));
  expect(new Set(ids.filter((id) => /^cli-[0-9a-f]{16}$/.test(id))).size).toBe(2);
});

test('tags watch writes one line per change, until it is interrupted', async () => {
  await using server = await TestServer.start();
  const child = startMain(['tags', 'watch', speed, setpoint], on(server));
  const output = outputOf(child);
  await waitFor(() => server.control.listeners === 1, { what: 'the watch' });
  server.control.change(speed, { value: null, status: 'BadTimeout', statusCode: statusCodes.BadTimeout });
  await waitFor(() => output().includes('BadTimeout'), { what: 'the change' });
  child.kill('SIGINT');
  expect((await resultOf(child)).code).toBe(0);
  expect(output()).toBe(
    [
      `00:00:00.000  ${speed}     12.5 rpm  Good\n`,
      `00:00:00.000  ${setpoint}  12.5 rpm  Good\n`,
      `00:00:00.000  ${speed}     - rpm  ! BadTimeout\n`,
    ].join(''),
  );
});

test('tags watch --json writes one document per line', async () => {
  await using server = await TestServer.start();
  const child = startMain(['tags', 'watch', speed, '--json'], on(server));
  const output = outputOf(child);
  await waitFor(() => server.control.listeners === 1, { what: 'the watch' });
  server.control.change(speed, { value: 13 });
  await waitFor(() => output().split('\n').length === 3, { what: 'two lines' });
  child.kill('SIGTERM');
  expect((await resultOf(child)).code).toBe(0);
  const values = output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(values).toMatchObject([
    { schema: 'fieldwarden/tag-value@1', path: speed, value: 12.5 },
    { schema: 'fieldwarden/tag-value@1', path: speed, value: 13 },
  ]);
});

test('a stream that the gateway ends is a failure', async () => {
  await using server = await TestServer.start();
  const result = runMain(['tags', 'watch', speed], on(server));
  await waitFor(() => server.control.listeners === 1, { what: 'the watch' });
  await server.stop();
  expect(await result).toMatchObject({ code: 1, stderr: expect.stringContaining('The gateway ended the stream.') });
});

test('logs -f and events -f go on with what comes', async () => {
  await using server = await TestServer.start();
  server.control.log({ message: 'before', driverId: 'packaging' });
  server.control.publish({ message: 'before' });
  const logs = startMain(['logs', 'packaging', '-f'], on(server));
  const events = startMain(['events', '-f', '--json'], on(server));
  const [logged, happened] = [outputOf(logs), outputOf(events)];
  await waitFor(() => server.control.listeners === 2, { what: 'both streams' });
  server.control.log({ message: 'after', driverId: 'packaging' });
  server.control.publish({ message: 'after' });
  await waitFor(() => logged().includes('after') && happened().includes('after'), { what: 'both lines' });
  expect(logged()).toBe(
    '2030-01-01 00:00:00.000 info  [packaging] before\n2030-01-01 00:00:00.000 info  [packaging] after\n',
  );
  expect(
    happened()
      .split('\n')
      .map((line) => (line === '' ? line : (JSON.parse(line) as unknown))),
  ).toMatchObject([
    { schema: 'fieldwarden/event@1', seq: 1, message: 'before' },
    { schema: 'fieldwarden/event@1', seq: 2, message: 'after' },
    '',
  ]);
  logs.kill('SIGINT');
  events.kill('SIGINT');
  expect([(await resultOf(logs)).code, (await resultOf(events)).code]).toEqual([0, 0]);
});

test('hosts -f goes on with a line for each device that changes, and passes over what else happens to processes', async () => {
  await using server = await TestServer.start();
  const hosts = startMain(['hosts', '-f'], on(server));
  const shown = outputOf(hosts);
  await waitFor(() => server.control.listeners === 1, { what: 'the stream' });
  server.control.publish({ type: 'host', message: 'Host of packaging is ready' });
  const row = hostRow({ deviceState: 'demoted', alert: true });
  server.control.publish({ type: 'host', message: 'packaging/filler: demoted', data: { row } });
  await waitFor(() => shown().includes('demoted'), { what: 'the line' });
  expect(shown().split('\n').slice(1)).toEqual(['00:00:00.000 ! packaging/filler: demoted', '']);
  hosts.kill('SIGINT');
  expect((await resultOf(hosts)).code).toBe(0);
});

test('a reader that stops early does not make a mess', async () => {
  await using server = await TestServer.start();
  for (let i = 0; i < 5_000; i += 1) server.control.change(`many/${i}`, {});
  const child = startMain(['tags', 'list'], on(server));
  child.stdout.destroy();
  const stderr: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  await new Promise((resolve) => child.on('close', resolve));
  expect([child.exitCode, Buffer.concat(stderr).toString()]).toEqual([0, '']);
});

test('tags list --bad shows those that are Bad, and says so when none is', async () => {
  await using server = await TestServer.start();
  expect((await runMain(['tags', 'list', '--bad'], on(server))).stdout).toBe('No tag is Bad.\n');
  server.control.rows.set('line/wrong', tagRow('line/wrong', { status: 'BadNodeIdUnknown', statusCode: 0x80340000 }));
  const { stdout } = await runMain(['tags', 'list', '--bad'], on(server));
  expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual(['PATH', 'line/wrong', '']);
  expect((await runMain(['tags', 'list', 'other/', '--bad'], on(server))).stdout).toBe(
    'No tag that begins with other/ is Bad.\n',
  );
});

test('tags write does not claim that a device confirmed what the gateway carried out', async () => {
  await using server = await TestServer.start();
  server.control.answerWrite = (path) =>
    Promise.resolve({ path, outcome: 'done', status: 'Good', confirmedBy: 'gateway' });
  const { stdout } = await runMain(['tags', 'write', setpoint, '1'], on(server));
  expect(stdout).toBe(`${setpoint}  done: the gateway has it; no device was asked\n`);
});
