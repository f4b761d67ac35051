import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { TestServer, testToken } from '@fieldwarden/admin-api/testing';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import { runHere } from './testing/run-here.js';
import { jsonOf, runMain } from './testing/run-main.js';

const commands = [['status'], ['down'], ['start', 'all'], ['logs', '-f'], ['tags', 'write', 'a/b', '1']];

test.each(commands)('3 and what to do, when no gateway runs: %s %s', async (...args) => {
  await using home = await temporaryDirectory();
  const { code, stdout, stderr } = await runHere(args.filter(Boolean), { FIELDWARDEN_HOME: home.path });
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toBe(`No gateway runs on ${home.path}.\nStart one: fieldwarden up --plant FILE\n`);
});

test('3 is what the process itself exits with', async () => {
  expect(await runMain(['status', '--home', '/nowhere'])).toMatchObject({ code: 3, stdout: '' });
});

test('3 for a home that does not exist, or whose path no socket can have', async () => {
  expect((await runHere(['status', '--home', '/nonexistent/home'])).code).toBe(3);
  expect((await runHere(['status', '--home', `/tmp/${'x'.repeat(150)}`])).code).toBe(3);
});

test('3 when nobody answers at the address', async () => {
  const { code, stderr } = await runHere(['status', '--url', 'http://127.0.0.1:1']);
  expect(code).toBe(3);
  expect(stderr).toContain('http://127.0.0.1:1 (ECONNREFUSED)');
});

test('the default home is ~/.fieldwarden, and is named so', async () => {
  await using user = await temporaryDirectory();
  const { code, stderr } = await runMain(['status'], { env: { HOME: user.path } });
  expect([code, stderr]).toEqual([3, expect.stringContaining('No gateway runs on ~/.fieldwarden.')]);
});

test('4 without a token or with a wrong one, and the remedy', async () => {
  await using server = await TestServer.start();
  const url = `http://127.0.0.1:${server.port}`;
  const environments: Record<string, string>[] = [{}, { FIELDWARDEN_TOKEN: 'fw_wrong' }];
  for (const env of environments) {
    const { code, stdout, stderr } = await runMain(['list', '--url', url], { env });
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain('FIELDWARDEN_TOKEN');
  }
});

test('0 with a token, over the address', async () => {
  await using server = await TestServer.start();
  const env = { FIELDWARDEN_TOKEN: testToken };
  const result = await runMain(['list', '--json', '--url', `http://127.0.0.1:${server.port}/`], { env });
  expect([result.code, jsonOf(result)]).toEqual([0, expect.objectContaining({ schema: 'fieldwarden/drivers@1' })]);
  const write = await runMain(
    ['tags', 'write', 'packaging/filler/setpoint', '1', '--url', `http://127.0.0.1:${server.port}`],
    { env },
  );
  expect(write.code).toBe(0);
  expect(server.control.writes).toMatchObject([{ origin: { via: 'rest' } }]);
});

test.each([
  ['an unknown command', ['frobnicate']],
  ['no command', []],
  ['a group without command', ['tags']],
  ['an unknown option', ['list', '--frobnicate']],
  ['a missing argument', ['describe']],
  ['an argument too many', ['status', 'now']],
  ['a word that is no command of a group', ['alarms', 'akc', 'x']],
  ['a number that is none', ['logs', '-n', 'many']],
  ['a port that is none', ['up', '--admin-port', '70000']],
  ['an address that is none', ['list', '--url', 'gateway']],
  ['down over an address', ['down', '--url', 'http://127.0.0.1:1']],
])('2 for %s', async (_, args) => {
  const { code, stdout, stderr } = await runHere(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).not.toBe('');
});

test('2 for a port in the environment that is none', async () => {
  expect((await runMain(['up'], { env: { FIELDWARDEN_ADMIN_PORT: 'x' } })).code).toBe(2);
});

test.each([['--help'], ['--version'], ['tags', '--help']])('0 for %s %s', async (...args) => {
  const { code, stdout, stderr } = await runHere(args.filter(Boolean));
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).not.toBe('');
});

test('1 when what answers is no gateway', async () => {
  const other = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<html>'));
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await runHere(['status', '--url', `http://127.0.0.1:${port}`]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('no Fieldwarden gateway')]);
  other.close();
});

test('1 when a gateway answers in a shape of another version', async () => {
  await using server = await TestServer.start();
  server.control.statusNow = { ...server.control.statusNow, schema: 'fieldwarden/status@2' as never };
  const { code, stderr } = await runHere(['status'], { FIELDWARDEN_HOME: server.home });
  expect([code, stderr]).toEqual([1, expect.stringContaining('one of another version')]);
});

test('errors are JSON on standard error with --json, wherever it stands', async () => {
  const { code, stdout, stderr } = await runMain(['--json', '--home', '/nowhere', 'status']);
  expect([code, stdout]).toEqual([3, '']);
  expect(JSON.parse(stderr)).toEqual({
    schema: 'fieldwarden/error@1',
    exitCode: 3,
    code: 'NOT_RUNNING',
    message: 'No gateway runs on /nowhere.',
    remedy: 'Start one: fieldwarden up --plant FILE',
  });
});

