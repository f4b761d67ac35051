import { silentLogger } from '@fieldwarden/core';
import { FakeClock, collectingLogger, temporaryDirectory } from '@fieldwarden/testkit';
import { expect } from 'vitest';
import { BaselineStore } from '../memory/baseline-store.js';
import { ProcessSampler } from '../memory/process-sampler.js';
import { RecycleQueue } from '../recycle/recycle-queue.js';
import { StabilityMonitor } from '../stability-monitor.js';
import type { StabilitySettings } from '../stability-settings.js';
import { FakeTarget } from './fake-target.js';

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;

/** Soft above 200 bytes and hard above 400 with the usual 100. */
export const settings: StabilitySettings = {
  memory: {
    sampleMs: secondMs,
    baselineWindowMs: 10 * secondMs,
    multiplier: 2,
    floorBytes: 0,
    recycleOnSoft: true,
    capBytes: null,
  },
  recycle: null,
  wedge: { thresholdMs: minuteMs },
};

export const nightly = { cron: '0 3 * * *', timeZone: 'UTC', splayMs: 0 };

/** What all drivers of a gateway share; processes hold as much memory as `bytes` says. */
export function gateway(home: string) {
  const clock = new FakeClock({ wallMs: Date.UTC(2030, 0, 1) });
  const logger = collectingLogger();
  const memory = { bytes: 100, measure: 'private' as 'private' | 'rss', cpuPercent: 3 };
  const read = (pids: readonly number[]) => {
    const { bytes: memoryBytes, measure, cpuPercent } = memory;
    const usage = { memoryBytes, measure, cpuPercent };
    return Promise.resolve(new Map(pids.map((pid) => [pid, usage])));
  };
  const sampler = new ProcessSampler({ clock, logger, read });
  const baselineStore = new BaselineStore(home, silentLogger);
  const recycleQueue = new RecycleQueue(clock, logger);
  const shared = { clock, logger, sampler, baselineStore, recycleQueue, random: () => 0 };
  const monitor = (
    target: FakeTarget,
    how: Partial<StabilitySettings> = {},
    driverId = 'filler',
    version = '1',
  ): StabilityMonitor =>
    new StabilityMonitor({
      ...shared,
      driverId,
      driverVersion: version,
      configHash: 'abc',
      settings: { ...settings, ...how },
      target,
    });
  return { ...shared, memory, monitor };
}

/** A gateway with one driver in a Host. */
export async function withDriver(
  test: (bench: ReturnType<typeof gateway> & { target: FakeTarget; driver: StabilityMonitor }) => Promise<void>,
  how: Partial<StabilitySettings> = {},
): Promise<void> {
  await using home = await temporaryDirectory();
  const bench = gateway(home.path);
  const target = new FakeTarget();
  const driver = bench.monitor(target, how);
  await test({ ...bench, target, driver });
  driver.dispose();
  expect(bench.clock.pendingTimers).toBe(0);
  await bench.baselineStore.flushed();
}
