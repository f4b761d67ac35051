import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { expect, test } from 'vitest';
import type { RunFile } from '@fieldwarden/gateway-contract';
import { isRunning } from '../../gateway/is-running.js';
import { jsonOf, resultOf, runMain, startMain, type MainResult } from '../../testing/run-main.js';

const script = 'testing/fake-main.js';
const anyPorts = ['--health-port', '0', '--admin-port', '0'];

interface Site extends AsyncDisposable {
  readonly home: string;
  readonly plant: string;
  run(...args: string[]): Promise<MainResult>;
  start(...args: string[]): ReturnType<typeof startMain>;
}

/** A home and a plant file that makes the fake gateway behave as named. What still runs there at the end is killed. */
async function site(behaviour = 'runs'): Promise<Site> {
  const folder = await temporaryDirectory();
  const home = join(folder.path, 'home');
  const plant = join(folder.path, 'plant.yaml');
  writeFileSync(plant, behaviour);
  const options = { script, env: { FIELDWARDEN_HOME: home } };
  const children: ReturnType<typeof startMain>[] = [];
  return {
    home,
    plant,
    run: (...args) => (args[0] === 'up' ? runMain(args, options) : runMain(args, { env: options.env })),
    start(...args) {
      const child = startMain(args, options);
      children.push(child);
      return child;
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) child.kill('SIGKILL');
      if (existsSync(join(home, 'run.json')) && isRunning(pidOf(home))) process.kill(pidOf(home), 'SIGKILL');
      await folder[Symbol.asyncDispose]();
    },
  };
}

function pidOf(home: string): number {
  return (JSON.parse(readFileSync(join(home, 'run.json'), 'utf8')) as RunFile).pid;
}

test('up stays, says where everything is, and shows the set-up token the first time only', async () => {
  await using here = await site();
  for (const time of ['first', 'second']) {
    const child = here.start('up', '--plant', here.plant, ...anyPorts);
    const result = resultOf(child);
    await waitFor(() => existsSync(join(here.home, 'run.json')), { what: 'run.json' });
    const { pid, healthPort, adminPort } = JSON.parse(readFileSync(join(here.home, 'run.json'), 'utf8')) as RunFile;
    expect(pid).toBe(child.pid);
    child.kill('SIGTERM');
    const { code, stdout } = await result;
    expect(code).toBe(0);
    expect(stdout).toContain(`http://127.0.0.1:${healthPort}/readyz`);
    expect(stdout).toContain(`http://127.0.0.1:${adminPort}/api/v1`);
    expect(/fw_[\w-]{43}/.test(stdout)).toBe(time === 'first');
    expect(existsSync(join(here.home, 'run.json'))).toBe(false);
  }
});

test('up --json says the same as one line', async () => {
  await using here = await site();
  const child = here.start('up', '--plant', here.plant, '--json', ...anyPorts);
  const result = resultOf(child);
  await waitFor(() => existsSync(join(here.home, 'run.json')), { what: 'run.json' });
  child.kill('SIGINT');
  const finished = await result;
  expect(finished.code).toBe(0);
  expect(jsonOf(finished)).toMatchObject({
    schema: 'fieldwarden/run@1',
    pid: child.pid,
    setupToken: expect.stringMatching(/^fw_/),
  });
});

test('up ends when the gateway is stopped by down', async () => {
  await using here = await site();
  const child = here.start('up', '--plant', here.plant, ...anyPorts);
  const result = resultOf(child);
  await waitFor(() => existsSync(join(here.home, 'run.json')), { what: 'run.json' });
  const down = await here.run('down');
  expect([down.code, down.stdout]).toEqual([0, `The gateway (pid ${child.pid}) has stopped.\n`]);
  expect((await result).code).toBe(0);
});

test('up --detach returns when the gateway lives, and down ends it', async () => {
  await using here = await site();
  const up = await here.run('up', '--plant', here.plant, '--detach', '--json', ...anyPorts);
  expect([up.code, up.stderr]).toEqual([0, '']);
  const pid = pidOf(here.home);
  expect(jsonOf(up)).toMatchObject({ schema: 'fieldwarden/run@1', pid });
  expect((await here.run('status')).code).toBe(0);
  const down = await here.run('down', '--json');
  expect([down.code, jsonOf(down)]).toEqual([0, { schema: 'fieldwarden/down@1', pid }]);
  expect(isRunning(pid)).toBe(false);
  expect((await here.run('down')).code).toBe(3);
});

test('up --detach shows the set-up token, but leaves it in no file', async () => {
  await using here = await site();
  const { stdout } = await here.run('up', '--plant', here.plant, '--detach', ...anyPorts);
  const [token] = /fw_[\w-]{43}/.exec(stdout)!;
  for (const name of ['logs/up.log', 'tokens.json', 'run.json']) {
    expect(readFileSync(join(here.home, name), 'utf8')).not.toContain(token);
  }
  expect(statSync(join(here.home, 'logs')).mode & 0o777).toBe(0o700);
  expect((await here.run('down')).code).toBe(0);
});

test.each([[[]], [['--detach']]])('a refused plant is exit code 78 with all findings (%j)', async (more) => {
  await using here = await site('refused');
  const { code, stdout, stderr } = await here.run('up', '--plant', here.plant, ...more);
  expect([code, stdout]).toEqual([78, '']);
  expect(stderr).toContain('The plant has 1 error; nothing was started.');
  expect(stderr).toMatch(/^error +drivers\[0\]\.type +driver-type-unknown +no such type$/m);
});

test.each([
  ['port-taken', 1, 'Port 4842 on 127.0.0.1 is taken; choose another with --admin-port.'],
  ['throws', 1, 'X is undefined.'],
])(
  'a gateway that cannot start (%s) is exit code %d with the reason, detached or not',
  async (behaviour, expected, message) => {
    await using here = await site(behaviour);
    for (const more of [[], ['--detach']]) {
      const { code, stderr } = await here.run('up', '--plant', here.plant, ...more);
      expect([code, stderr]).toEqual([expected, `${message}\n`]);
    }
  },
);

test('up without a plant is exit code 78', async () => {
  await using here = await site();
  expect(await here.run('up')).toMatchObject({ code: 78, stderr: expect.stringContaining('--plant FILE') });
});

test('up --detach shows the last words of a gateway that dies', async () => {
  await using here = await site('dies');
  const { code, stderr } = await here.run('up', '--plant', here.plant, '--detach');
  expect(code).toBe(1);
  expect(stderr).toContain('The gateway ended before it was ready (SIGKILL).');
  expect(stderr).toContain('the last words');
});

test('up --detach on a home in use fails and leaves the gateway there alone', async () => {
  await using here = await site();
  expect((await here.run('up', '--plant', here.plant, '--detach', ...anyPorts)).code).toBe(0);
  const pid = pidOf(here.home);
  const second = await here.run('up', '--plant', here.plant, '--detach', ...anyPorts);
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('Another gateway runs on') });
  expect(isRunning(pid)).toBe(true);
  expect((await here.run('down')).code).toBe(0);
});

test('up --detach in a home that cannot be made says so', async () => {
  await using here = await site();
  const { code, stderr } = await here.run('up', '--plant', here.plant, '--detach', '--home', join(here.plant, 'home'));
  expect([code, stderr]).toEqual([78, expect.stringContaining('cannot be written')]);
});
