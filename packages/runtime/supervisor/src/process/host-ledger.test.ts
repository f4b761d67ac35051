import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { collectingLogger, FakeClock, temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { HostLedger } from './host-ledger.js';

interface Stray extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly pid: number;
}

function startStray(): Stray {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  const exited = once(child, 'exit');
  return {
    process: child,
    pid: child.pid!,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** What a gateway that was killed leaves behind. */
async function leaveBehind(
  stateDir: string,
  pid: number,
  change: (file: LedgerFile) => void = () => undefined,
): Promise<void> {
  new HostLedger(stateDir, silentLogger, systemClock).add({ driverId: 'press' }, pid);
  const path = join(stateDir, 'hosts.json');
  const file = JSON.parse(await readFile(path, 'utf8')) as LedgerFile;
  change(file);
  await writeFile(path, JSON.stringify(file));
}

interface LedgerFile {
  bootId: string;
  hosts: { pid: number; startTicks: string }[];
}

const sweep = (stateDir: string): readonly number[] => new HostLedger(stateDir, silentLogger, systemClock).sweep();

describe('the sweep at start-up (§4.6)', () => {
  it('kills a Host that a previous gateway left', async () => {
    await using directory = await temporaryDirectory();
    await using stray = startStray();
    await leaveBehind(directory.path, stray.pid);
    const exited = once(stray.process, 'exit');
    expect(sweep(directory.path)).toEqual([stray.pid]);
    expect(await exited).toEqual([null, 'SIGKILL']);
  });

  it.each([
    ['start time', (file: LedgerFile) => (file.hosts[0].startTicks = '1')],
    ['boot', (file: LedgerFile) => (file.bootId = 'another')],
  ])('spares a process that has only the pid in common (another %s)', async (_what, change) => {
    await using directory = await temporaryDirectory();
    await using stray = startStray();
    await leaveBehind(directory.path, stray.pid, change);
    expect(sweep(directory.path)).toEqual([]);
    expect(stray.process.exitCode ?? stray.process.signalCode).toBeNull();
  });

  it('kills the Host of a service too, and says whose it was', async () => {
    await using directory = await temporaryDirectory();
    await using stray = startStray();
    const exited = once(stray.process, 'exit');
    new HostLedger(directory.path, silentLogger, systemClock).add({ serviceId: 'opcua' }, stray.pid);
    const logger = collectingLogger();
    expect(new HostLedger(directory.path, logger, systemClock).sweep()).toEqual([stray.pid]);
    await exited;
    expect(logger.records[0].fields).toEqual({ serviceId: 'opcua', pid: stray.pid });
  });

  it('knows nothing of Hosts that ended in order', async () => {
    await using directory = await temporaryDirectory();
    await using stray = startStray();
    const ledger = new HostLedger(directory.path, silentLogger, systemClock);
    ledger.add({ driverId: 'press' }, stray.pid);
    ledger.remove(stray.pid);
    ledger.close();
    expect(sweep(directory.path)).toEqual([]);
  });

  it('writes once for Hosts that start together, a moment after the first', async () => {
    await using directory = await temporaryDirectory();
    await using first = startStray();
    await using second = startStray();
    const listed = async (): Promise<number[]> => {
      const file = JSON.parse(await readFile(join(directory.path, 'hosts.json'), 'utf8')) as LedgerFile;
      return file.hosts.map(({ pid }) => pid);
    };
    const clock = new FakeClock();
    const ledger = new HostLedger(directory.path, silentLogger, clock);
    ledger.add({ driverId: 'press' }, first.pid);
    ledger.add({ spare: true }, second.pid);
    expect(await listed()).toEqual([first.pid]);
    await clock.advance(100);
    expect(await listed()).toEqual([first.pid, second.pid]);
    await clock.advance(100);
    expect(clock.pendingTimers).toBe(0);
  });

  it.each(['', '{', 'null', '{"bootId":null,"hosts":[{"pid":1}]}', '{"hosts":"x"}'])(
    'survives a damaged list: %s',
    async (text) => {
      await using directory = await temporaryDirectory();
      await writeFile(join(directory.path, 'hosts.json'), text);
      expect(sweep(directory.path)).toEqual([]);
    },
  );
});
