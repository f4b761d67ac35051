import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryCurve } from './memory-curve.js';

const sample = (timeMs: number) => ({ timeMs, privateBytes: timeMs, rssBytes: 2, heapUsedBytes: 3 });

it('shows one sample a second over 15 minutes, and none older', () => {
  const curve = new MemoryCurve();
  for (let second = 0; second <= 2_000; second += 1) curve.add(sample(second * 1000));
  const shown = curve.list(2_000_000);
  expect(shown).toHaveLength(901);
  expect([shown[0].timeMs, shown.at(-1)!.timeMs]).toEqual([1_100_000, 2_000_000]);
});

it('becomes coarser, not shorter, when samples come faster than it has room for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), fc.constantFrom(1, 20, 50, 1_000), (count, stepMs) => {
      const curve = new MemoryCurve();
      for (let index = 0; index < count; index += 1) curve.add(sample(index * stepMs));
      const lastMs = (count - 1) * stepMs;
      const shown = curve.list(lastMs);
      expect(shown.length).toBeLessThanOrEqual(1000);
      expect(shown.length).toBeGreaterThanOrEqual(Math.min(count, 400));
      expect(shown.at(-1)!.timeMs).toBe(lastMs);
      const expectedFirstMs = Math.max(0, lastMs - 15 * 60_000);
      const gapsMs = [expectedFirstMs, ...shown.map(({ timeMs }) => timeMs)].flatMap((timeMs, index, all) =>
        index === 0 ? [] : [timeMs - all[index - 1]],
      );
      expect(Math.max(...gapsMs)).toBeLessThanOrEqual(stepMs + (4 * Math.min(lastMs, 15 * 60_000)) / 1000);
      expect(Math.min(...gapsMs)).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 30 },
  );
});
