import { temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { FakeTarget } from '../testing/fake-target.js';
import { gateway, hourMs, minuteMs, nightly, withDriver } from '../testing/test-gateway.js';

describe('a planned recycle (§6.3)', () => {
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

  it('does not come to a Host that does not run', async () => {
    await withDriver(
      async ({ clock, target }) => {
        target.pid = null;
        await clock.advance(24 * hourMs);
        expect(target.done).toEqual([]);
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
