import { FakeClock } from '@fieldwarden/testkit';
import { DataValue } from 'node-opcua';
import { describe, expect, test } from 'vitest';
import { revisedInterval, Sampling, SamplingWheels } from './sampling-wheels.js';

interface Told {
  readonly atMs: number;
  readonly value: DataValue;
}

function sampled(clock: FakeClock, intervalMs: number) {
  const wheels = new SamplingWheels(clock, (error) => {
    throw error;
  });
  const told: Told[] = [];
  const tell = (value: DataValue): void => void told.push({ atMs: clock.monotonicMs(), value });
  const sampling = new Sampling({ tell }, wheels, intervalMs);
  const change = (value = new DataValue({})): void => {
    if (sampling.admits(value)) tell(value);
  };
  return { wheels, told, sampling, change };
}

describe('a tag that changes every 10 ms', () => {
  test.each([
    [1_000, 10],
    [500, 20],
    [100, 100],
    [20, 500],
  ])('is told once in %i ms: %i times in 10 s', async (intervalMs, times) => {
    const clock = new FakeClock();
    const { told, change } = sampled(clock, intervalMs);
    for (let ms = 0; ms < 10_000; ms += 10) {
      change();
      await clock.advance(10);
    }
    expect(Math.abs(told.length - times)).toBeLessThanOrEqual(times * 0.02 + 1);
  });

  test('is told each time without an interval', async () => {
    const clock = new FakeClock();
    const { told, change } = sampled(clock, 0);
    for (let i = 0; i < 50; i += 1) change();
    expect(told).toHaveLength(50);
    expect(clock.pendingTimers).toBe(0);
  });
});

test('a change that is in time is told at once, without a timer: also of a tag that is scanned as often as it is sampled', async () => {
  const clock = new FakeClock();
  const { told, change } = sampled(clock, 1_000);
  for (const afterMs of [1_000, 970, 1_030, 3_000, 901]) {
    await clock.advance(afterMs);
    change();
    expect(clock.pendingTimers).toBe(0);
  }
  expect(told).toHaveLength(5);
});

test('the newest value waits, and none after it is told or the item is gone', async () => {
  const clock = new FakeClock();
  const { told, sampling, change } = sampled(clock, 1_000);
  change();
  const newest = new DataValue({});
  change();
  change(newest);
  await clock.advance(1_200);
  expect(told).toHaveLength(2);
  expect(told[1].value).toBe(newest);
  expect(clock.pendingTimers).toBe(0);
  change();
  sampling.leave();
  await clock.advance(5_000);
  expect([told.length, clock.pendingTimers]).toEqual([2, 0]);
});

test('many items of one interval share a timer', async () => {
  const clock = new FakeClock();
  const { wheels } = sampled(clock, 1_000);
  let told = 0;
  const items = Array.from({ length: 1_000 }, () => new Sampling({ tell: () => void (told += 1) }, wheels, 1_000));
  for (const item of items) {
    item.admits(new DataValue({}));
    item.admits(new DataValue({}));
  }
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(1_100);
  await expect.poll(() => told).toBe(1_000);
  wheels[Symbol.dispose]();
});

test('intervals are rounded up to two digits', () => {
  const revised = [10, 99, 101, 1_000, 1_001, 12_345, 250].map((askedMs) => revisedInterval(askedMs, 50));
  expect(revised).toEqual([10, 99, 110, 1_000, 1_100, 13_000, 250]);
  expect([revisedInterval(Number.NaN, 50), revisedInterval(9, 50), revisedInterval(-1, 250)]).toEqual([0, 0, 250]);
});
