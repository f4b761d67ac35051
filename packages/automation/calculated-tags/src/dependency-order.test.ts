import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dependencyOrder } from './dependency-order.js';

describe('the order of dependency (§17.2)', () => {
  it('has each after what it depends on', () => {
    expect(dependencyOrder([[1, 2], [2], []])).toEqual({ order: [2, 1, 0], cycles: [] });
  });

  it('names a whole circle, from its least member, and leaves it out', () => {
    expect(dependencyOrder([[3], [2], [1, 0], [0, 1], []])).toEqual({ order: [4], cycles: [[0, 3]] });
    expect(dependencyOrder([[1], [2], [0]])).toEqual({ order: [], cycles: [[0, 1, 2]] });
    expect(dependencyOrder([[0]])).toEqual({ order: [], cycles: [[0]] });
  });

  it('goes through a chain of 100,000 without running out of stack', () => {
    const length = 100_000;
    const { order } = dependencyOrder(Array.from({ length }, (_, i) => (i + 1 < length ? [i + 1] : [])));
    expect([order.length, order[0], order[length - 1]]).toEqual([length, length - 1, 0]);
  });

  it('is right for any graph: all in order stand behind their dependencies, each circle is one', () => {
    const graph = fc
      .integer({ min: 1, max: 12 })
      .chain((size) =>
        fc.array(fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }),
      );
    fc.assert(
      fc.property(graph, (dependencies) => {
        const { order, cycles } = dependencyOrder(dependencies);
        for (const cycle of cycles) {
          for (const [i, node] of cycle.entries()) expect(dependencies[node]).toContain(cycle[(i + 1) % cycle.length]);
        }
        const rank = new Map(order.map((node, i) => [node, i]));
        for (const node of order) {
          for (const dependency of dependencies[node]) {
            if (rank.has(dependency)) expect(rank.get(dependency)).toBeLessThan(rank.get(node)!);
          }
        }
        const acyclic = dependencies.every((_, node) => !reaches(node, node, dependencies));
        expect(cycles.length === 0).toBe(acyclic);
        expect(new Set(order).size).toBe(dependencies.filter((_, node) => !reaches(node, node, dependencies)).length);
      }),
    );
  });
});

function reaches(from: number, to: number, dependencies: readonly (readonly number[])[]): boolean {
  const seen = new Set<number>();
  const waiting = [...dependencies[from]];
  for (const node of waiting) {
    if (node === to) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    waiting.push(...dependencies[node]);
  }
  return false;
}