test.each([
  [78, 'a document with errors', 'version: 1\nsite: lab\ndrivers: [{ id: a, type: nothing }]\n'],
  [78, 'a document that is no YAML', 'a: [b'],
  [0, 'a valid document', 'version: 1\nsite: lab\ndrivers: [{ id: a, type: simulator, devices: [] }]\n'],
])('config validate: %d for %s, without a gateway', async (expected, _, text) => {
  await using folder = await temporaryDirectory();
  const file = join(folder.path, 'plant.yaml');
  writeFileSync(file, text);
  const human = await runMain(['config', 'validate', file]);
  expect(human.code).toBe(expected);
  expect(human.stdout).toContain(expected === 0 ? 'is valid: 0 errors' : 'is not valid: ');
  const json = await runHere(['config', 'validate', file, '--json']);
  const answer = jsonOf(json) as { findings: { severity: string }[] };
  expect(answer).toMatchObject({ schema: 'fieldwarden/findings@1', file, valid: expected === 0 });
  expect(answer.findings.some(({ severity }) => severity === 'error')).toBe(expected === 78);
});

test('config validate says where in the text each finding is, errors first', async () => {
  await using folder = await temporaryDirectory();
  const file = join(folder.path, 'plant.yaml');
  writeFileSync(file, 'version: 1\nsite: lab\nopcua: { anonymous: true, securityPolicies: [None] }\nextra: 1\n');
  const { stdout } = await runHere(['config', 'validate', file]);
  const [first, second] = stdout.split('\n');
  expect(first).toMatch(/plant\.yaml:4:1: error: .* \(extra\) \[unknown-field\]$/);
  expect(second).toMatch(/plant\.yaml:3:1: warning: .* \(opcua\) \[opcua-open\]$/);
});

test.each([
  [['services', 'restrat', 'opcua'], "error: unknown command 'services restrat'\n(Did you mean restart?)\n"],
  [
    ['alarms', 'foo'],
    "error: unknown command 'alarms foo'\n(Commands: list, ack, confirm, comment, shelve, unshelve, disable, enable, out-of-service, in-service, reset, journal, statistics)\n",
  ],
  [['config', 'draft', 'sett', 'x'], "error: unknown command 'config draft sett'\n(Did you mean set?)\n"],
  [['services', 'list', 'opcua'], 'error: services list takes no arguments, but got opcua\n'],
])('%j: a mistyped command of a group that has a default one is told as that', async (args, words) => {
  expect(await runHere(args)).toEqual({ code: 2, stdout: '', stderr: words });
});

test('config validate says mistakes of YAML in words of the plant', async () => {
  await using folder = await temporaryDirectory();
  const file = join(folder.path, 'plant.yaml');
  writeFileSync(file, 'version: 1\nsite: lab\ndrivers:\n  - id: line\n    type: simulator\n   devices: []\n');
  const { code, stdout } = await runHere(['config', 'validate', file]);
  expect(code).toBe(78);
  expect(stdout).toMatch(/plant\.yaml:6:4: error: line 6, column 4: `devices` stands further left than its neighbours/);
});

test('config validate: 78 for a file that is not there', async () => {
  expect((await runHere(['config', 'validate', '/nonexistent/plant.yaml'])).code).toBe(78);
});

test('drivers types lists the built-in types, without a gateway', async () => {
  const human = await runMain(['drivers', 'types']);
  expect(human.stdout).toMatch(/^modbus +\d+\.\d+\.\d+ +B +gateway$/m);
  expect(human.stdout).toMatch(/^s7 +\d+\.\d+\.\d+ +C +host$/m);
  const { types } = jsonOf(await runHere(['drivers', 'types', '--json'])) as { types: unknown[] };
  expect(types).toContainEqual({ type: 'simulator', version: expect.any(String), tier: 'A' });
});

test('4 for the socket of another user', async () => {
  await using home = await temporaryDirectory();
  const locked = join(home.path, 'locked');
  mkdirSync(locked, { mode: 0o000 });
  const { code, stderr } = await asOrdinaryUser(() => runHere(['status', '--home', locked]));
  expect([code, stderr]).toEqual([4, expect.stringContaining('belongs to another user')]);
});

/** Nothing is locked for root. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return await work();
  process.seteuid!(65_534);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
  }
}

test.each([
  [['status', '--json', '--nonsense'], "unknown option '--nonsense'"],
  [['events', '--json', '-n', 'many'], 'It is a whole number from 0 to 100000.'],
  [['--json', 'statsu'], "unknown command 'statsu'"],
  [['--json', 'services', 'restrat', 'opcua'], "unknown command 'services restrat'\n(Did you mean restart?)"],
])('2 with one JSON line on standard error for what programs got wrong: %j', async (args, words) => {
  const { code, stdout, stderr } = await runMain(args);
  expect([code, stdout]).toEqual([2, '']);
  const lines = stderr.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0])).toMatchObject({
    schema: 'fieldwarden/error@1',
    exitCode: 2,
    code: 'USAGE',
    message: expect.stringContaining(words) as string,
  });
});
