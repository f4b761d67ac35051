import type { Point } from '@fieldwarden/driver';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PointColumns } from './point-columns.js';

const point: fc.Arbitrary<Point> = fc.record(
  {
    path: fc.string(),
    address: fc.string(),
    type: fc.constantFrom({ scalar: 'float32' } as const, { scalar: 'int16', arrayLength: 2 } as const),
    samplingIntervalMs: fc.constantFrom(100, 1_000),
    deadband: fc.constantFrom(0.5, 1),
  },
  { requiredKeys: ['path', 'address', 'type'] },
);

it('gives the points back as they were, in their order', () => {
  fc.assert(
    fc.property(fc.array(point), (points) => {
      const columns = new PointColumns(points);
      expect(columns.size).toBe(points.length);
      expect(columns.toPoints()).toEqual(points);
    }),
  );
});
