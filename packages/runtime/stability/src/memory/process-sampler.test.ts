import { delay, silentLogger } from '@fieldwarden/core';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { ProcessSampler } from './process-sampler.js';
import type { ProcessUsage, ReadUsages } from './process-usage.js';

const usageOf = (pid: number): ProcessUsage => ({ memoryBytes: pid * 1_000, measure: 'private', cpuPercent: 1 });

/** A sampler over processes that exist if their pid is below 100, and what it read and told. */
function bench({ readMs = 0, logger = silentLogger } = {}) {
  const clock = new FakeClock();
  const reads: (readonly [atMs: number, pids: readonly number[]])[] = [];
  const told: (readonly [who: string, atMs: number, bytes: number | undefined])[] = [];
  const read: ReadUsages = async (pids) => {
    reads.push([clock.monotonicMs(), pids]);
    if (readMs > 0) await delay(clock, readMs);
    return new Map(pids.filter((pid) => pid < 100).map((pid) => [pid, usageOf(pid)]));
  };
  const sampler = new ProcessSampler({ clock, logger, read });
  const watch = (who: string, sampleMs: number, pid: () => number | null): Disposable =>
    sampler.watch({ sampleMs, pid, onSample: (usage) => told.push([who, clock.monotonicMs(), usage?.memoryBytes]) });
  return { clock, reads, told, sampler, watch };
}

describe('the sampler (§6.1)', () => {
  it('reads all processes of one interval together, whenever their drivers were added', async () => {
    const { clock, reads, watch } = bench();
    watch('a', 5_000, () => 1);
    await clock.advance(1_234);
    watch('b', 5_000, () => 2);
    await clock.advance(9_000);
    expect(reads).toEqual([
      [5_000, [1, 2]],
      [10_000, [1, 2]],
    ]);
  });

  it('keeps each driver at its own interval, and reads what coincides at once', async () => {
    const { clock, reads, watch } = bench();
    watch('a', 1_000, () => 1);
    watch('b', 3_000, () => 2);
    await clock.advance(6_000);
    expect(reads.map(([, pids]) => pids)).toEqual([[1], [1], [1, 2], [1], [1], [1, 2]]);
  });

  it('reads one process once, however many look at it', async () => {
    const { clock, reads, told, watch } = bench();
    watch('a', 1_000, () => 1);
    watch('b', 1_000, () => 1);
    await clock.advance(1_000);
    expect(reads).toEqual([[1_000, [1]]]);
    expect(told).toHaveLength(2);
  });

  it('asks for the pid at each sample, and reads nothing where there is none', async () => {
    const { clock, reads, told, watch } = bench();
    const pids = [1, null, 2, 100];
    let i = 0;
    watch('a', 1_000, () => pids[Math.floor(i++ / 2)]);
    watch('b', 1_000, () => null);
    await clock.advance(2_000);
    expect(reads).toEqual([[1_000, [1]]]);
    expect(told).toEqual([
      ['a', 1_000, 1_000],
      ['b', 1_000, undefined],
      ['a', 2_000, undefined],
      ['b', 2_000, undefined],
    ]);
  });

  it('tells nothing of a process that was replaced while it was read, or is gone', async () => {
    const { clock, told, watch } = bench({ readMs: 10 });
    let pid = 1;
    watch('replaced', 1_000, () => pid);
    watch('gone', 1_000, () => 100);
    watch('there', 1_000, () => 5);
    clock.setTimer(() => (pid = 2), 1_005);
    await clock.advance(1_010);
    expect(told).toEqual([
      ['replaced', 1_010, undefined],
      ['gone', 1_010, undefined],
      ['there', 1_010, 5_000],
    ]);
  });

  it('never reads twice at a time: a slow system is asked less often', async () => {
    const { clock, reads, watch } = bench({ readMs: 2_500 });
    watch('a', 1_000, () => 1);
    await clock.advance(10_000);
    expect(reads.map(([atMs]) => atMs)).toEqual([1_000, 4_000, 7_000, 10_000]);
  });

  it('lets a driver that is added while it reads wait for the end of the reading', async () => {
    const { clock, reads, watch } = bench({ readMs: 2_500 });
    watch('a', 1_000, () => 1);
    clock.setTimer(() => watch('b', 1_000, () => 2), 1_500);
    await clock.advance(4_000);
    expect(reads).toEqual([
      [1_000, [1]],
      [3_500, [2]],
    ]);
  });

  it('goes on after a watcher that throws, and says so', async () => {
    const logger = collectingLogger();
    const { clock, told, sampler, watch } = bench({ logger });
    sampler.watch({
      sampleMs: 1_000,
      pid: () => 1,
      onSample: () => {
        throw new Error('a bug');
      },
    });
    watch('b', 1_000, () => 2);
    await clock.advance(2_000);
    expect(told).toHaveLength(2);
    expect(logger.messages('error')).toEqual(Array(2).fill(expect.stringContaining('a bug')));
  });

  it('tells a watcher nothing after it was disposed, not even of the reading under way', async () => {
    const { clock, told, watch } = bench({ readMs: 10 });
    const watching = watch('a', 1_000, () => 1);
    clock.setTimer(() => watching[Symbol.dispose](), 1_005);
    await clock.advance(5_000);
    expect(told).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('has no timer while nobody watches', async () => {
    const { clock, watch } = bench();
    const watching = [watch('a', 1_000, () => 1), watch('b', 2_000, () => 2)];
    await clock.advance(2_500);
    expect(clock.pendingTimers).toBe(1);
    for (const each of watching) each[Symbol.dispose]();
    expect(clock.pendingTimers).toBe(0);
  });
});
