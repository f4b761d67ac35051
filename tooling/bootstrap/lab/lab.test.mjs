import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refuseSecondStart } from './lab.mjs';
import { root } from '../process/paths.mjs';

let home;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'fieldwarden-lab-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A running lab of stand-ins, with all it prints and all the stand-ins note. */
function startLab({ env = {}, args = [], throughShell = false } = {}) {
  const log = join(home, 'lab.log');
  writeFileSync(log, '');
  const command = [process.execPath, `${import.meta.dirname}/fixtures/run-lab.mjs`, home, ...args];
  // The colon keeps the shell from replacing itself by the command.
  const [file, ...rest] = throughShell ? ['sh', '-c', `${command.join(' ')}; :`] : command;
  const child = spawn(file, rest, {
    env: { ...process.env, LAB_LOG: log, ...env },
  });
  let output = '';
  const keep = (chunk) => (output += chunk);
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise((settle) => child.on('close', (code) => settle(code)));
  return {
    ended,
    kill: (signal) => child.kill(signal),
    output: () => output,
    notes: () => readFileSync(log, 'utf8').trim().split('\n'),
    ready: () => vi.waitFor(() => expect(output).toContain('Ctrl-C'), { timeout: 10_000 }),
    pidOf: (name) => Number(/\d+/.exec(readFileSync(log, 'utf8').split(`${name}-pid`)[1])[0]),
  };
}

/** As the stand-in for the rig says where it is. */
const onRig =
  '--driver-option packaging.port=5020 --driver-option press.port=10102 --driver-option wrapping.endpointUrl=opc.tcp://127.0.0.1:14840 --driver-option field.url=mqtt://127.0.0.1:11883 --driver-option mqtt.url=mqtt://127.0.0.1:11883';

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the lab', () => {
  it('tells where the rig is and how to go on, after the gateway has told where it is', async () => {
    const lab = startLab();
    await lab.ready();
    expect(lab.output()).toMatch(/The gateway runs[^]*modbus 5020 · s7 10102[^]*npx fieldwarden list --home/);
    lab.kill('SIGTERM');
    await lab.ended;
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('stops the gateway first and the rig last on %s', async (signal) => {
    const lab = startLab();
    await lab.ready();
    lab.kill(signal);
    expect(await lab.ended).toBe(0);
    expect(lab.notes().slice(-2)).toEqual(['gateway-stopped', 'rig-stopped']);
  });

  it('passes the exit code of the gateway on', async () => {
    const lab = startLab({ env: { GATEWAY_EXIT: '3' } });
    await lab.ready();
    lab.kill('SIGTERM');
    expect(await lab.ended).toBe(3);
  });

  it('hands its arguments to the gateway, after its own, so that they win', async () => {
    const lab = startLab({ args: ['--opcua-port', '0'] });
    await lab.ready();
    lab.kill('SIGTERM');
    await lab.ended;
    expect(lab.notes()).toContain(
      `gateway-args up --plant ${join(root, 'apps/rig/plant.yaml')} ${onRig} --home ${home} --opcua-port 0`,
    );
  });

  it('hands the rig its ports, and the gateway where the rig really is', async () => {
    const lab = startLab({ args: ['--rig-modbus-port', '15020', '--rig-s7-port=0'] });
    await lab.ready();
    lab.kill('SIGTERM');
    await lab.ended;
    expect(lab.notes()).toContain('rig-args --json --modbus-port 15020 --s7-port 0');
    expect(lab.notes()).toContainEqual(expect.stringContaining(onRig));
  });

  it('with --chaos runs the plant that can be broken, and says how to break it', async () => {
    const lab = startLab({ args: ['--chaos', '--opcua-port', '0'] });
    await lab.ready();
    lab.kill('SIGTERM');
    await lab.ended;
    expect(lab.notes()).toContain(
      `gateway-args up --plant ${join(root, 'apps/rig/plant.chaos.yaml')} ${onRig} --home ${home} --opcua-port 0`,
    );
    expect(lab.output()).toContain('npx fieldwarden tags write chaos/command hang --home');
  });

  it('stops the rig and tells the exit code when the gateway does not start', async () => {
    const lab = startLab({ env: { GATEWAY_ENDS: '78' } });
    expect(await lab.ended).not.toBe(0);
    expect(lab.output()).toContain('the gateway did not start (exit code 78)');
    expect(isAlive(lab.pidOf('rig'))).toBe(false);
  });

  it('does not start the gateway when the rig does not start', async () => {
    const lab = startLab({ env: { RIG_ENDS: 'before-ready' } });
    expect(await lab.ended).toBe(1);
    expect(lab.output()).toContain('the rig did not start (exit code 1)');
    expect(lab.notes().join()).not.toContain('gateway');
  });

  it('names the rig and stops the gateway when the rig dies', async () => {
    const lab = startLab({ env: { RIG_ENDS: 'after-ready' } });
    expect(await lab.ended).toBe(1);
    expect(lab.output()).toContain('The rig ended by itself (exit code 9)');
    expect(lab.notes()).toContain('gateway-stopped');
  });

  it('names the gateway and stops the rig when the gateway is killed', async () => {
    const lab = startLab();
    await lab.ready();
    process.kill(lab.pidOf('gateway'), 'SIGKILL');
    expect(await lab.ended).toBe(137);
    expect(lab.output()).toContain('The gateway ended by itself (SIGKILL)');
    expect(lab.notes()).toContain('rig-stopped');
  });

  it('stops in order when npm was ended, which tells only its shell', async () => {
    const lab = startLab({ throughShell: true, env: { npm_lifecycle_event: 'start' } });
    await lab.ready();
    lab.kill('SIGTERM');
    await vi.waitFor(() => expect(lab.notes().slice(-2)).toEqual(['gateway-stopped', 'rig-stopped']), {
      timeout: 10_000,
    });
  });

  it.runIf(process.platform === 'linux')('leaves nothing behind when it is killed outright', async () => {
    const lab = startLab();
    await lab.ready();
    lab.kill('SIGKILL');
    const stopped = expect.arrayContaining(['gateway-stopped', 'rig-stopped']);
    await vi.waitFor(() => expect(lab.notes()).toEqual(stopped), { timeout: 10_000 });
  });
});

describe('a second start', () => {
  it('is refused while a gateway answers for the home, with the way to stop it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    writeFileSync(join(home, 'run.json'), JSON.stringify({ pid: 4711, healthPort: server.address().port }));
    await expect(refuseSecondStart(home)).rejects.toMatchObject({
      message: expect.stringContaining('pid 4711'),
      remedy: expect.stringContaining('fieldwarden down'),
    });
    server.close();
  });

  it('is allowed when a killed gateway left its run file', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    writeFileSync(join(home, 'run.json'), JSON.stringify({ pid: 4711, healthPort: port }));
    await expect(refuseSecondStart(home)).resolves.toBeUndefined();
  });
});
