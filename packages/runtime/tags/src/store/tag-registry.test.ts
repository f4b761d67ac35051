import type { TagDefinition } from '@fieldwarden/gateway-contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tag } from '../testing/test-tags.js';
import { TagRegistry } from './tag-registry.js';

const someTerms: fc.Arbitrary<Partial<TagDefinition>> = fc.record(
  {
    scanMs: fc.constantFrom(100, 1_000),
    unit: fc.constantFrom('mm', 'bar'),
    description: fc.constantFrom('speed', 'pressure'),
    address: fc.constantFrom('HR0', 'HR2'),
    driverId: fc.constantFrom('line1', null),
    scaling: fc.record({ gain: fc.constantFrom(1, 2), offset: fc.constant(0) }),
  },
  { requiredKeys: [] },
);

type Step = readonly ['put' | 'delete', path: string, terms: Partial<TagDefinition>];

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('put', 'put', 'delete'),
  fc.constantFrom('a', 'b', 'c', '_system/d'),
  someTerms,
);

it('gives each definition back as it was given last, whatever others have in common with it', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const registry = new TagRegistry();
      const model = new Map<string, TagDefinition>();
      for (const [what, path, terms] of steps) {
        const handle = registry.handleOf(path);
        if (what === 'delete') {
          if (handle !== undefined) registry.delete(handle);
          model.delete(path);
          continue;
        }
        const definition = tag(path, terms);
        if (handle === undefined) registry.add(definition);
        else registry.replace(handle, definition);
        model.set(path, definition);
      }
      expect(registry.size).toBe(model.size);
      expect(registry.plantSize).toBe([...model.keys()].filter((path) => !path.startsWith('_system/')).length);
      for (const path of ['a', 'b', 'c', '_system/d']) {
        const handle = registry.handleOf(path);
        const wanted = model.get(path);
        expect(handle === undefined).toBe(wanted === undefined);
        if (handle === undefined) continue;
        expect(registry.definition(handle)).toEqual(wanted);
        expect(registry.pathOf(handle)).toBe(path);
        expect(registry.terms(handle)?.driverId).toBe(wanted?.driverId);
      }
      expect(registry.definition(0)).toBeUndefined();
    }),
  );
});
