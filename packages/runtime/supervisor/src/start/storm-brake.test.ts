import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calmAtMs, calmed, releasedBrake, restarted, stormLimits, type StormBrake } from './storm-brake.js';

const { restarts, calmRestarts, windowMs } = stormLimits;

function restartsAt(...timesMs: readonly number[]): StormBrake {
  return timesMs.reduce(restarted, releasedBrake);
}

const everyMs = (count: number, stepMs: number): number[] =>
  Array.from({ length: count }, (_, index) => index * stepMs);

describe('the storm brake (§4.4)', () => {
  it('engages at the 21st restart within a minute, not at the 20th', () => {
    expect(restartsAt(...everyMs(20, 1000)).engaged).toBe(false);
    expect(restartsAt(...everyMs(21, 1000)).engaged).toBe(true);
  });

  it('does not mind 20 a minute for ever', () => {
    expect(restartsAt(...everyMs(500, windowMs / 20)).engaged).toBe(false);
  });

  it('lets go by itself once they are half as many, but not while starts still wait', () => {
    const engaged = restartsAt(...everyMs(21, 1000));
    const dueMs = calmAtMs(engaged)!;
    expect(calmed(engaged, dueMs - 1, 0).engaged).toBe(true);
    expect(calmed(engaged, dueMs, 1).engaged).toBe(true);
    expect(calmed(engaged, dueMs, 0)).toMatchObject({ engaged: false });
    expect(calmAtMs(calmed(engaged, dueMs, 0))).toBeUndefined();
  });

  it('is engaged exactly from a minute with more than 20 until one with 10 or fewer, whatever came before', () => {
    const gap = fc.oneof({ weight: 20, arbitrary: fc.nat(6_000) }, { weight: 1, arbitrary: fc.nat(70_000) });
    const gaps = fc.array(gap, { minLength: 20, maxLength: 120 });
    fc.assert(
      fc.property(gaps, fc.nat(100_000), (gapsMs, quietMs) => {
        let brake = releasedBrake;
        let engaged = false;
        const timesMs: number[] = [];
        const recent = (nowMs: number): number => timesMs.filter((timeMs) => nowMs - timeMs < windowMs).length;
        let nowMs = 0;
        for (const gapMs of gapsMs) {
          nowMs += gapMs;
          brake = calmed(brake, nowMs, 0);
          engaged &&= recent(nowMs) > calmRestarts;
          timesMs.push(nowMs);
          brake = restarted(brake, nowMs);
          engaged ||= recent(nowMs) > restarts;
          expect(brake.engaged).toBe(engaged);
          expect(brake.restartTimesMs.length).toBeLessThanOrEqual(restarts + 1);
        }
        expect(calmed(brake, nowMs + quietMs, 0).engaged).toBe(engaged && recent(nowMs + quietMs) > calmRestarts);
      }),
      { numRuns: 300 },
    );
  });

  it('says in advance when it will let go', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { minLength: 21, maxLength: 60 }), (gapsMs) => {
        let nowMs = 0;
        const engaged = restartsAt(...gapsMs.map((gapMs) => (nowMs += gapMs)));
        fc.pre(engaged.engaged);
        const dueMs = calmAtMs(engaged)!;
        expect(calmed(engaged, dueMs, 0).engaged).toBe(false);
        expect(calmed(engaged, dueMs - 1, 0).engaged).toBe(true);
      }),
    );
  });
});
