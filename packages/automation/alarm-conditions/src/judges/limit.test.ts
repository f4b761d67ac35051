import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from './finding.js';
import { judgeLimits, type Limits } from './limit.js';

const limits: Limits = { lowLow: 5, low: 10, high: 80, highHigh: 90, deadband: 1 };

function judged(values: readonly number[], given: Limits = limits): readonly Finding[] {
  let before: Finding = 'normal';
  return values.map((value) => (before = judgeLimits(value, given, before)));
}

/** Each limit for itself, with a memory of its own. */
function slowly(values: readonly number[], { lowLow, low, high, highHigh, deadband }: Limits): readonly Finding[] {
  const is = { highHigh: false, lowLow: false, high: false, low: false };
  const above = (was: boolean, value: number, limit: number | undefined) =>
    limit !== undefined && (was ? !(value < limit - deadband) : !(value < limit));
  const below = (was: boolean, value: number, limit: number | undefined) =>
    limit !== undefined && (was ? !(value > limit + deadband) : !(value > limit));
  return values.map((value) => {
    is.highHigh = above(is.highHigh, value, highHigh);
    is.high = above(is.high, value, high);
    is.low = below(is.low, value, low);
    is.lowLow = below(is.lowLow, value, lowLow);
    return (['highHigh', 'lowLow', 'high', 'low'] as const).find((name) => is[name]) ?? 'normal';
  });
}

describe('a limit', () => {
  it('counts from the limit on, and until the value is back by more than the deadband', () => {
    expect(judged([79.99, 80, 79, 78.99, 79])).toEqual(['normal', 'high', 'high', 'normal', 'normal']);
    expect(judged([10.01, 10, 11, 11.01, 11])).toEqual(['normal', 'low', 'low', 'normal', 'normal']);
  });

  it('goes on to the outer one and back with the deadband of each', () => {
    expect(judged([85, 90, 89, 88.9, 79, 78])).toEqual(['high', 'highHigh', 'highHigh', 'high', 'high', 'normal']);
    expect(judged([5, 6, 6.1, 11, 12])).toEqual(['lowLow', 'lowLow', 'low', 'low', 'normal']);
  });

  it('falls from one end to the other at once', () => {
    expect(judged([95, 3, 95])).toEqual(['highHigh', 'lowLow', 'highHigh']);
  });

  it('is left at once without a deadband', () => {
    expect(judged([80, 79.999], { ...limits, deadband: 0 })).toEqual(['high', 'normal']);
  });

  it('becomes active once under a thousand turns of noise of the size of the deadband', () => {
    const noise = Array.from({ length: 1_000 }, (_, i) => (i % 2 === 0 ? 81 : 79));
    expect(new Set(judged(noise))).toEqual(new Set(['high']));
  });

  it('finds what each limit for itself would find', () => {
    const step = fc.integer({ min: 1, max: 20 });
    const given = fc
      .tuple(fc.integer({ min: -50, max: 50 }), step, step, step, fc.subarray(['lowLow', 'low', 'high', 'highHigh']))
      .chain(([lowLow, a, b, c, names]) => {
        const all = { lowLow, low: lowLow + a, high: lowLow + a + b, highHigh: lowLow + a + b + c };
        const of = (name: keyof typeof all) => (names.includes(name) ? all[name] : undefined);
        // A deadband that reaches from one side to the other would let two limits count at once.
        return fc.double({ min: 0, max: b / 2, maxExcluded: true, noNaN: true }).map((deadband) => ({
          lowLow: of('lowLow'),
          low: of('low'),
          high: of('high'),
          highHigh: of('highHigh'),
          deadband,
        }));
      });
    const values = fc.array(
      fc.oneof(fc.integer({ min: -80, max: 130 }), fc.double({ min: -80, max: 130, noNaN: true })),
    );
    fc.assert(
      fc.property(given, values, (some, sequence) => {
        expect(judged(sequence, some)).toEqual(slowly(sequence, some));
      }),
    );
  });
});
