import fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchOf } from '../testing/test-store.js';
import { rowsOfTag, sortByTag } from './sorted-rows.js';

it('sorts rows by tag, those of a tag in the order in which they came, again and again', () => {
  const row = fc.tuple(fc.constantFrom(0, 1, 2, 7, 5_000), fc.nat(9), fc.oneof(fc.integer(), fc.string()));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
      const sorted = sortByTag(batchOf(...rows));
      for (const tag of [0, 1, 2, 3, 7, 5_000]) {
        const [from, to] = rowsOfTag(sorted, tag);
        const found = Array.from({ length: to - from }, (_, i) => [
          tag,
          sorted.rows.timesMs[from + i],
          sorted.rows.objects.get(from + i) ?? sorted.rows.values[from + i],
        ]);
        expect(found).toEqual(rows.filter(([of]) => of === tag));
      }
    }),
  );
});
