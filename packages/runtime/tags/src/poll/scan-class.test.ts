import { GatewayError, isBad, statusCodes, type ValueColumns } from '@fieldwarden/core';
import type { DriverSession, ReadPlan } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import { FakeClock, collectingLogger } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScanClass, type ScanResult } from './scan-class.js';
import { StalenessMonitor } from './staleness-monitor.js';
import { TagStore } from '../store/tag-store.js';
import { invokerSettings, testInvoker } from '../testing/test-invoker.js';
import { tag } from '../testing/test-tags.js';

const plan: ReadPlan = { deviceId: 'd1', points: [] };

describe('ScanClass (§8.2)', () => {
  let clock: FakeClock;
  let store: TagStore;
  let read: (into: ValueColumns) => Promise<void>;
  let results: ScanResult[];
  let startsAtMs: number[];
  let scan: ScanClass;
  let invoker: DeviceInvoker;
  let released: ReadPlan[];

  beforeEach(() => {
    clock = new FakeClock();
    const logger = collectingLogger();
    store = new TagStore(clock, logger);
    results = [];
    startsAtMs = [];
    released = [];
    const session: DriverSession = {
      close: () => Promise.resolve(),
      read: (_plan, into) => {
        startsAtMs.push(clock.monotonicMs());
        return read(into);
      },
      releaseRead: (ended) => void released.push(ended),
    };
    invoker = testInvoker(session, { clock, timeoutMs: 2_500, failures: null });
    read = (into) => Promise.resolve(into.setNumber(0, 42, clock.wallMs()));
    scan = new ScanClass(1_000, store.define([tag('a')]), plan, {
      invoker,
      store,
      clock,
      onScan: (result) => results.push(result),
    });
  });

  afterEach(() => {
    scan.stop();
    invoker.dispose();
  });

  const status = (): number => store.status(scan.handles[0]);
  const takes = (ms: number) => (into: ValueColumns) =>
    new Promise<void>((resolve) => void clock.setTimer(() => resolve(into.setNumber(0, 42, clock.wallMs())), ms));

  it('reads on a fixed grid, whatever a scan takes', async () => {
    read = takes(300);
    scan.start(100);
    await clock.advance(4_000);
    expect(startsAtMs).toEqual([100, 1_100, 2_100, 3_100]);
    expect(scan.statistics).toMatchObject({ requestedMs: 1_000, achievedMs: 1_000, overruns: 0 });
    expect(results[0]).toEqual({ tags: 1, durationMs: 300, ok: true });
  });

  it('achieves nothing while its scans are in vain, and is measured anew when they are not (§5.8)', async () => {
    const achieved = () => scan.statistics.achievedMs;
    scan.start(0);
    await clock.advance(2_500);
    expect(achieved()).toBe(1_000);
    const before = read;
    read = () => Promise.reject(new GatewayError({ code: 'NO', kind: 'timeout', message: 'no answer' }));
    await clock.advance(10_000);
    expect(achieved()).toBeUndefined();
    read = before;
    await clock.advance(20_000);
    expect(achieved()).toBe(1_000);
  });

  it('a scan out of turn counts neither as an interval nor as a slot', async () => {
    scan.start(0);
    await clock.advance(1_500);
    scan.scanNow();
    await clock.advance(1_500);
    expect(startsAtMs).toEqual([0, 1_000, 1_500, 2_000, 3_000]);
    expect(scan.statistics).toMatchObject({ achievedMs: 1_000, overruns: 0 });
  });

  it('lets go of its plan once, when it is stopped or gets another', async () => {
    const other: ReadPlan = { deviceId: 'd1', points: [] };
    scan.start(0);
    await clock.advance(1_500);
    scan.reshape(scan.handles, other, new Set());
    expect(released).toEqual([plan]);
    scan.stop();
    scan.stop();
    expect(released).toEqual([plan, other]);
  });

  it('lets go of a plan that is being read only after that read, also when everyone has given it up', async () => {
    const other: ReadPlan = { deviceId: 'd1', points: [] };
    read = takes(300);
    scan.start(0);
    await clock.advance(100);
    scan.reshape(scan.handles, other, new Set());
    expect(released).toEqual([]);
    await clock.advance(300);
    expect(released).toEqual([plan]);
    read = takes(5_000); // the invoker gives up after 2,500
    await clock.advance(1_000);
    scan.stop();
    await clock.advance(3_000);
    expect(released).toEqual([plan]);
    await clock.advance(3_000);
    expect(released).toEqual([plan, other]);
  });

  it('keeps a plan for the second attempt of a read that began with it', async () => {
    invoker.configure(invokerSettings({ timeoutMs: 2_500, failures: null, retries: 1 }));
    let attempts = 0;
    read = (into) => {
      attempts += 1;
      if (attempts > 1) return takes(0)(into);
      return Promise.reject(new GatewayError({ code: 'TEST', kind: 'unreachable', message: 'cable' }));
    };
    scan.start(0);
    await clock.advance(1);
    scan.reshape(scan.handles, { deviceId: 'd1', points: [] }, new Set());
    expect([attempts, released]).toEqual([1, []]);
    await clock.advance(900);
    expect([attempts, released]).toEqual([2, [plan]]);
  });

  it('never overlaps itself and counts the slots it missed', async () => {
    read = takes(1_400);
    scan.start(0);
    await clock.advance(4_500);
    expect(startsAtMs).toEqual([0, 2_000, 4_000]);
    expect(scan.statistics).toMatchObject({ overruns: 2, achievedMs: 2_000 });
  });

  it('turns its tags Bad in the cycle that failed, with a source time in that cycle', async () => {
    scan.start(0);
    await clock.advance(10);
    expect(status()).toBe(statusCodes.Good);
    read = () => Promise.reject(new GatewayError({ code: 'TEST', kind: 'unreachable', message: 'cable' }));
    await clock.advance(990);
    expect(status()).toBe(statusCodes.BadNoCommunication);
    expect(store.sourceAtMs(scan.handles[0])).toBe(clock.wallMs());
    expect(results.at(-1)).toMatchObject({ ok: false });
  });

  it('is Bad at the latest when the total timeout is over, and a reply after that changes nothing', async () => {
    scan.start(0);
    await clock.advance(10);
    let late: ValueColumns | undefined;
    let answer = (): void => undefined;
    read = (into) => ((late = into), new Promise<void>((resolve) => (answer = resolve)));
    await clock.advance(3_500);
    expect(isBad(status())).toBe(true);
    late!.setNumber(0, 666, clock.wallMs());
    answer();
    await clock.advance(0);
    expect(isBad(status())).toBe(true);
    expect(store.value(scan.handles[0])).toBe(42);
    read = takes(1);
    await clock.advance(1_010);
    expect(status()).toBe(statusCodes.Good);
  });

  it('stays Bad, and asks nothing, while the driver is still busy with a read that was given up', async () => {
    read = () => new Promise(() => undefined);
    scan.start(0);
    await clock.advance(10_000);
    expect(startsAtMs).toEqual([0]);
    expect(status()).toBe(statusCodes.BadTimeout);
  });

  it('makes a failed scan of a slow class again soon, and a good one only in its slot', async () => {
    const hourly = new ScanClass(
      3_600_000,
      scan.handles,
      { ...plan },
      { invoker, store, clock, onScan: () => undefined },
    );
    read = () => Promise.reject(new GatewayError({ code: 'TEST', kind: 'timeout', message: 'lost' }));
    hourly.start(0);
    await clock.advance(9_000);
    expect(startsAtMs).toEqual([0]);
    read = takes(1);
    await clock.advance(60_000);
    expect(startsAtMs).toEqual([0, 10_000]);
    expect(status()).toBe(statusCodes.Good);
    hourly.stop();
  });

  it('catches up without a burst after the gateway itself was stopped', async () => {
    scan.start(0);
    await clock.advance(100);
    clock.stall(30_000);
    await clock.advance(1_000);
    expect(startsAtMs.length).toBeLessThanOrEqual(3);
    expect(scan.statistics.overruns).toBeGreaterThanOrEqual(29);
  });

  it('does not take a stop of the gateway itself for silent devices', async () => {
    using monitor = new StalenessMonitor(store, clock);
    scan.start(0);
    await clock.advance(1_100);
    clock.stall(30_000);
    await clock.advance(1_000);
    expect(status()).toBe(statusCodes.Good);
    expect(monitor).toBeDefined();
  });

  it('goes uncertain, then bad, while nothing updates it', async () => {
    using monitor = new StalenessMonitor(store, clock);
    const [handle] = scan.handles;
    const seen: number[] = [];
    store.onChange(() => seen.push(store.status(handle)));
    store.expect(scan.handles, 1_000);
    store.set(handle, 42);
    await clock.advance(10_000);
    expect(seen).toEqual([statusCodes.Good, statusCodes.UncertainLastUsableValue, statusCodes.BadNoCommunication]);
    expect(monitor).toBeDefined();
  });

  describe('after another one on a session that moved', () => {
    let next: ScanClass;

    beforeEach(() => {
      next = new ScanClass(
        1_000,
        scan.handles,
        { deviceId: 'd1', points: [] },
        {
          invoker,
          store,
          clock,
          onScan: (result) => results.push(result),
        },
      );
    });

    afterEach(() => next.stop());

    it('keeps the grid when no scan came due meanwhile', async () => {
      scan.start(100);
      await clock.advance(1_200);
      scan.stop();
      await clock.advance(300);
      next.startAfter(scan);
      await clock.advance(2_000);
      expect(startsAtMs).toEqual([100, 1_100, 2_100, 3_100]);
    });

    it('makes up at once for a scan that came due meanwhile, then keeps the grid', async () => {
      scan.start(100);
      await clock.advance(1_200);
      scan.stop();
      await clock.advance(1_050);
      next.startAfter(scan);
      await clock.advance(1_000);
      expect(startsAtMs).toEqual([100, 1_100, 2_250, 3_100]);
      expect(next.statistics.overruns).toBe(0);
    });

    it('makes up at once for a scan that was cut off', async () => {
      scan.start(100);
      read = () => new Promise(() => undefined);
      await clock.advance(200);
      scan.stop();
      read = (into) => Promise.resolve(into.setNumber(0, 43, clock.wallMs()));
      next.startAfter(scan);
      await clock.advance(1_000);
      expect(startsAtMs).toEqual([100, 200, 1_100]);
    });
  });
});
