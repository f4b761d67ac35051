import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tag } from '../testing/test-tags.js';
import { callsOf, type DefinedWrite } from './write-calls.js';

interface NumberedWrite extends DefinedWrite {
  readonly number: number;
}

const write = fc.record({ path: fc.constantFrom('a', 'b', 'c', 'd', 'e'), idempotentPath: fc.constantFrom('x', 'y') });

/** A tag is either idempotent or not, so that the two kinds have paths of their own. */
const requests = fc.array(fc.tuple(write, fc.boolean()), { maxLength: 40 }).map((all) =>
  all.map(([{ path, idempotentPath }, writeIdempotent], number): NumberedWrite => ({
    definition: tag(writeIdempotent ? idempotentPath : path, { writeIdempotent }),
    number,
  })),
);

describe('the calls of one request to one device (§5.4)', () => {
  it('hold each write once, in its order among its kind, never both kinds, no tag twice, and no more than may be', () => {
    fc.assert(
      fc.property(requests, fc.integer({ min: 1, max: 10 }), (writes, maxItems) => {
        const calls = callsOf(writes, maxItems);
        for (const idempotent of [true, false]) {
          const ofKind = (one: NumberedWrite): boolean => one.definition.writeIdempotent === idempotent;
          expect(calls.flat().filter(ofKind)).toEqual(writes.filter(ofKind));
        }
        for (const call of calls) {
          expect(call.length).toBeLessThanOrEqual(maxItems);
          expect(new Set(call.map(({ definition }) => definition.writeIdempotent)).size).toBe(1);
          expect(new Set(call.map(({ definition }) => definition.path)).size).toBe(call.length);
        }
        expect(calls.flat().length).toBe(writes.length);
        expect(calls[0]?.[0]).toBe(writes[0]);
      }),
    );
  });

  it('are one when there is room for all', () => {
    const writes = ['a', 'b', 'c'].map((path) => ({ definition: tag(path) }));
    expect(callsOf(writes)).toEqual([writes]);
  });
});
