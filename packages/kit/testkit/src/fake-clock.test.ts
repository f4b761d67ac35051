import { delay } from '@fieldwarden/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from './fake-clock.js';

test('runs due timers in the order of their time, then in the order in which they were set', async () => {
  const delays = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(delays, fc.integer({ min: 0, max: 60 }), async (delaysMs, advanceMs) => {
      const clock = new FakeClock();
      const ran: [atMs: number, index: number][] = [];
      delaysMs.forEach((delayMs, index) => clock.setTimer(() => ran.push([clock.monotonicMs(), index]), delayMs));
      await clock.advance(advanceMs);
      const due = delaysMs
        .map((delayMs, index): [number, number] => [delayMs, index])
        .filter(([at]) => at <= advanceMs);
      expect(ran).toEqual(due.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
      expect(clock.pendingTimers).toBe(delaysMs.length - due.length);
      expect(clock.monotonicMs()).toBe(advanceMs);
    }),
    { numRuns: 50 },
  );
});

test('lets everything that waits for a promise run between two timers', async () => {
  const clock = new FakeClock();
  const seen: string[] = [];
  const loop = async (): Promise<void> => {
    for (let round = 1; round <= 3; round++) {
      await delay(clock, 10);
      await Promise.resolve();
      seen.push(`${round} at ${clock.monotonicMs()}`);
    }
  };
  const done = loop();
  await clock.advance(25);
  expect(seen).toEqual(['1 at 10', '2 at 20']);
  await clock.advance(5);
  await done;
  expect(seen).toHaveLength(3);
});

test('a disposed timer does not run', async () => {
  const clock = new FakeClock();
  let ran = false;
  clock.setTimer(() => (ran = true), 5)[Symbol.dispose]();
  await clock.advance(10);
  expect(ran).toBe(false);
});

test('a stalled clock runs its overdue timers late, at the next advance', async () => {
  const clock = new FakeClock();
  const ranAtMs: number[] = [];
  clock.setTimer(() => ranAtMs.push(clock.monotonicMs()), 10);
  clock.stall(30_000);
  expect(ranAtMs).toEqual([]);
  await clock.advance(0);
  expect(ranAtMs).toEqual([30_000]);
});

test('the wall clock can be stepped without moving monotonic time', async () => {
  const clock = new FakeClock({ wallMs: 1_000_000 });
  await clock.advance(500);
  expect(clock.wallMs()).toBe(1_000_500);
  clock.setWall(42);
  await clock.advance(8);
  expect([clock.wallMs(), clock.monotonicMs()]).toEqual([50, 508]);
});

test('refuses to be advanced twice at a time', async () => {
  const clock = new FakeClock();
  const first = clock.advance(10);
  await expect(clock.advance(10)).rejects.toThrow('already being advanced');
  await first;
  expect(clock.monotonicMs()).toBe(10);
});
