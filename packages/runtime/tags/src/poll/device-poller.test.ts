import { statusCodes } from '@fieldwarden/core';
import type { DriverSession, Point, ReadPlan } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DevicePoller, type PolledTag } from './device-poller.js';
import { TagStore } from '../store/tag-store.js';
import { testInvoker } from '../testing/test-invoker.js';
import { tag } from '../testing/test-tags.js';

/** A device whose every address reads as its own number: `7` has the value 7. Each read takes `takesMs`. */
class NumberDevice implements DriverSession {
  readonly reads: { readonly atMs: number; readonly addresses: string }[] = [];
  prepared = 0;
  takesMs = 0;
  mostAtOnce = 0;
  #atOnce = 0;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  prepareRead(deviceId: string, points: readonly Point[]): ReadPlan {
    this.prepared += 1;
    return { deviceId, points };
  }

  async read({ points }: ReadPlan, into: Parameters<NonNullable<DriverSession['read']>>[1]): Promise<void> {
    this.reads.push({ atMs: this.#clock.monotonicMs(), addresses: points.map(({ address }) => address).join() });
    this.mostAtOnce = Math.max(this.mostAtOnce, (this.#atOnce += 1));
    if (this.takesMs > 0) await new Promise<void>((resolve) => void this.#clock.setTimer(resolve, this.takesMs));
    points.forEach(({ address }, row) => into.setNumber(row, Number(address), this.#clock.wallMs()));
    this.#atOnce -= 1;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('DevicePoller', () => {
  let clock: FakeClock;
  let store: TagStore;
  let device: NumberDevice;
  let invoker: DeviceInvoker;
  let poller: DevicePoller;

  beforeEach(() => {
    clock = new FakeClock();
    store = new TagStore(clock, collectingLogger());
    device = new NumberDevice(clock);
    invoker = testInvoker(device, { clock, timeoutMs: 5_000, failures: null });
  });

  afterEach(() => {
    poller.stop();
    invoker.dispose();
  });

  const polled = (path: string, address: string, scanMs = 1_000): PolledTag => {
    const [handle] = store.define([tag(path, { address, scanMs })]);
    return { handle, point: { path, address, type: { scalar: 'float64' } }, scanMs };
  };
  const start = (tags: readonly PolledTag[], random = 0.1): void => {
    poller = new DevicePoller(tags, { invoker, store, clock, random: () => random, onScan: () => 0 });
    poller.start();
  };
  const none: ReadonlySet<number> = new Set();
  const readTimes = (): number[] => device.reads.map(({ atMs }) => atMs);

  describe('other tags while it runs (§7.5)', () => {
    it('goes on in the same grid with a new plan, and leaves other intervals and their plans alone', async () => {
      const [a, fast] = [polled('a', '1'), polled('fast', '2', 250)];
      start([a, fast]);
      await clock.advance(1_300);
      const { plan } = poller.classes[1];
      device.reads.length = 0;
      poller.reshape([a, fast, polled('b', '3')], none);
      await clock.advance(2_000);
      const slow = device.reads.filter(({ addresses }) => addresses !== '2');
      expect(slow).toEqual([
        { atMs: 2_100, addresses: '1,3' },
        { atMs: 3_100, addresses: '1,3' },
      ]);
      expect(poller.classes[1].plan).toBe(plan);
      expect(device.reads.filter(({ addresses }) => addresses === '2')).toHaveLength(8);
      expect(poller.statistics.map(({ overruns }) => overruns)).toEqual([0, 0]);
      expect(device.prepared).toBe(3);
    });

    it('a read under way counts for the tags that stay, and for none that went or lives elsewhere', async () => {
      const [a, b, c] = [polled('a', '1'), polled('b', '2'), polled('c', '3')];
      device.takesMs = 400;
      start([a, b, c]);
      await clock.advance(300);
      store.remove(Uint32Array.of(b.handle));
      const moved: PolledTag = { ...c, point: { ...c.point, address: '30' } };
      store.redefine(Uint32Array.of(c.handle), [tag('c', { address: '30' })]);
      const newcomer = polled('d', '4');
      expect(newcomer.handle).toBe(b.handle);
      poller.reshape([a, moved, newcomer], new Set([b.handle, c.handle]));
      await clock.advance(300);
      expect(store.read(a.handle)).toMatchObject({ value: 1, status: statusCodes.Good });
      for (const { handle } of [c, newcomer]) {
        expect(store.read(handle)).toMatchObject({ value: null, status: statusCodes.BadWaitingForInitialData });
      }
      await clock.advance(1_000);
      expect([c, newcomer].map(({ handle }) => store.value(handle))).toEqual([30, 4]);
      expect(readTimes()).toEqual([100, 1_100]);
    });

    it('asks at once for newcomers of a slow interval, after the read that is under way, and keeps the grid', async () => {
      const hourMs = 3_600_000;
      const a = polled('a', '1', hourMs);
      device.takesMs = 400;
      start([a]);
      await clock.advance(300);
      const b = polled('b', '2', hourMs);
      poller.reshape([a, b], none);
      await clock.advance(1_000);
      expect(store.value(b.handle)).toBe(2);
      await clock.advance(hourMs);
      expect(readTimes()).toEqual([100, 500, 100 + hourMs]);
      expect(device.mostAtOnce).toBe(1);
    });

    it('asks soon for a value that counts no more although its plan is as it was', async () => {
      const a = polled('a', '1', 60_000);
      start([a]);
      await clock.advance(300);
      const scaled = { gain: 10, offset: 0 };
      store.redefine(Uint32Array.of(a.handle), [tag('a', { address: '1', scanMs: 60_000, scaling: scaled })]);
      poller.refresh(new Set([a.handle]));
      await clock.advance(1);
      expect(store.read(a.handle)).toMatchObject({ value: 10, status: statusCodes.Good });
      expect(device.prepared).toBe(1);
    });

    it('an interval without tags ends, a tag that changes its interval is never without one', async () => {
      const a = polled('a', '1');
      start([a]);
      await clock.advance(300);
      poller.reshape([{ ...a, scanMs: 200 }], none);
      expect(poller.statistics.map(({ requestedMs }) => requestedMs)).toEqual([200]);
      expect(store.status(a.handle)).toBe(statusCodes.Good);
      await clock.advance(1_000);
      expect(device.reads.length).toBeGreaterThanOrEqual(5);
      poller.reshape([], new Set([a.handle]));
      const before = device.reads.length;
      await clock.advance(5_000);
      expect(device.reads).toHaveLength(before);
    });

    it('whatever comes and goes, every tag is read on its interval, and never two reads of one at a time', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(fc.tuple(fc.nat(5), fc.constantFrom(50, 100, 300)), { maxLength: 6 }), { maxLength: 6 }),
          async (shapes) => {
            device.takesMs = 20;
            start([]);
            const known = new Map<string, PolledTag>();
            for (const shape of shapes) {
              const wanted = new Map(shape.map(([number, scanMs]) => [`t${number}`, { number, scanMs }]));
              const outdated = new Set<number>();
              for (const [path, { handle }] of known) {
                if (wanted.has(path)) continue;
                outdated.add(handle);
                store.remove(Uint32Array.of(handle));
                known.delete(path);
              }
              for (const [path, { number, scanMs }] of wanted) {
                const before = known.get(path);
                known.set(path, before ? { ...before, scanMs } : polled(path, String(number), scanMs));
              }
              poller.reshape([...known.values()], outdated);
              await clock.advance(700);
              for (const [path, { handle }] of known) {
                expect(store.read(handle)).toMatchObject({ value: Number(path.slice(1)), status: statusCodes.Good });
              }
            }
            poller.stop();
            store.remove(Uint32Array.from([...known.values()], ({ handle }) => handle));
          },
        ),
        { numRuns: 30 },
      );
    });
  });

  describe('rhythm (§8.2)', () => {
    it('does not drift over 10,000 cycles of 10 ms, each of which begins on its point of the grid', async () => {
      start([polled('a', '1', 10)], 0.5);
      await clock.advance(100_000);
      const times = readTimes();
      expect(times).toHaveLength(10_000);
      expect(times.every((atMs, cycle) => atMs === 5 + cycle * 10)).toBe(true);
      expect(poller.statistics[0]).toMatchObject({ achievedMs: 10, overruns: 0 });
    });

    it('keeps to the grid whatever reads take, and counts every slot that it could not use', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 35 }), { minLength: 1, maxLength: 60 }), async (takes) => {
          device.reads.length = 0;
          start([polled('a', '1', 10)], 0);
          const startMs = clock.monotonicMs();
          for (const takesMs of takes) {
            device.takesMs = takesMs;
            await clock.advance(10);
          }
          const slots = readTimes().map((atMs) => (atMs - startMs) / 10);
          expect(slots.every((slot, i) => Number.isInteger(slot) && slot > (slots[i - 1] ?? -1))).toBe(true);
          expect(device.mostAtOnce).toBe(1);
          expect(slots.length + poller.statistics[0].overruns).toBe(takes.length + 1);
          poller.stop();
          await clock.advance(100);
          store.remove(Uint32Array.from(store.entries(), ([, handle]) => handle));
        }),
        { numRuns: 50 },
      );
    });

    it('says what was asked for and what was achieved, per interval', async () => {
      device.takesMs = 140;
      start([polled('a', '1', 100), polled('b', '2', 1_000)]);
      await clock.advance(20_000);
      const [fast, slow] = poller.statistics;
      expect(fast).toMatchObject({ requestedMs: 100, achievedMs: 200, tags: 1 });
      expect(fast.overruns).toBeGreaterThan(90);
      expect(slow).toMatchObject({ requestedMs: 1_000, achievedMs: 1_000, overruns: 0, tags: 1 });
    });
  });
});
