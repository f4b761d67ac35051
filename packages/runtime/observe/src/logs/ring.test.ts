import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Ring } from './ring.js';

it('holds the newest entries, oldest first, like a list that is cut', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.nat()),
      fc.integer({ min: -2, max: 12 }),
      (capacity, entries, count) => {
        const ring = new Ring<number>(capacity);
        for (const entry of entries) ring.add(entry);
        const held = entries.slice(-capacity);
        expect(ring.size).toBe(held.length);
        expect(ring.last(count)).toEqual(count <= 0 ? [] : held.slice(-count));
      },
    ),
  );
});
