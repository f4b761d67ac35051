import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reconnectDelayMs } from './reconnect-delay.js';

describe('the pause before a reconnect', () => {
  it('doubles from half a second to 15 s', () => {
    expect([0, 1, 2, 5, 50].map((attempt) => reconnectDelayMs(attempt, () => 1))).toEqual([
      500, 1_000, 2_000, 15_000, 15_000,
    ]);
  });

  it('is spread over its upper half', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const longest = reconnectDelayMs(attempt, () => 1);
        const delay = reconnectDelayMs(attempt, () => random);
        expect(delay).toBeGreaterThanOrEqual(longest / 2);
        expect(delay).toBeLessThanOrEqual(longest);
      }),
    );
  });
});
