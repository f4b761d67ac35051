import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from './backoff.js';

const options = { initialMs: 250, maxMs: 5_000, jitter: 0.2 };

test('doubles from the first wait up to the longest', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7].map((failures) => backoffMs(options, failures, 0.5));
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
});

test('stays within the jitter around it, for ever', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, random) => {
      const wait = backoffMs(options, failures, random);
      expect(wait).toBeGreaterThanOrEqual(200);
      expect(wait).toBeLessThanOrEqual(6_000);
    }),
  ); // prettier-ignore
});
