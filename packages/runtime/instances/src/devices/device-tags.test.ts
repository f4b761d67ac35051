import { tagFields } from '@fieldwarden/config';
import { systemClock } from '@fieldwarden/core';
import type { PlantTag } from '@fieldwarden/gateway-contract';
import { TagStore } from '@fieldwarden/tags';
import { collectingLogger } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DeviceTags } from './device-tags.js';

/** A value of its own for each field: a field that is dropped or mixed up on the way shows. */
const arbitraryTag: fc.Arbitrary<PlantTag> = fc.record({
  path: fc.stringMatching(/^[a-z]{1,8}\/[a-z]{1,8}$/),
  address: fc.string({ minLength: 1, maxLength: 8 }),
  options: fc.constantFrom(undefined, { jsonPath: '$.a' }),
  type: fc.constantFrom({ scalar: 'uint16' }, { scalar: 'int64' }, { scalar: 'float32', arrayLength: 3 }),
  scanMs: fc.integer({ min: 10, max: 86_400_000 }),
  access: fc.constantFrom('read-only', 'read-write'),
  scaling: fc.option(fc.record({ gain: fc.double({ noNaN: true }), offset: fc.double({ noNaN: true }) }), {
    nil: undefined,
  }),
  notAvailable: fc.option(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1 }), { nil: undefined }),
  unit: fc.option(fc.string(), { nil: undefined }),
  deadband: fc.option(fc.double({ min: 0, noNaN: true }), { nil: undefined }),
  description: fc.option(fc.string(), { nil: undefined }),
  limits: fc.option(fc.record({ min: fc.integer(), max: fc.integer() }), { nil: undefined }),
  range: fc.option(fc.record({ low: fc.integer(), high: fc.integer() }), { nil: undefined }),
  writeIdempotent: fc.boolean(),
  writeNonFinite: fc.boolean(),
  verify: fc.boolean(),
  publish: fc.boolean(),
  history: fc.constantFrom(undefined, false as const, { deadband: 1, maxIntervalMs: undefined, stepped: true }),
} satisfies Record<keyof PlantTag, fc.Arbitrary<unknown>>);

it('every field of a tag stands in the store as it was configured (§7.5)', () => {
  fc.assert(
    fc.property(arbitraryTag, (tag) => {
      const store = new TagStore(systemClock, collectingLogger());
      const tags = new DeviceTags({ id: 'e', options: {}, tags: [tag] }, { driverId: 'd', store, clock: systemClock });
      const [configured] = tags.configured;
      for (const field of Object.keys(tagFields) as (keyof PlantTag)[])
        expect(configured[field], field).toEqual(tag[field]);
      expect(configured).toEqual(tag);
      expect(store.definition(store.handleOf(tag.path)!)).toMatchObject({
        driverId: 'd',
        deviceId: 'e',
        rawType: tag.type,
      });
    }),
  );
});
