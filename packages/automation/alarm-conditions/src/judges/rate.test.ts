import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeRate, RateWindow } from './rate.js';

interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/** Over all that there ever was. */
function slowly(samples: readonly Sample[], windowMs: number, nowMs: number): number {
  const last = samples.at(-1);
  const before = samples.findLast(({ atMs }) => atMs <= nowMs - windowMs) ?? samples[0];
  return last && before ? ((last.value - before.value) / windowMs) * 1_000 : 0;
}

describe('a rate', () => {
  it('is the change over the window, per second', () => {
    const window = new RateWindow(10_000);
    window.add(20, 0);
    window.add(40, 10_000);
    expect(window.perS(10_000)).toBe(2);
  });

  it('is no jump after the first value, and over when the value stays', () => {
    const window = new RateWindow(10_000);
    window.add(50, 100_000);
    expect(window.perS(100_000)).toBe(0);
    window.add(60, 101_000);
    expect(window.perS(101_000)).toBe(1);
    expect(window.wakeAtMs()).toBe(111_000);
    expect(window.perS(111_000)).toBe(0);
    expect(window.wakeAtMs()).toBe(Infinity);
  });

  it('begins anew when the clock of the source was set back', () => {
    const window = new RateWindow(1_000);
    window.add(0, 10_000);
    window.add(100, 5_000);
    expect(window.perS(5_000)).toBe(0);
  });

  it('counts in both directions, from the limit on', () => {
    expect([1.99, 2, -1.99, -2].map((perS) => judgeRate(perS, 2))).toEqual(['normal', 'high', 'normal', 'low']);
  });

  it('keeps no more than its window has room for, and is right to a hundredth of it', () => {
    const window = new RateWindow(1_000);
    for (let atMs = 0; atMs <= 100_000; atMs += 1) window.add(atMs / 10, atMs);
    expect(Math.abs(window.perS(100_000) - 100)).toBeLessThanOrEqual(1);
  });

  it('is what all samples ever would give, while they come no faster than the window has parts', () => {
    const sample = fc.record({ gapMs: fc.integer({ min: 10, max: 700 }), value: fc.integer({ min: -50, max: 50 }) });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 60 }), fc.nat(1_500), (gaps, laterMs) => {
        const window = new RateWindow(1_000);
        const samples: Sample[] = [];
        let nowMs = 5_000;
        for (const { gapMs, value } of gaps) {
          nowMs += gapMs;
          samples.push({ atMs: nowMs, value });
          window.add(value, nowMs);
          expect(window.perS(nowMs)).toBeCloseTo(slowly(samples, 1_000, nowMs), 9);
        }
        expect(window.perS(nowMs + laterMs)).toBeCloseTo(slowly(samples, 1_000, nowMs + laterMs), 9);
      }),
    );
  });

  it('says itself when it will be another one', () => {
    const sample = fc.record({ gapMs: fc.integer({ min: 10, max: 700 }), value: fc.integer({ min: -50, max: 50 }) });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 20 }), (gaps) => {
        const window = new RateWindow(1_000);
        const samples: Sample[] = [];
        let nowMs = 0;
        for (const { gapMs, value } of gaps) samples.push({ atMs: (nowMs += gapMs), value });
        for (const { atMs, value } of samples) window.add(value, atMs);
        for (let before = window.perS(nowMs); window.wakeAtMs() !== Infinity; before = window.perS(nowMs)) {
          const wakeAtMs = window.wakeAtMs();
          expect(slowly(samples, 1_000, wakeAtMs - 1)).toBeCloseTo(before, 9);
          nowMs = wakeAtMs;
          expect(window.perS(nowMs)).toBeCloseTo(slowly(samples, 1_000, nowMs), 9);
        }
        expect(window.perS(nowMs + 1_000_000)).toBe(0);
      }),
    );
  });
});
