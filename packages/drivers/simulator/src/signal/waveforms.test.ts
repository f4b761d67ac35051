import { integerRanges, type DataType } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { typedNumber } from './typed-number.js';
import { waveAt, type Wave, type WaveShape } from './waveforms.js';

const base: Wave = { shape: 'sine', periodMs: 1_000, amplitude: 1, offset: 0, phase: 0, seed: 1, modulo: undefined };
const wave = (shape: WaveShape, parts: Partial<Wave> = {}): Wave => ({ ...base, shape, ...parts });

describe('at a quarter, a half and three quarters of its period (§9.5)', () => {
  test.each([
    ['sine', [0, 1, 0, -1]],
    ['triangle', [0, 1, 0, -1]],
    ['ramp', [0, 0.25, 0.5, 0.75]],
    ['square', [1, 1, 0, 0]],
    ['counter', [0, 0, 0, 0]],
  ] as const)('a %s is %j', (shape, expected) => {
    const values = [0, 250, 500, 750].map((atMs) => waveAt(wave(shape), atMs));
    values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));
  });
});

test('a counter goes up by its step once a period, and starts again at its modulo', () => {
  const counter = wave('counter', { amplitude: 5, offset: 100, modulo: 3 });
  expect([0, 999, 1_000, 2_500, 3_000].map((atMs) => waveAt(counter, atMs))).toEqual([100, 100, 105, 110, 100]);
});

const times = fc.integer({ min: -1e10, max: 1e12 }).map((thousandths) => thousandths / 1_000);
const shapes = fc.constantFrom<WaveShape>('sine', 'triangle', 'ramp', 'square', 'random');

test('every wave stays within its amplitude', () => {
  const parts = fc.record({
    periodMs: fc.integer({ min: 1, max: 1e6 }),
    amplitude: fc.integer({ min: 0, max: 1e6 }),
    offset: fc.integer({ min: -1e6, max: 1e6 }),
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(shapes, parts, times, (shape, given, atMs) => {
      const value = waveAt(wave(shape, given), atMs);
      const slack = 1e-6;
      expect(Math.abs(value - given.offset)).toBeLessThanOrEqual(given.amplitude + slack);
    }),
  );
});

test('periodic waves repeat, and a phase is a shift in time', () => {
  const periodic = fc.constantFrom<WaveShape>('sine', 'triangle', 'square', 'ramp');
  fc.assert(
    fc.property(periodic, fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 9 }), (shape, atMs, n) => {
      const moved = waveAt(wave(shape, { phase: n }), atMs);
      expect(moved).toBeCloseTo(waveAt(wave(shape), atMs), 6);
      expect(waveAt(wave(shape, { phase: 0.25 }), atMs)).toBeCloseTo(waveAt(wave(shape), atMs + 250), 6);
    }),
  );
});

test('a random walk is smooth, the same for the same seed, and another for another', () => {
  const walk = wave('random', { seed: 7 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e8 }), (atMs) => {
      // the steepest it can be: 2 in height over one period, with the slope of the easing, π/2
      expect(Math.abs(waveAt(walk, atMs + 1) - waveAt(walk, atMs))).toBeLessThanOrEqual(
        (2 * Math.PI) / 2 / 1_000 + 1e-9,
      );
      expect(waveAt({ ...walk }, atMs)).toBe(waveAt(walk, atMs));
    }),
  );
  const curve = (seed: number): number[] => Array.from({ length: 20 }, (_, i) => waveAt({ ...walk, seed }, i * 500));
  expect(curve(8)).not.toEqual(curve(7));
  expect(new Set(curve(7)).size).toBeGreaterThan(15);
});

test('a number as an integer type is whole and within its limits', () => {
  const scalars = fc.constantFrom(...(Object.keys(integerRanges) as DataType['scalar'][]));
  fc.assert(
    fc.property(
      scalars,
      fc.oneof(fc.integer({ min: -2e6, max: 2e6 }), fc.integer({ min: -1e13, max: 1e13 })),
      (scalar, tenths) => {
        const value = tenths / 10;
        const [min, max] = integerRanges[scalar]!;
        const typed = typedNumber(value, scalar, 0) as number;
        expect(Number.isInteger(typed) && typed >= min && typed <= max).toBe(true);
        if (value >= min && value <= max) expect(Math.abs(typed - value)).toBeLessThanOrEqual(0.5);
      },
    ),
  );
});

test('a number as bool, float32, int64 and uint64', () => {
  expect([typedNumber(51, 'bool', 50), typedNumber(50, 'bool', 50)]).toEqual([true, false]);
  expect(typedNumber(0.1, 'float32', 0)).toBe(Math.fround(0.1));
  expect([typedNumber(2.6, 'int64', 0), typedNumber(-2, 'uint64', 0), typedNumber(1e30, 'int64', 0)]).toEqual([
    3n,
    0n,
    2n ** 63n - 1n,
  ]);
  expect([typedNumber(-1e30, 'int64', 0), typedNumber(1e30, 'uint64', 0)]).toEqual([-(2n ** 63n), 2n ** 64n - 1n]);
});
