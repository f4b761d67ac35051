import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { systemClock } from '@fieldwarden/core';
import { FakeClock, waitFor } from '@fieldwarden/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { ProcessUsageReader } from './process-usage.js';

const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) await end(child);
});

/** A Node process that has run `code` and says so. */
async function child(code = ''): Promise<ChildProcess & { pid: number }> {
  const started = spawn(process.execPath, ['-e', `${code}; console.log('ready'); setInterval(() => {}, 1e6)`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(started);
  await once(started.stdout, 'data');
  return started as ChildProcess & { pid: number };
}

async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const exited = once(process, 'exit');
  process.kill('SIGKILL');
  await exited;
}

const mebibyte = 1_048_576;

describe('a reading (§6.1)', () => {
  it('tells the memory that is a process’s own, of many at once', async () => {
    const [small, big] = await Promise.all([child(), child('globalThis.held = Buffer.alloc(64 * 1048576, 1)')]);
    const usages = await new ProcessUsageReader(systemClock).read([small.pid, big.pid]);
    const held = usages.get(big.pid)!.memoryBytes - usages.get(small.pid)!.memoryBytes;
    expect(held / mebibyte).toBeGreaterThan(60);
    expect(held / mebibyte).toBeLessThan(80);
    expect(usages.get(small.pid)).toMatchObject({ measure: 'private', cpuPercent: null });
  });

  it('agrees with what the kernel says in bytes', async () => {
    const { pid } = await child();
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)![1]);
    const own = kilobytes('VmRSS') - kilobytes('RssFile') - kilobytes('RssShmem');
    const usage = (await new ProcessUsageReader(systemClock).read([pid])).get(pid)!;
    expect(Math.abs(usage.memoryBytes / 1_024 - own)).toBeLessThan(2_048);
  });

  it('has no CPU share at first, then that since the reading before', async () => {
    const busy = spawn(process.execPath, ['-e', "console.log('ready'); for (;;);"], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(busy);
    await once(busy.stdout, 'data');
    const idle = await child();
    const reader = new ProcessUsageReader(systemClock);
    const first = await reader.read([busy.pid!, idle.pid]);
    expect([first.get(busy.pid!)?.cpuPercent, first.get(idle.pid)?.cpuPercent]).toEqual([null, null]);
    const shares = async (): Promise<readonly number[]> => {
      const usages = await reader.read([busy.pid!, idle.pid]);
      return [usages.get(busy.pid!)!.cpuPercent!, usages.get(idle.pid)!.cpuPercent!];
    };
    await waitFor(async () => (await shares())[0] > 5, { what: 'CPU time of a busy process', intervalMs: 100 });
    await waitFor(async () => (await shares())[1] < 5, { what: 'a share of nearly nothing', intervalMs: 100 });
  });

  it('leaves out a process that is gone, alone and among others, and never fails', async () => {
    const [one, other] = await Promise.all([child(), child()]);
    const reader = new ProcessUsageReader(systemClock);
    await reader.read([one.pid, other.pid]);
    await end(one);
    expect([...(await reader.read([one.pid, other.pid])).keys()]).toEqual([other.pid]);
    expect(await reader.read([one.pid])).toEqual(new Map());
    expect(await new ProcessUsageReader(systemClock).read([one.pid])).toEqual(new Map());
    expect(await reader.read([])).toEqual(new Map());
  });

  it('takes a process that waits to be reaped for gone', async () => {
    // The shell becomes `sleep`, which reaps nobody, before its child is let go.
    const shell = spawn('sh', ['-c', 'sh -c "read line" <&3 & echo $!; exec sleep 1000'], {
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    });
    children.push(shell);
    const [line] = (await once(shell.stdout!, 'data')) as [Buffer];
    const pid = Number(line);
    await waitFor(() => readFileSync(`/proc/${shell.pid}/comm`, 'utf8') === 'sleep\n', {
      what: 'a parent that sleeps',
    });
    (shell.stdio[3] as Writable).end();
    await waitFor(() => /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')), { what: 'a zombie' });
    expect((await new ProcessUsageReader(systemClock).read([pid])).has(pid)).toBe(false);
  });

  it('of a pid that seems gone to the library tells memory alone, and asks again when the library has forgotten', async () => {
    const clock = new FakeClock();
    const shares: (number | undefined)[] = [3, 4, undefined, 5, 6];
    let asked = 0;
    const reader = new ProcessUsageReader(clock, ([pid]) => {
      const cpu = shares[asked++];
      return Promise.resolve(cpu === undefined ? {} : { [pid]: { cpu, memory: 1 } });
    });
    const read = async () => (await reader.read([process.pid])).get(process.pid);
    expect([(await read())?.cpuPercent, (await read())?.cpuPercent]).toEqual([null, 4]);
    expect(await read()).toMatchObject({ measure: 'private', cpuPercent: null });
    clock.stall(6 * 60_000 - 1);
    expect(await read()).toMatchObject({ measure: 'private', cpuPercent: null });
    expect(asked).toBe(3);
    clock.stall(1);
    expect([(await read())?.cpuPercent, (await read())?.cpuPercent]).toEqual([null, 6]);
  });

  it('holds no more than one file of a process, however often it is read', async () => {
    const { pid } = await child();
    const reader = new ProcessUsageReader(systemClock);
    for (let i = 0; i < 3; i++) await reader.read([pid]);
    const held = readdirSync('/proc/self/fd')
      .map((fd) => linkOf(fd))
      .filter((link) => link === `/proc/${pid}/stat`);
    expect(held.length).toBeLessThanOrEqual(1);
  });
});

function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined; // the one that reads the folder
  }
}
