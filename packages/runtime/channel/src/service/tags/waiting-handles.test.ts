import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WaitingHandles } from './waiting-handles.js';

const handle = fc.nat(9);

type Step =
  | { readonly do: 'add'; readonly handle: number }
  | { readonly do: 'delete'; readonly handle: number }
  | { readonly do: 'take'; readonly limit: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), handle }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('delete' as const), handle }) },
  // Seldom, so that the order fills up with what was taken out.
  { weight: 1, arbitrary: fc.record({ do: fc.constant('take' as const), limit: fc.nat(2) }) },
);

describe('handles that wait', () => {
  it('come out once each, and those that were taken out never', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const waiting = new WaitingHandles();
        waiting.grow(10);
        const model = new Set<number>();
        const into = new Uint32Array(10);
        for (const action of steps) {
          if (action.do === 'add') {
            expect(waiting.add(action.handle)).toBe(!model.has(action.handle));
            model.add(action.handle);
          } else if (action.do === 'delete') {
            waiting.delete(action.handle);
            model.delete(action.handle);
          } else {
            const taken = [...into.subarray(0, waiting.take(into, action.limit))];
            expect(taken).toHaveLength(Math.min(action.limit, model.size));
            for (const each of taken) expect(model.delete(each)).toBe(true);
          }
          expect(waiting.count).toBe(model.size);
        }
      }),
    );
  });

  it('have room for every handle, however often some were taken out and came again', () => {
    for (let churn = 0; churn < 60; churn += 1) {
      const waiting = new WaitingHandles();
      waiting.grow(10);
      for (let each = 0; each < churn; each += 1) {
        waiting.delete(each % 9);
        waiting.add(each % 9);
      }
      waiting.add(9);
      const into = new Uint32Array(10);
      expect(into.subarray(0, waiting.take(into, 10))).toContain(9);
    }
  });

  it('come out in the order in which they came', () => {
    const waiting = new WaitingHandles();
    waiting.grow(10);
    for (const each of [7, 3, 9, 3]) waiting.add(each);
    waiting.grow(100);
    const into = new Uint32Array(10);
    expect([...into.subarray(0, waiting.take(into, 10))]).toEqual([7, 3, 9]);
  });
});
