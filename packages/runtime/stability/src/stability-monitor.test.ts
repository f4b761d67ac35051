import { silentLogger } from '@fieldwarden/core';
import { FakeClock, collectingLogger, temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { BaselineStore } from './baseline-store.js';
import { ProcessSampler } from './process-sampler.js';
import { RecycleQueue } from './recycle-queue.js';
import { StabilityMonitor } from './stability-monitor.js';
import type { StabilitySettings } from './stability-settings.js';
import { FakeTarget } from './testing/fake-target.js';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Soft above 200 bytes and hard above 400 with the usual 100. */
const settings: StabilitySettings = {
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

const nightly = { cron: '0 3 * * *', timeZone: 'UTC', splayMs: 0 };

/** What all drivers of a gateway share; processes hold as much memory as `bytes` says. */
function gateway(home: string) {
  const clock = new FakeClock({ wallMs: Date.UTC(2030, 0, 1) });
  const logger = collectingLogger();
  const memory = { bytes: 100, cpuPercent: 3 };
  const read = (pids: readonly number[]) => {
    const usage = { memoryBytes: memory.bytes, measure: 'private', cpuPercent: memory.cpuPercent } as const;
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
async function withDriver(
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

describe('memory of a Host', () => {
  it('is shown with its limits once they are known', async () => {
    await withDriver(async ({ clock, driver }) => {
      const unknown = { baselineBytes: null, softBytes: null, hardBytes: null };
      expect(driver.memory).toEqual({ ...unknown, bytes: null, state: null });
      await clock.advance(secondMs);
      expect(driver.memory).toEqual({ ...unknown, bytes: 100, state: 'Warming' });
      expect(driver.cpuPercent).toBe(3);
      await clock.advance(10 * secondMs);
      expect(driver.memory).toEqual({
        bytes: 100,
        baselineBytes: 100,
        softBytes: 200,
        hardBytes: 400,
        state: 'Normal',
      });
    });
  });

  it('above the soft limit is told, and caches are asked for, once', async () => {
    await withDriver(async ({ clock, target, memory, driver }) => {
      await clock.advance(11 * secondMs);
      memory.bytes = 300;
      await clock.advance(30 * secondMs);
      expect(driver.memory.state).toBe('Soft');
      expect(target.done).toEqual(['event: memory is Soft', 'flush-caches']);
    });
  });

  it('that stays above the soft limit through a collection recycles the Host', async () => {
    await withDriver(async ({ clock, target, memory }) => {
      await clock.advance(11 * secondMs);
      memory.bytes = 300;
      await clock.advance(70 * secondMs);
      expect(target.done.slice(2)).toEqual(['request-gc', 'recycle memory-soft']);
    });
  });

  it('above the hard limit twice recycles the Host, and its successor need not warm', async () => {
    await withDriver(async ({ clock, target, memory, driver }) => {
      target.onRecycle = () => Promise.resolve(target.respawn(clock.monotonicMs()));
      await clock.advance(11 * secondMs);
      memory.bytes = 500;
      await clock.advance(2 * secondMs);
      expect(target.done.at(-1)).toBe('recycle memory-hard');
      memory.bytes = 110;
      await clock.advance(secondMs);
      expect(driver.memory).toEqual({
        bytes: 110,
        baselineBytes: 100,
        softBytes: 200,
        hardBytes: 400,
        state: 'Normal',
      });
    });
  });

  it('is of no interest while the Host is being replaced', async () => {
    await withDriver(async ({ clock, target, memory }) => {
      target.onRecycle = () => new Promise(() => undefined);
      await clock.advance(11 * secondMs);
      memory.bytes = 500;
      await clock.advance(3 * hourMs);
      expect(target.done.filter((each) => each.startsWith('recycle'))).toHaveLength(1);
      expect(target.done.at(-1)).toBe('recycle memory-hard');
    });
  });

  it('that leaks in every process raises an alarm at the third recycle', async () => {
    await withDriver(async ({ clock, target, memory }) => {
      target.onRecycle = () => Promise.resolve(target.respawn(clock.monotonicMs()));
      await clock.advance(11 * secondMs);
      memory.bytes = 500;
      await clock.advance(4 * hourMs);
      expect(target.done.filter((each) => /^(recycle|alarm)/.test(each))).toEqual([
        'recycle memory-hard',
        'recycle memory-hard',
        'alarm: recycled for its memory 3 times in a row',
        'recycle memory-hard',
        'alarm: recycled for its memory 4 times in a row',
        'recycle memory-hard',
      ]);
    });
  });

  it('is judged again after a recycle that failed', async () => {
    await withDriver(async ({ clock, target, memory }) => {
      target.onRecycle = () => Promise.reject(new Error('no successor'));
      await clock.advance(11 * secondMs);
      memory.bytes = 500;
      await clock.advance(31 * minuteMs);
      expect(target.done.filter((each) => each === 'recycle memory-hard')).toHaveLength(2);
      expect(target.done).toContain('event: the recycle for memory failed: no successor');
    });
  });

  it('of a process that is not ready yet is shown, not judged', async () => {
    await withDriver(
      async ({ clock, target, driver }) => {
        target.readySinceMs = null;
        await clock.advance(hourMs);
        expect(driver.memory).toMatchObject({ bytes: 100, state: null });
        expect(target.done).toEqual([]);
        target.readySinceMs = hourMs;
        await clock.advance(secondMs);
        expect(driver.memory.state).toBe('Warming');
      },
      { memory: { ...settings.memory, capBytes: 200 } },
    );
  });

  it('of another version of the driver is learnt anew', async () => {
    await using home = await temporaryDirectory();
    const { clock, monitor } = gateway(home.path);
    using first = monitor(new FakeTarget());
    await clock.advance(11 * secondMs);
    expect(first.memory.state).toBe('Normal');
    const target = Object.assign(new FakeTarget(), { readySinceMs: clock.monotonicMs() });
    using same = monitor(target);
    using newer = monitor(target, {}, 'filler', '2');
    await clock.advance(secondMs);
    expect([same.memory.state, newer.memory.state]).toEqual(['Normal', 'Warming']);
  });
});

describe('memory of an in-process driver', () => {
  const inProcess = { isolation: 'in-process', pid: null, spawn: null } as const;

  it('is what its session says, and a hard breach recommends a Host and stops nothing', async () => {
    await withDriver(async ({ clock, target, driver }) => {
      Object.assign(target, inProcess);
      let bytes = 100;
      target.footprint = () => bytes;
      await clock.advance(11 * secondMs);
      bytes = 500;
      await clock.advance(24 * hourMs);
      expect(driver.memory).toEqual({ bytes: 500, baselineBytes: 100, softBytes: 200, hardBytes: 400, state: 'Hard' });
      expect(target.done).toEqual(['event: memory is Hard', 'flush-caches', 'recommend-promotion']);
      expect(driver.cpuPercent).toBeNull();
    });
  });

  it('is unknown if the session does not say, or says nonsense, or throws; that is logged once', async () => {
    await withDriver(async ({ clock, target, driver, logger }) => {
      Object.assign(target, inProcess);
      const answers: (() => number | null)[] = [() => null, () => NaN, () => -1];
      for (const footprint of answers) {
        target.footprint = footprint;
        await clock.advance(secondMs);
        expect(driver.memory).toMatchObject({ bytes: null, state: null });
      }
      target.footprint = () => {
        throw new Error('a bug of the driver');
      };
      await clock.advance(10 * secondMs);
      expect(logger.messages()).toEqual(['memoryFootprint failed: a bug of the driver']);
    });
  });

  it('is measured anew when the driver moves into a Host', async () => {
    await withDriver(async ({ clock, target, driver }) => {
      Object.assign(target, inProcess);
      target.footprint = () => 7;
      await clock.advance(11 * secondMs);
      expect(driver.memory).toMatchObject({ baselineBytes: 7, state: 'Normal' });
      Object.assign(target, { isolation: 'host', pid: 42, spawn: 1, readySinceMs: clock.monotonicMs() });
      await clock.advance(secondMs);
      expect(driver.memory).toMatchObject({ bytes: 100, baselineBytes: null, state: 'Warming' });
    });
  });
});

describe('a wedged driver', () => {
  it('is begun anew, then its Host recycled, then not helped any more', async () => {
    await withDriver(async ({ clock, target }) => {
      target.pendingWork = true;
      target.onRecycle = () => Promise.resolve(target.respawn(clock.monotonicMs()));
      await clock.advance(10 * minuteMs);
      const wedge = ['event: wedged: work is pending, nothing gets done', 'reinitialize', 'recycle wedge'];
      expect(target.done.slice(0, 7)).toEqual([...wedge, ...wedge, 'open-crash-loop: 3 wedges within an hour']);
    });
  });

  it('in-process becomes Faulted', async () => {
    await withDriver(async ({ clock, target }) => {
      Object.assign(target, { isolation: 'in-process', pid: null, spawn: null, pendingWork: true });
      await clock.advance(90 * secondMs);
      expect(target.done.at(-1)).toMatch(/^fault: no progress/);
    });
  });

  it('gets 10 s to begin anew, and no more if that never ends', async () => {
    await withDriver(async ({ clock, target }) => {
      target.pendingWork = true;
      target.onReinitialize = () => new Promise(() => undefined);
      await clock.advance(65 * secondMs);
      expect(target.done.at(-1)).toBe('reinitialize');
      await clock.advance(9 * secondMs);
      expect(target.done.at(-1)).toBe('reinitialize');
      await clock.advance(secondMs);
      expect(target.done.at(-1)).toBe('recycle wedge');
    });
  });

  it('that helped itself is told of', async () => {
    await withDriver(async ({ clock, target }) => {
      target.pendingWork = true;
      target.onReinitialize = () => Promise.resolve((target.progress += 1) > 0);
      await clock.advance(75 * secondMs);
      expect(target.done.at(-1)).toBe('event: no longer wedged');
    });
  });

  it.each([
    ['rejects', () => Promise.reject<boolean>(new Error('no'))],
    [
      'throws',
      (): Promise<boolean> => {
        throw new Error('no');
      },
    ],
  ])('whose session %s when asked to begin anew is recycled at the next look', async (_says, onReinitialize) => {
    await withDriver(async ({ clock, target, logger }) => {
      Object.assign(target, { pendingWork: true, onReinitialize });
      await clock.advance(70 * secondMs);
      expect(target.done.at(-1)).toBe('recycle wedge');
      expect(logger.messages('warn')).toContain('reinitialize failed: no');
    });
  });

  it('whose recycle fails is told of, and watched on', async () => {
    await withDriver(async ({ clock, target }) => {
      target.pendingWork = true;
      target.onRecycle = () => Promise.reject(new Error('unkillable'));
      await clock.advance(10 * minuteMs);
      expect(target.done).toContain('event: the recycle of a wedged Host failed: unkillable');
      expect(target.done).toContain('open-crash-loop: 3 wedges within an hour');
    });
  });

  it('that is none, idle for a day, is left alone', async () => {
    await withDriver(async ({ clock, target }) => {
      await clock.advance(24 * hourMs);
      expect(target.done).toEqual([]);
    });
  });

  it('does not stop the watch with an error of its own', async () => {
    await withDriver(async ({ clock, target, logger }) => {
      target.pendingWork = true;
      const { event } = target;
      target.event = () => {
        throw new Error('no room');
      };
      await clock.advance(65 * secondMs);
      expect(logger.messages('error')).toEqual([expect.stringContaining('no room')]);
      target.event = event;
      await clock.advance(15 * secondMs);
      expect(target.done.at(-1)).toBe('recycle wedge');
    });
  });
});

describe('a planned recycle', () => {
  it('comes at its time, each night', async () => {
    await withDriver(
      async ({ clock, target }) => {
        await clock.advance(3 * hourMs - 1);
        expect(target.done).toEqual([]);
        await clock.advance(1);
        expect(target.done).toEqual(['recycle cron']);
        await clock.advance(24 * hourMs);
        expect(target.done).toEqual(['recycle cron', 'recycle cron']);
      },
      { recycle: nightly },
    );
  });

  it('is left out if the driver was restarted within the hour, and only then', async () => {
    await withDriver(
      async ({ clock, target }) => {
        target.restartedAtMs = 2 * hourMs + 1;
        await clock.advance(3 * hourMs);
        expect(target.done).toEqual(['event: planned recycle left out: restarted less than an hour ago']);
        await clock.advance(24 * hourMs);
        expect(target.done.at(-1)).toBe('recycle cron');
      },
      { recycle: nightly },
    );
  });

  it('that fails does not end the schedule', async () => {
    await withDriver(
      async ({ clock, target }) => {
        target.onRecycle = () => Promise.reject(new Error('no successor'));
        await clock.advance(48 * hourMs);
        const failed = ['recycle cron', 'event: the planned recycle failed: no successor'];
        expect(target.done).toEqual([...failed, ...failed]);
      },
      { recycle: nightly },
    );
  });

  it('waits for that of another driver to end', async () => {
    await using home = await temporaryDirectory();
    const { clock, monitor } = gateway(home.path);
    const [first, second] = [new FakeTarget(), new FakeTarget()];
    let end = (): void => undefined;
    first.onRecycle = () => new Promise((resolve) => (end = resolve));
    using _a = monitor(first, { recycle: nightly }, 'a');
    using _b = monitor(second, { recycle: nightly }, 'b');
    await clock.advance(3 * hourMs + minuteMs);
    expect([first.done, second.done]).toEqual([['recycle cron'], []]);
    end();
    await clock.advance(0);
    expect(second.done).toEqual(['recycle cron']);
  });

  it('does not come to a driver that was removed or moved in-process while it waited', async () => {
    await using home = await temporaryDirectory();
    const { clock, monitor } = gateway(home.path);
    const [first, removed, moved] = [new FakeTarget(), new FakeTarget(), new FakeTarget()];
    let end = (): void => undefined;
    first.onRecycle = () => new Promise((resolve) => (end = resolve));
    using _a = monitor(first, { recycle: nightly }, 'a');
    const disposed = monitor(removed, { recycle: nightly }, 'b');
    using _c = monitor(moved, { recycle: nightly }, 'c');
    await clock.advance(3 * hourMs);
    disposed.dispose();
    Object.assign(moved, { isolation: 'in-process', pid: null, spawn: null });
    end();
    await clock.advance(minuteMs);
    expect([removed.done, moved.done]).toEqual([[], []]);
  });

  it('does not pile up: what comes due while one waits is left out', async () => {
    await withDriver(
      async ({ clock, target }) => {
        let end = (): void => undefined;
        target.onRecycle = () => new Promise((resolve) => (end = resolve));
        await clock.advance(20 * minuteMs);
        end();
        await clock.advance(0);
        expect(target.done).toEqual(['recycle cron']);
        await clock.advance(minuteMs);
        expect(target.done).toEqual(['recycle cron', 'recycle cron']);
        end();
        await clock.advance(0);
      },
      { recycle: { ...nightly, cron: '* * * * *' } },
    );
  });
});

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
});
