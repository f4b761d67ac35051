import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { silentLogger, systemClock } from '@fieldwarden/core';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { BaselineStore } from './memory/baseline-store.js';
import { ProcessSampler } from './memory/process-sampler.js';
import { ProcessUsageReader } from './memory/process-usage.js';
import { RecycleQueue } from './recycle/recycle-queue.js';
import { StabilityMonitor } from './stability-monitor.js';
import { FakeTarget } from './testing/fake-target.js';
import { gateway, hourMs, nightly, secondMs, settings, withDriver } from './testing/test-gateway.js';

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

  describe('that gets other settings while its driver runs (§7.5)', () => {
    it('keeps the baseline, moves the limits, and samples at the new pace', async () => {
      await withDriver(async ({ clock, memory, driver }) => {
        await clock.advance(11 * secondMs);
        const next = { ...settings, memory: { ...settings.memory, multiplier: 5, sampleMs: 5 * secondMs } };
        driver.configure({ settings: next, configHash: 'abc' });
        expect(driver.memory).toMatchObject({ baselineBytes: 100, softBytes: 500, hardBytes: 1_000, state: 'Normal' });
        memory.bytes = 300;
        await clock.advance(3 * secondMs); // samples lie on a grid of their interval
        expect(driver.memory.bytes).toBe(100);
        await clock.advance(secondMs);
        expect(driver.memory).toMatchObject({ bytes: 300, state: 'Normal' });
      });
    });

    it('begins nothing anew for settings that are the same', async () => {
      await withDriver(async ({ clock, target, driver }) => {
        Object.assign(target, { pendingWork: true });
        await clock.advance(50 * secondMs);
        driver.configure({ settings: structuredClone(settings), configHash: 'other' });
        await clock.advance(30 * secondMs);
        expect(target.done).toContain('reinitialize');
      });
    });

    it('takes up a schedule, and gives it up again', async () => {
      await withDriver(async ({ clock, target, driver }) => {
        driver.configure({ settings: { ...settings, recycle: nightly }, configHash: 'abc' });
        await clock.advance(24 * hourMs);
        expect(target.done.filter((what) => what === 'recycle cron')).toHaveLength(1);
        driver.configure({ settings, configHash: 'abc' });
        await clock.advance(24 * hourMs);
        expect(target.done.filter((what) => what === 'recycle cron')).toHaveLength(1);
      });
    });
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
