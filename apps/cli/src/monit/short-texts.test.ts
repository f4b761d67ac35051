import fc from 'fast-check';
import { expect, test } from 'vitest';
import { barText, shortBytes, shortDuration } from './short-texts.js';

test.each([
  [0, '0.0s'],
  [412, '0.4s'],
  [9_940, '9.9s'],
  [9_960, '10s'],
  [59_400, '59s'],
  [59_600, '1m'],
  [3_569_000, '59m'],
  [3_599_000, '1h00'],
  [11_220_000, '3h07'],
  [86_400_000, '1d'],
])('%i ms is %s', (ms, text) => {
  expect(shortDuration(ms)).toBe(text);
});

test.each([
  [0, '0B'],
  [999, '999B'],
  [1_000, '1.0k'],
  [64e6, '64M'],
  [999_600_000, '1.0G'],
  [1_016e6, '1.0G'],
  [52e9, '52G'],
])('%i bytes are %s', (bytes, text) => {
  expect(shortBytes(bytes)).toBe(text);
});

test('what stands in narrow columns stays short', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 8e14 }), (value) => {
      expect(shortDuration(value / 1_000).length).toBeLessThanOrEqual(5);
      expect(shortBytes(value).length).toBeLessThanOrEqual(4);
    }),
  );
});

test('a bar is as long as the hard limit, and marks the soft one until it is passed', () => {
  expect(barText(64, 508, 1_016, 10)).toBe('▓░░░░╎░░░░');
  expect(barText(640, 508, 1_016, 10)).toBe('▓▓▓▓▓▓░░░░');
  expect(barText(2_000, 508, 1_016, 10)).toBe('▓▓▓▓▓▓▓▓▓▓');
  expect(barText(0, null, 1_016, 10)).toBe('░░░░░░░░░░');
});
