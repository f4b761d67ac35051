import { expect, test } from 'vitest';
import { MemoryHoard } from './memory-hoard.js';

test('a hoard takes no more than its cap', () => {
  const hoard = new MemoryHoard(1_000);
  hoard.grow(600.9);
  expect(hoard.bytes).toBe(600);
  hoard.grow(600);
  hoard.grow(600);
  expect(hoard.bytes).toBe(1_000);
});

test('a hoard holds real memory, and gives it back at once', () => {
  const { arrayBuffers } = process.memoryUsage();
  const hoard = new MemoryHoard(50_000_000);
  hoard.grow(50_000_000);
  expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeGreaterThanOrEqual(49_000_000);
  hoard.release();
  expect(hoard.bytes).toBe(0);
  expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(25_000_000);
  hoard.grow(1);
  expect(hoard.bytes).toBe(1);
});
