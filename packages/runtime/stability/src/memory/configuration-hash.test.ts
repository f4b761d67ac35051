import fc from 'fast-check';
import { expect, it } from 'vitest';
import { configurationHash } from './configuration-hash.js';

it('is the same in whatever order the fields were written', () => {
  expect(configurationHash({ a: 1, b: { c: [1, 2], d: null } })).toBe(
    configurationHash({ b: { d: null, c: [1, 2] }, a: 1 }),
  );
});

it('differs with any value, and with the order of a list', () => {
  const values = [{ a: 1 }, { a: 2 }, { b: 1 }, { a: [1, 2] }, { a: [2, 1] }, { a: '1' }, {}, null, undefined];
  expect(new Set(values.map(configurationHash)).size).toBe(values.length);
});

it('is 16 hexadecimal digits of any configuration', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (configuration) => {
      expect(configurationHash(configuration)).toMatch(/^[0-9a-f]{16}$/);
    }),
  );
});
