import { systemClock, ValueColumns } from '@fieldwarden/core';
import type { ReadPlan } from '@fieldwarden/driver';
import { FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { uniformCalls } from './resilience-settings.js';
import { remainingProbeMs, type DeviceResilienceState } from './resilience-state.js';
import { failure, rejection, testDevice } from '../testing/test-device.js';
import { testSettings } from '../testing/test-settings.js';

const plan: ReadPlan = { deviceId: 'd1', points: [] };
const settings = testSettings({
  calls: uniformCalls({ timeoutMs: 1_000, retries: 0 }),
  breaker: { failures: 3, probeMs: 10_000, maxProbeMs: 60_000 },
});

/** Read until it is off-scan. */
async function demote(device: ReturnType<typeof testDevice>): Promise<void> {
  for (let i = 0; i < 3; i += 1) await rejection(device.read(plan, new ValueColumns(0)));
  expect(device.demoted).toBe(true);
}

const dead = { read: () => Promise.reject(failure('unreachable')) };

describe('what a breaker remembers over a restart (§5.8)', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2030, 0, 1) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is its state, with the true time of the opening, and the counters', async () => {
    using before = disposable(testDevice(dead, { settings, clock: systemClock }));
    await demote(before.device);
    const openedAtMs = Date.now();
    expect(before.device.resilienceState).toEqual({
      breaker: 'open', openedAtMs, probeIntervalMs: 10_000, openings: 1, consecutiveFailures: 3,
      lastBreakerOpenAtMs: openedAtMs, retries: 0, lateReplies: 0,
    }); // prettier-ignore
  });

  it('half-opens when it would have, the time without a gateway included', async () => {
    const state = await stateOfDemoted();
    vi.setSystemTime(Date.now() + 7_000);
    let probes = 0;
    const alive = { probe: () => (probes++, Promise.resolve()) };
    using after = disposable(testDevice(alive, { settings, clock: systemClock, restored: state }));
    expect(after.device.status).toMatchObject({ state: 'demoted', breaker: 'open', consecutiveFailures: 3 });
    expect(after.device.status.lastBreakerOpenAtMs).toBe(state.lastBreakerOpenAtMs);
    expect(after.device.resilienceState).toEqual(state);
    await vi.advanceTimersByTimeAsync(2_999);
    expect(probes).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(probes).toBe(1);
    expect(after.device.demoted).toBe(false);
  });

  it('goes on doubling the interval where it had been', async () => {
    const state: DeviceResilienceState = { ...(await stateOfDemoted()), openings: 2 };
    using after = disposable(
      testDevice({ ...dead, probe: dead.read }, { settings, clock: systemClock, restored: state }),
    );
    await vi.advanceTimersByTimeAsync(10_000);
    expect(after.device.resilienceState).toMatchObject({ breaker: 'open', openings: 3, probeIntervalMs: 40_000 });
  });

  it('probes at once when the interval has passed meanwhile, and waits one interval when the clock went back', async () => {
    const state = await stateOfDemoted();
    for (const [movedMs, quietMs] of [
      [3_600_000, 0],
      [-3_600_000, 9_999],
    ] as const) {
      // prettier-ignore
      vi.setSystemTime(state.openedAtMs! + movedMs);
      let probes = 0;
      const alive = { probe: () => (probes++, Promise.resolve()) };
      using after = disposable(testDevice(alive, { settings, clock: systemClock, restored: state }));
      if (quietMs > 0) await vi.advanceTimersByTimeAsync(quietMs);
      expect(probes).toBe(0);
      await vi.advanceTimersByTimeAsync(1);
      expect([probes, after.device.demoted]).toEqual([1, false]);
    }
  });

  it('counts failures on: a device that had failed twice is demoted by the third', async () => {
    const restored: DeviceResilienceState = {
      breaker: 'closed', openedAtMs: null, probeIntervalMs: null, openings: 0, consecutiveFailures: 2,
      lastBreakerOpenAtMs: 5, retries: 7, lateReplies: 8,
    }; // prettier-ignore
    using after = disposable(testDevice(dead, { settings, clock: systemClock, restored }));
    expect(after.device.status).toMatchObject({ retries: 7, lateReplies: 8, lastBreakerOpenAtMs: 5 });
    await rejection(after.device.read(plan, new ValueColumns(0)));
    expect(after.device.demoted).toBe(true);
  });

  it('is forgotten where the plant says now that devices are never demoted', async () => {
    const never = testSettings({ breaker: { failures: null, probeMs: 100, maxProbeMs: 100 } });
    using after = disposable(
      testDevice(dead, { settings: never, clock: systemClock, restored: await stateOfDemoted() }),
    );
    expect(after.device.demoted).toBe(false);
  });

  it('is still told after the device was taken away', async () => {
    const device = testDevice(dead, { settings, clock: systemClock });
    await demote(device);
    const { resilienceState } = device;
    device.dispose();
    expect(device.resilienceState).toEqual(resilienceState);
  });

  it('never makes a probe wait longer than one interval, whatever the clock or the file says', () => {
    const any = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
    fc.assert(
      fc.property(any, fc.nat(3_600_000), any, (openedAtMs, probeIntervalMs, wallMs) => {
        const remainingMs = remainingProbeMs({ openedAtMs, probeIntervalMs }, wallMs);
        expect(remainingMs).toBeGreaterThanOrEqual(0);
        expect(remainingMs).toBeLessThanOrEqual(probeIntervalMs);
        if (wallMs >= openedAtMs + probeIntervalMs) expect(remainingMs).toBe(0);
      }),
    );
  });
});

