import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { delay, systemClock } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { isRunning, quickSupervision } from './test-drivers/start-host.js';

interface ParentLine {
  readonly event?: string;
  readonly pid?: number;
  readonly state?: string;
  readonly spawn?: number;
  readonly heartbeatMs?: number;
}

interface Parent extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly lines: ParentLine[];
  readonly hostPid: () => number;
}

/** A supervising process of its own, whose Host is ready. */
async function startParent(tie: 'tied' | 'untied', command = ''): Promise<Parent> {
  const main = fileURLToPath(import.meta.resolve('@fieldwarden/driver-host/test-drivers/parent'));
  const child = spawn(process.execPath, [main, tie, command], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines: ParentLine[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as ParentLine));
  const hostPid = (): number => lines.findLast(({ pid }) => pid !== undefined)!.pid!;
  await waitFor(() => lines.length > 0, { what: 'the Host of the parent' });
  return {
    process: child,
    lines,
    hostPid,
    async [Symbol.asyncDispose]() {
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** proc(5). */
function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

/** SPEC §4.6. */
const orphanLimitMs = 500;

describe('when the supervising process is SIGKILLed (§4.6)', () => {
  it.each([
    ['idle', 'with', 'tied', ''],
    ['idle', 'without', 'untied', ''],
    ['spinning', 'with', 'tied', 'hang'],
    ['spinning', 'without', 'untied', 'hang'],
  ] as const)('its %s Host is gone within 0.5 s, %s setpriv', async (_state, _with, tie, command) => {
    await using parent = await startParent(tie, command);
    const pid = parent.hostPid();
    if (command === 'hang')
      await waitFor(() => parent.lines.some(({ event }) => event === 'suspect'), { what: 'the loop' });
    expect(await isRunning(pid)).toBe(true);
    parent.process.kill('SIGKILL');
    await waitFor(async () => !(await isRunning(pid)), { what: 'the end of the Host', timeoutMs: orphanLimitMs });
  });
});

describe('when the supervising process is SIGKILLed and has a spare process (§4.4, §4.6)', () => {
  it.each(['tied', 'untied'] as const)('that is gone within 0.5 s, too: %s', async (tie) => {
    await using parent = await startParent(tie);
    const spare = await waitFor(() => childrenOf(parent.process.pid!).find((pid) => pid !== parent.hostPid()), {
      what: 'the spare process',
    });
    parent.process.kill('SIGKILL');
    await waitFor(async () => !(await isRunning(spare)), { what: 'its end', timeoutMs: orphanLimitMs });
  });
});

describe('when the supervising process is SIGSTOPped for longer than a Host may be silent (§4.2)', () => {
  it('no Host is killed after SIGCONT, and the same one serves on', async () => {
    await using parent = await startParent('tied');
    const pid = parent.hostPid();
    parent.process.kill('SIGSTOP');
    await delay(systemClock, quickSupervision.hangKillMs * 3);
    parent.process.kill('SIGCONT');
    const before = parent.lines.length;
    await waitFor(() => parent.lines.length > before + 20, { what: 'a second of life after the stop' });
    const after = parent.lines.slice(before);
    expect(after.filter(({ event }) => event !== undefined)).toEqual([]);
    expect(new Set(after.map((line) => line.pid))).toEqual(new Set([pid]));
    expect(after.at(-1)).toMatchObject({ state: 'ready', spawn: 1 });
    expect(after.at(-1)!.heartbeatMs).toBeLessThan(quickSupervision.suspectMs);
  });
});

describe('when the supervising process has no file descriptor left', () => {
  it('a start that cannot be made is tried again, costs no crash, and succeeds once there are some', async () => {
    const main = fileURLToPath(import.meta.resolve('@fieldwarden/driver-host/test-drivers/starved-parent'));
    const child = spawn('bash', ['-c', 'ulimit -n 80 && exec "$0" "$1"', process.execPath, main]);
    const [[line]] = await Promise.all([once(createInterface({ input: child.stdout }), 'line'), once(child, 'exit')]);
    const { deaths, bystander } = JSON.parse(line as string) as { deaths: string[][]; bystander: string };
    expect(deaths.filter(([cause]) => cause !== 'not-spawned')).toEqual([]);
    expect(deaths[0][1]).toContain('no more pipes');
    expect([deaths.length > 0, bystander]).toEqual([true, 'ready']);
  });
});
