import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBeyondDeadband } from './deadband.js';
import type { TagValue } from './value.js';

describe('a deadband', () => {
  it.each<[TagValue, TagValue, boolean]>([
    [10, 10.5, false],
    [10, 9.5, false],
    [10, 10.6, true],
    [10, 10, false],
    [0, -0, false],
    [Number.NaN, 10, true],
    [10, Number.NaN, true],
    [Number.NaN, Number.NaN, false],
    [Infinity, 10, true],
    [10, -Infinity, true],
    [Infinity, Infinity, false],
    [-Infinity, Infinity, true],
    [Infinity, Number.NaN, true],
    [5n, 5n, false],
    [5n, 6n, true],
    [2n ** 63n - 1n, -(2n ** 63n), true],
    [[1, Number.NaN], [1.2, Number.NaN], false],
    [[1, Number.NaN], [1, 2], true],
    [[1, 2], [1, 2.6], true],
    [[1], [1, 1], true],
    ['a', 'a', false],
    ['a', 'b', true],
  ])('of 0.5: %s after %s is beyond it: %s', (value, told, beyond) => {
    expect(isBeyondDeadband(value, told, 0.5)).toBe(beyond);
  });

  it('whatever comes, tells each turn to or from what is not finite once, and the latest told is never further off than the deadband', () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, 1, 1.4));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1 }),
        fc.double({ min: 0, max: 1e3, noNaN: true }),
        (values, deadband) => {
          let told = values[0];
          for (const next of values) {
            const isTold = isBeyondDeadband(next, told, deadband);
            if (!Number.isFinite(next) || !Number.isFinite(told)) expect(isTold).toBe(!Object.is(next, told));
            if (isTold) told = next;
            expect(Object.is(next, told) || Math.abs(next - told) <= deadband).toBe(true);
          }
        },
      ),
    );
  });
});
