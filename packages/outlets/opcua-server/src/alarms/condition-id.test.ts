import fc from 'fast-check';
import { expect, test } from 'vitest';
import { conditionIdOf, conditionNameOf } from './condition-id.js';
import { EventIds, stateOf } from './event-ids.js';

const part = fc.option(fc.string({ minLength: 1, unit: 'grapheme' }), { nil: null });

test('a ConditionId names exactly one alarm', () => {
  const names = fc.record({ driverId: part, device: part, conditionId: fc.string() });
  fc.assert(
    fc.property(names, (name) => {
      expect(conditionNameOf(conditionIdOf(name))).toEqual(name);
    }),
  );
  expect(conditionIdOf({ driverId: null, device: null, conditionId: 'off-scan/filler' })).toBe(
    '#alarm///off-scan/filler',
  );
});

test.each(['', 'packaging/filler', '#alarm/', '#alarm/a', '#alarm/a/b', '#alarm/%/b/c'])('%j is none', (id) => {
  expect(conditionNameOf(id)).toBeUndefined();
});

test('each event has an id of its own, which leads back to the state', () => {
  const [first, second] = [new EventIds(), new EventIds()];
  const ids = [first.next('a~b'), first.next('a~b'), second.next('a~b')];
  expect(new Set(ids).size).toBe(3);
  expect(ids.map(stateOf)).toEqual(['a~b', 'a~b', 'a~b']);
  expect(stateOf('no such')).toBe('no such');
});
