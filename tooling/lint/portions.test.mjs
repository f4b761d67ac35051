import { describe, expect, it } from 'vitest';
import { portionsOf } from './portions.mjs';

const files = (count) => Array.from({ length: count }, (_none, i) => `f${i}`);

describe('portions of files to lint', () => {
  it('are one where all files fit into a process', () => {
    expect(portionsOf([], 10)).toEqual([[]]);
    expect(portionsOf(files(10), 10)).toEqual([files(10)]);
  });

  it('have every file once, in order, none more than fits, and are about equally large', () => {
    for (const count of [11, 19, 20, 21, 99]) {
      const portions = portionsOf(files(count), 10);
      expect(portions.flat()).toEqual(files(count));
      const sizes = portions.map(({ length }) => length);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
      expect(Math.max(...sizes) - sizes[0]).toBe(0);
    }
  });
});
