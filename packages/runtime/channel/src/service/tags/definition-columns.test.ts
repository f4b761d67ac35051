import type { TagDefinition } from '@fieldwarden/gateway-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definitionColumns, definitionsOf } from './definition-columns.js';

const field = fc.oneof(
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.record({ low: fc.double(), high: fc.constantFrom(1, 2, Infinity) }),
  fc.array(fc.string(), { maxLength: 2 }),
);

/** Whatever fields a definition may have one day. */
const definition = fc
  .tuple(
    fc.record({ path: fc.string(), type: fc.constantFrom({ scalar: 'float64' }, { scalar: 'int16' }) }),
    fc.dictionary(fc.constantFrom('unit', 'scanMs', 'range', 'deadband', 'later'), field),
  )
  .map(([needed, more]) => ({ ...more, ...needed }) as unknown as TagDefinition);

describe('definitions as columns', () => {
  it('come back as they were, with every field that they had', () => {
    fc.assert(
      fc.property(fc.array(definition, { maxLength: 20 }), (definitions) => {
        const columns = structuredClone(definitionColumns(definitions));
        expect(definitionsOf(columns, definitions.length)).toEqual(definitions);
      }),
    );
  });

  it('say once what tags have in common', () => {
    const definitions = Array.from({ length: 100 }, (_, index) => ({
      path: `tag${index}`,
      type: { scalar: 'float64' },
      driverId: 'press',
    })) as unknown as TagDefinition[];
    const columns = definitionColumns(definitions);
    expect(columns.map(({ field: name, values }) => [name, values.length])).toEqual([
      ['path', 100],
      ['type', 1],
      ['driverId', 1],
    ]);
    const back = definitionsOf(columns, 100);
    expect(back[0].type).toBe(back[99].type);
  });

  it.each([
    ['another length', [{ field: 'path', values: ['a', 'b'], rows: undefined }]],
    ['a value that is not there', [{ field: 'path', values: ['a'], rows: Uint32Array.of(2) }]],
    ['no type', [{ field: 'path', values: ['a'], rows: undefined }]],
  ])('with %s are a breach of the protocol', (_what, columns) => {
    expect(() => definitionsOf(columns, 1)).toThrow(expect.objectContaining({ kind: 'protocol' }));
  });
});
