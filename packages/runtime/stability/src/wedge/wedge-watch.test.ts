import { describe, expect, it } from 'vitest';
import { hourMs, minuteMs, secondMs, withDriver } from '../testing/test-gateway.js';

describe('a wedged driver (§6.4)', () => {
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

  it('is seen in time with a short threshold', async () => {
    await withDriver(
      async ({ clock, target }) => {
        Object.assign(target, { pendingWork: true, longestIntervalMs: 100 });
        await clock.advance(1_300);
        expect(target.done.at(-1)).toBe('reinitialize');
      },
      { wedge: { thresholdMs: 1_000 } },
    );
  });

  it('is none if its Host was replaced while it was quiet', async () => {
    await withDriver(async ({ clock, target }) => {
      target.pendingWork = true;
      for (let i = 0; i < 10; i++) {
        await clock.advance(40 * secondMs);
        target.respawn(clock.monotonicMs());
      }
      expect(target.done).toEqual([]);
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