async function stateOfDemoted(): Promise<DeviceResilienceState> {
  using before = disposable(testDevice(dead, { settings, clock: systemClock }));
  await demote(before.device);
  return before.device.resilienceState;
}

function disposable(device: ReturnType<typeof testDevice>) {
  return { device, [Symbol.dispose]: () => device.dispose() };
}

describe('configure (§7.5)', () => {
  it('holds for the next call, while one under way ends by the old settings', async () => {
    const clock = new FakeClock();
    const { device } = disposable(testDevice({ read: () => new Promise(() => undefined) }, { clock, settings }));
    const before = rejection(device.read({ ...plan }, new ValueColumns(0)));
    device.configure({ ...settings, calls: { ...settings.calls, read: { timeoutMs: 200, retries: 0 } } });
    const after = rejection(device.read({ ...plan }, new ValueColumns(0)));
    await clock.advance(200);
    expect((await after).message).toContain('within 200 ms');
    await clock.advance(800);
    expect((await before).message).toContain('within 1000 ms');
  });

  it('with a threshold below the present count demotes at the next failure, not before', async () => {
    using held = disposable(testDevice(dead, { settings }));
    for (let i = 0; i < 2; i += 1) await rejection(held.device.read(plan, new ValueColumns(0)));
    held.device.configure({ ...settings, breaker: { ...settings.breaker, failures: 1 } });
    expect(held.device.demoted).toBe(false);
    await rejection(held.device.read(plan, new ValueColumns(0)));
    expect(held.device.demoted).toBe(true);
  });

  it('keeps an open breaker open', async () => {
    using held = disposable(testDevice(dead, { settings }));
    await demote(held.device);
    held.device.configure({ ...settings, breaker: { ...settings.breaker, failures: 100 } });
    expect(held.device.status.breaker).toBe('open');
    expect(held.device.resilienceState.probeIntervalMs).toBe(10_000);
  });

  it('shortens a wait that is longer than is now allowed', async () => {
    using held = disposable(testDevice(dead, { settings }));
    await demote(held.device);
    held.device.configure({ ...settings, breaker: { failures: 3, probeMs: 200, maxProbeMs: 400 } });
    expect(held.device.resilienceState).toMatchObject({ breaker: 'open', probeIntervalMs: 200, openings: 1 });
  });
});
