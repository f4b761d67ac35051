import { temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { FakeTarget } from '../testing/fake-target.js';
import { gateway, hourMs, minuteMs, secondMs, settings, withDriver } from '../testing/test-gateway.js';

describe('memory of a Host (§6.1)', () => {
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

  it('of a successor is judged, even if nobody ever said that the recycle was over', async () => {
    await withDriver(async ({ clock, target, memory }) => {
      target.onRecycle = () => new Promise(() => target.respawn(clock.monotonicMs()));
      await clock.advance(11 * secondMs);
      memory.bytes = 500;
      await clock.advance(31 * minuteMs);
      expect(target.done.filter((each) => each === 'recycle memory-hard')).toHaveLength(2);
    });
  });

  it('of a process that ended by itself is not held against the next one', async () => {
    await withDriver(async ({ clock, target, memory }) => {
      await clock.advance(11 * secondMs);
      memory.bytes = 500;
      await clock.advance(secondMs);
      target.respawn(clock.monotonicMs());
      await clock.advance(secondMs);
      expect(target.done).not.toContain('recycle memory-hard');
      await clock.advance(secondMs);
      expect(target.done).toContain('recycle memory-hard');
    });
  });

  it('is learnt anew when the system no longer tells private memory', async () => {
    await withDriver(async ({ clock, memory, driver }) => {
      await clock.advance(11 * secondMs);
      memory.measure = 'rss';
      memory.bytes = 900;
      await clock.advance(secondMs);
      expect(driver.memory).toMatchObject({ bytes: 900, baselineBytes: 900, state: 'Normal' });
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
        target.readySinceMs = null;
        await clock.advance(secondMs);
        expect(driver.memory.state).toBeNull();
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

describe('memory of an in-process driver (§6.1)', () => {
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

  it('above the hard limit recommends a Host even if dropping the caches fails', async () => {
    await withDriver(async ({ clock, target, logger }) => {
      Object.assign(target, inProcess);
      let bytes = 100;
      target.footprint = () => bytes;
      await clock.advance(11 * secondMs);
      target.flushCaches = () => {
        throw new Error('a bug of the driver');
      };
      bytes = 500;
      await clock.advance(secondMs);
      expect(target.done.at(-1)).toBe('recommend-promotion');
      expect(logger.messages('warn')).toContain('dropping caches failed: a bug of the driver');
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
