import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { BaselineStore } from './baseline-store.js';
import { ProcessSampler } from './process-sampler.js';
import { ProcessUsageReader } from './process-usage.js';
import { RecycleQueue } from './recycle-queue.js';
import { StabilityMonitor } from './stability-monitor.js';
import { FakeTarget } from './testing/fake-target.js';
import { gateway, nightly, settings } from './testing/test-gateway.js';

/** Soft 16 MiB above the baseline of one second. */
const quick = { sampleMs: 100, baselineWindowMs: 1_000, multiplier: 1, floorBytes: 16 * 1_048_576 };

/** A process that takes as many more MiB as it is told to on each line. */
const eater = `
  const held = [];
  process.stdin.on('data', (text) => { held.push(Buffer.alloc(Number(text) * 1048576, 1)); console.log('eaten'); });
  console.log('ready');
`;

describe('a monitor', () => {
  it('asks its target nothing before its first timer', async () => {
    await using home = await temporaryDirectory();
    const asked: string[] = [];
    const target = new Proxy(new FakeTarget(), {
      get: (fake, name, receiver) => {
        asked.push(String(name));
        return Reflect.get(fake, name, receiver) as unknown;
      },
    });
    gateway(home.path).monitor(target, { recycle: nightly }).dispose();
    expect(asked).toEqual([]);
  });

  it('recycles a real process that takes more and more, by what was normal for it', async () => {
    await using home = await temporaryDirectory();
    const child = spawn(process.execPath, ['-e', eater], { stdio: ['pipe', 'pipe', 'inherit'] });
    using _child = { [Symbol.dispose]: () => void child.kill('SIGKILL') };
    await once(child.stdout, 'data');
    const shared = { clock: systemClock, logger: silentLogger };
    const target = Object.assign(new FakeTarget(), { pid: child.pid, readySinceMs: systemClock.monotonicMs() });
    using monitor = new StabilityMonitor({
      ...shared,
      driverId: 'filler',
      driverVersion: '1',
      configHash: 'abc',
      settings: { ...settings, memory: { ...settings.memory, ...quick } },
      target,
      random: () => 0,
      baselineStore: new BaselineStore(home.path, silentLogger),
      sampler: new ProcessSampler({ ...shared, read: new ProcessUsageReader(systemClock).read }),
      recycleQueue: new RecycleQueue(systemClock, silentLogger),
    });
    await waitFor(() => monitor.memory.state === 'Normal', { what: 'a baseline' });
    const { hardBytes } = monitor.memory;
    child.stdin.write('128');
    await waitFor(() => target.done.includes('recycle memory-hard'), { what: 'the recycle' });
    expect(monitor.memory.bytes).toBeGreaterThan(hardBytes!);
    expect(target.done).toContain('flush-caches');
    expect(monitor.cpuPercent).toBeGreaterThanOrEqual(0);
  });
});
