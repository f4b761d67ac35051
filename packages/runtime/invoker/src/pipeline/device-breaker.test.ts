import { FakeClock } from '@fieldwarden/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeviceBreaker, type BreakerSettings } from './device-breaker.js';

// opossum has timers of its own.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settings: BreakerSettings = { failures: 1, probeMs: 100, maxProbeMs: 700 };

/** A breaker of a device that never answers, and how long it waited before each probe. */
function probing(random: () => number = () => 0.5, more: Partial<BreakerSettings> = {}) {
  const waitedMs: number[] = [];
  let openedAtMs = Date.now();
  const breaker = new DeviceBreaker({ ...settings, ...more }, {
    clock: new FakeClock(),
    random,
    onHalfOpen: () => {
      waitedMs.push(Date.now() - openedAtMs);
      openedAtMs = Date.now();
      breaker.failed();
    },
  }); // prettier-ignore
  breaker.failed();
  return { breaker, waitedMs };
}

describe('the interval between probes of a demoted device (§5.5)', () => {
  it('doubles up to the longest one, reaches it, and stays there for good', () => {
    const { breaker, waitedMs } = probing();
    vi.advanceTimersByTime(10_000);
    expect(waitedMs.slice(0, 6)).toEqual([100, 200, 400, 700, 700, 700]);
    expect(new Set(waitedMs.slice(3))).toEqual(new Set([700]));
    breaker.dispose();
  });

  it('is the longest one also after more failures than a number can double', () => {
    const { breaker, waitedMs } = probing(() => 0.5, { probeMs: 1, maxProbeMs: 2 });
    vi.advanceTimersByTime(3_000);
    expect(waitedMs.length).toBeGreaterThan(1_100);
    expect(waitedMs.at(-1)).toBe(2);
    breaker.dispose();
  });

  it('is spread by a fifth to either side, the longest one too', () => {
    for (const [random, firstMs, longestMs] of [
      [0, 80, 560],
      [1, 120, 840],
    ]) {
      const { breaker, waitedMs } = probing(() => random);
      vi.advanceTimersByTime(10_000);
      expect([waitedMs[0], waitedMs.at(-1)]).toEqual([firstMs, longestMs]);
      breaker.dispose();
    }
  });

  it('begins anew after the device has answered', () => {
    const { breaker, waitedMs } = probing();
    vi.advanceTimersByTime(2_000);
    breaker.succeeded();
    expect(breaker.state).toBe('closed');
    breaker.failed();
    expect(breaker.memory.probeIntervalMs).toBe(100);
    expect(waitedMs.length).toBeGreaterThan(3);
    breaker.dispose();
  });
});
