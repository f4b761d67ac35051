import { FakeClock } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TokenBuckets } from './token-bucket.js';

it('never lets more through than its burst and its rate, and always exactly when it said', async () => {
  const waits = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(
      waits,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, burst, rate) => {
        const clock = new FakeClock();
        const buckets = new TokenBuckets({ burst, perSecond: rate }, clock);
        let passed = 0;
        for (const stepMs of steps) {
          await clock.advance(stepMs);
          const waitMs = buckets.take('a');
          if (waitMs === 0) passed += 1;
          else {
            await clock.advance(waitMs);
            expect(buckets.take('a')).toBe(0);
            passed += 1;
          }
          expect(passed).toBeLessThanOrEqual(burst + (clock.monotonicMs() / 1_000) * rate + 1e-6);
        }
      },
    ),
    { numRuns: 50 },
  );
});

it('saves up no more than its burst, however long it was quiet', async () => {
  const clock = new FakeClock();
  const buckets = new TokenBuckets({ burst: 2, perSecond: 10 }, clock);
  buckets.take('a');
  await clock.advance(3_600_000);
  expect([buckets.take('a'), buckets.take('a'), buckets.take('a')]).toEqual([0, 0, 100]);
});

it('counts each key for itself, and remembers a bounded number of them', () => {
  const buckets = new TokenBuckets({ burst: 1, perSecond: 0.001 }, new FakeClock());
  expect([buckets.take('a'), buckets.take('b')]).toEqual([0, 0]);
  expect(buckets.take('a')).toBeGreaterThan(0);
  for (let i = 0; i < 10_000; i += 1) buckets.take(`other ${i}`);
  expect(buckets.take('a')).toBe(0);
});
