import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../process/paths.mjs';
import { refuseTakenPorts, startOptions } from './start-options.mjs';

describe('the options of npm start', () => {
  it.each([
    [[], {}, join(root, '.fieldwarden')],
    [[], { FIELDWARDEN_HOME: '/srv/fw' }, '/srv/fw'],
    [['--home', '/a'], { FIELDWARDEN_HOME: '/srv/fw' }, '/a'],
    [['--home=/b'], {}, '/b'],
  ])('of %j with %j have the home %s', (args, environment, expected) => {
    expect(startOptions(args, environment).home).toBe(expected);
  });

  it('go to the rig, to the gateway, or stay; flags go before the environment', () => {
    const args = [
      '--rig-modbus-port',
      '0',
      '--chaos',
      '--admin-port=5',
      '--opcua-port',
      '6',
      '--rig-bind=::1',
      '--watch',
    ];
    const environment = { FIELDWARDEN_RIG_S7_PORT: '7', FIELDWARDEN_HEALTH_PORT: '8', FIELDWARDEN_ADMIN_PORT: '9' };
    const { rig, gateway, chaos, help, ports } = startOptions(args, environment);
    expect([rig, chaos, help]).toEqual([['--modbus-port', '0', '--bind', '::1'], true, false]);
    expect(gateway).toEqual(['--admin-port=5', '--opcua-port', '6', '--watch']);
    expect(ports.map(({ flag, port, host }) => `${flag} ${host} ${port}`)).toEqual([
      '--rig-modbus-port ::1 0',
      '--rig-s7-port ::1 7',
      '--rig-mqtt-port ::1 11883',
      '--rig-opcua-port ::1 14840',
      '--rig-control-port ::1 5080',
      '--opcua-port 127.0.0.1 6',
      '--health-port 127.0.0.1 8',
      '--admin-port 127.0.0.1 5',
    ]);
  });

  it.each([[['--rig-s7-port', 'x']], [['--admin-port=70000']], [['--rig-modbus-port']]])('%j are refused', (args) => {
    expect(() => startOptions(args, {})).toThrow(/port/);
  });
});

describe('ports that somebody else has', () => {
  it('are all named, with the option that moves each, and nothing but these', async () => {
    const servers = await Promise.all([1, 2].map(() => listening()));
    const [a, b] = servers.map((server) => server.address().port);
    const want = (flag, port) => ({ title: `the ${flag}`, flag, host: '127.0.0.1', port });
    const refusal = refuseTakenPorts([want('--a', a), want('--free', 0), want('--b', b)]);
    await expect(refusal).rejects.toThrow(new RegExp(`^2 ports are taken.*\\n.*${a}.*--a\\n.*${b}.*--b$`, 's'));
    servers.forEach((server) => server.close());
    await expect(refuseTakenPorts([want('--free', 0)])).resolves.toBeUndefined();
  });

  it('are told before anything is installed or built', async () => {
    const server = await listening();
    const { port } = server.address();
    const { code, output } = await npmStart(`--rig-s7-port=${port}`, ...freePorts('--rig-s7-port'));
    expect([code, output]).toEqual([1, expect.stringContaining(String(port))]);
    expect(output).not.toMatch(/Install|Build/);
    server.close();
  });
});

it('npm start -- --help says what there is, and does nothing', async () => {
  const { code, output } = await npmStart('--help');
  expect([code, output]).toEqual([0, expect.stringContaining('--rig-modbus-port PORT')]);
});

function freePorts(but) {
  const flags = [
    '--rig-modbus-port',
    '--rig-s7-port',
    '--rig-control-port',
    '--opcua-port',
    '--health-port',
    '--admin-port',
  ];
  return flags.filter((flag) => flag !== but).map((flag) => `${flag}=0`);
}

function listening() {
  return new Promise((settle) => {
    const server = createServer().listen(0, '127.0.0.1', () => settle(server));
  });
}

function npmStart(...args) {
  return new Promise((settle) => {
    const child = spawn(process.execPath, [join(root, 'tooling/bootstrap/commands/start.mjs'), ...args], {
      env: { ...process.env, FIELDWARDEN_HOME: '/nonexistent/fieldwarden' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => settle({ code, output }));
  });
}
