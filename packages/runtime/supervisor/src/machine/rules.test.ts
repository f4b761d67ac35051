import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelayMs, isBackoffForgiven } from './backoff.js';
import { addCrash, isCrashLoop } from './crash-window.js';
import { halfOpenDelayMs, isProven } from './half-open-schedule.js';
import { isHung, isSuspect, ownStallMs } from './liveness.js';
import { defaultSupervision as policy, supervisionPolicy } from './supervision-settings.js';

const minutes = (count: number): number => count * 60_000;

describe('backoff (§4.4)', () => {
  it('doubles from 250 ms up to 60 s', () => {
    const delays = [0, 1, 2, 3, 7, 8, 9, 1000].map((step) => backoffDelayMs(step, policy, 0.5));
    expect(delays).toEqual([250, 500, 1000, 2000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('spreads each delay by at most a fifth to both sides, at the cap too', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.double({ min: 0, max: 0.999, noNaN: true }), (step, random) => {
        const ratio = backoffDelayMs(step, policy, random) / backoffDelayMs(step, policy, 0.5);
        expect(ratio).toBeGreaterThanOrEqual(0.8 - 1e-9);
        expect(ratio).toBeLessThanOrEqual(1.2 + 1e-9);
      }),
    );
    expect(backoffDelayMs(50, policy, 0)).toBe(48_000);
  });

  it('is forgiven after five minutes, or twice the last delay if that is longer', () => {
    expect([299_999, 300_000].map((readyForMs) => isBackoffForgiven(readyForMs, 1000, policy))).toEqual([false, true]);
    expect([399_999, 400_000].map((readyForMs) => isBackoffForgiven(readyForMs, 200_000, policy))).toEqual([
      false,
      true,
    ]);
  });
});

describe('the crash window (§4.4)', () => {
  it('trips at five crashes within five minutes', () => {
    let crashes: readonly number[] = [];
    for (const atMs of [0, 60_000, 120_000, 180_000]) crashes = addCrash(crashes, atMs, policy);
    expect(isCrashLoop(crashes, 0, policy)).toBe(false);
    expect(isCrashLoop(addCrash(crashes, 299_999, policy), 0, policy)).toBe(true);
    expect(isCrashLoop(addCrash(crashes, 300_000, policy), 0, policy)).toBe(false);
  });

  it('trips at three starts in a row that came to nothing', () => {
    expect([2, 3].map((failed) => isCrashLoop([], failed, policy))).toEqual([false, true]);
  });
});

describe('an open breaker (§4.4)', () => {
  it('tries after 1, 5, 15, 15 minutes and so on', () => {
    expect([0, 1, 2, 3, 100].map((attempts) => halfOpenDelayMs(attempts, policy))).toEqual(
      [1, 5, 15, 15, 15].map(minutes),
    );
  });

  it('closes after ten minutes of ready', () => {
    expect([minutes(10) - 1, minutes(10)].map((readyForMs) => isProven(readyForMs, policy))).toEqual([false, true]);
  });
});

describe('liveness (§4.2)', () => {
  it('suspects after 3 s and gives up after 15 s of silence', () => {
    expect([2999, 3000].map((silentMs) => isSuspect(silentMs, policy))).toEqual([false, true]);
    expect([14_999, 15_000].map((silentMs) => isHung(silentMs, false, policy))).toEqual([false, true]);
  });

  it('never calls a Host hung whose inspector is open', () => {
    expect(isHung(minutes(60), true, policy)).toBe(false);
  });

  it('takes a late timer for a stall of its own, a timely one not', () => {
    expect([1000, 1019, 1021, 31_000].map((nowMs) => ownStallMs(1000, nowMs))).toEqual([0, 0, 21, 30_000]);
  });
});

describe('settings', () => {
  it('keep what was written and take the rest from the defaults', () => {
    const written = {
      ...policy,
      backoff: { initialMs: 10, maxMs: 20, jitter: 0 },
      crashLoop: { crashes: 2, windowMs: 5 },
    };
    expect(supervisionPolicy(written)).toEqual({
      ...policy,
      backoff: { initialMs: 10, maxMs: 20, jitter: 0, resetMs: 300_000, firstAtOnce: false },
      crashLoop: { ...policy.crashLoop, crashes: 2, windowMs: 5 },
    });
  });
});
