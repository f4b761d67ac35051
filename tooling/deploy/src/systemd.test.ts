import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GatewayProcess, isAlive } from '@fieldwarden/acceptance';
import { NotifySocket } from '@fieldwarden/gateway/testing';
import { waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { stopLimitMs, stubbornPlant } from './stubborn-plant.js';
import { parseUnitFile } from './unit-file.js';

const text = readFileSync(resolve(import.meta.dirname, '../systemd/fieldwarden.service'), 'utf8');
const { Service: service, Unit: unit, Install: install } = parseUnitFile(text);
const [timeoutStopSec, watchdogSec] = [Number(service.TimeoutStopSec[0]), Number(service.WatchdogSec[0])];

describe('the systemd unit', () => {
  it('is accepted by systemd-analyze, with a program that is there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldwarden-unit-'));
    const file = join(folder, 'fieldwarden.service');
    writeFileSync(file, text.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true').replace(/^Documentation=.*$/m, ''));
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('waits for the gateway to say that it is ready, from a helper process', () => {
    expect([service.Type, service.NotifyAccess]).toEqual([['notify'], ['all']]);
    expect(watchdogSec).toBeGreaterThan(0);
  });

  it('stops the gateway alone and gives it longer than it needs', () => {
    expect(service.KillMode).toEqual(['mixed']);
    expect(1000 * timeoutStopSec).toBeGreaterThan(stopLimitMs);
  });

  it('starts it again after a failure, but not with a plant that cannot run or a wrong command', () => {
    expect(service.Restart).toEqual(['on-failure']);
    expect(service.RestartPreventExitStatus).toEqual(['78 2']);
  });

  it('runs as a user of its own that can write the home only', () => {
    expect([service.User, service.StateDirectory, service.ProtectSystem]).toEqual([
      ['fieldwarden'],
      ['fieldwarden'],
      ['strict'],
    ]);
    expect([service.RuntimeDirectory, service.RuntimeDirectoryMode]).toEqual([['fieldwarden'], ['0700']]); // a spare socket
    expect(service.Environment).toContain('FIELDWARDEN_HOME=/var/lib/fieldwarden');
    expect(service.NoNewPrivileges).toEqual(['yes']);
    expect(service.CapabilityBoundingSet).toEqual(['']);
  });

  it('forbids nothing that the gateway needs: compiled code, and the identity of the boot', () => {
    expect(service.MemoryDenyWriteExecute).toBeUndefined();
    expect(service.ProcSubset).toBeUndefined();
    expect([unit.StartLimitBurst, install.WantedBy]).toEqual([['10'], ['multi-user.target']]);
  });

  it('starts a command that exists', () => {
    const [, command] = /^\/opt\/fieldwarden\/(\S+) up --plant \S+$/.exec(service.ExecStart[0]) ?? [];
    const root = resolve(import.meta.dirname, '../../..');
    expect(execFileSync(process.execPath, [join(root, command), '--version'], { encoding: 'utf8' })).toMatch(
      /\d+\.\d+/,
    );
  });
});

it('a gateway under systemd says when it is ready, feeds the watchdog, says that it stops, and does so in time with a Host that refuses', async () => {
  await using socket = await NotifySocket.listen();
  await using gateway = await GatewayProcess.start(stubbornPlant, {
    NOTIFY_SOCKET: socket.path,
    WATCHDOG_USEC: '1000000',
  });
  await waitFor(() => socket.count('READY=1') === 1, { what: 'READY=1' });
  await gateway.driverTurns('stubborn', 'Healthy');
  const { pid } = await gateway.driver('stubborn');
  await waitFor(() => socket.count('WATCHDOG=1') >= 3, { what: 'three signs of life' });
  expect(socket.count('STOPPING=1')).toBe(0);
  const signalledMs = performance.now();
  gateway.signal('SIGTERM');
  await waitFor(() => socket.count('STOPPING=1') === 1, { what: 'STOPPING=1' });
  expect(await gateway.ended()).toBe(0);
  expect(performance.now() - signalledMs).toBeLessThan(stopLimitMs);
  expect(isAlive(pid!)).toBe(false);
}, 60_000);
