import { FakeClock } from '@fieldwarden/testkit';
import { expect, it } from 'vitest';
import { ClockSteps, type ClockStep } from './clock-steps.js';

it('a step of the clock is seen within 10 s, with the time before and after; slewing and a busy process are none', async () => {
  const clock = new FakeClock({ wallMs: Date.UTC(2030, 0, 1) });
  const seen: (ClockStep | undefined)[] = [];
  using _steps = new ClockSteps(clock, (step) => void seen.push(step));
  await clock.advance(10_000);
  clock.stall(50_000);
  clock.setWall(clock.wallMs() + 999);
  await clock.advance(1);
  expect(seen).toEqual([undefined, undefined]);
  clock.setWall(clock.wallMs() + 3_600_000);
  await clock.advance(10_000);
  clock.setWall(clock.wallMs() - 7_200_000);
  await clock.advance(10_000);
  expect(seen.slice(2).map((step) => step && step.afterMs - step.beforeMs)).toEqual([3_600_000, -7_200_000]);
  expect(seen[3]!.afterMs).toBeLessThanOrEqual(clock.wallMs());
  expect(clock.wallMs() - seen[3]!.afterMs).toBeLessThan(10_000);
});
