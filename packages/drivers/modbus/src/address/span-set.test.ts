import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Span } from './area.js';
import { SpanSet } from './span-set.js';

const spans = fc.record({
  area: fc.constantFrom('coil', 'holding-register'),
  start: fc.nat(40),
  count: fc.integer({ min: 1, max: 6 }),
}) as fc.Arbitrary<Span>;

function haveCommon(a: Span, b: Span): boolean {
  return a.area === b.area && a.start < b.start + b.count && b.start < a.start + a.count;
}

it('touches a span exactly if one of its own has an address in common with it', () => {
  fc.assert(
    fc.property(fc.array(spans, { maxLength: 8 }), spans, (members, asked) => {
      expect(new SpanSet(members).touches(asked)).toBe(members.some((member) => haveCommon(member, asked)));
    }),
    { numRuns: 2_000 },
  );
});
