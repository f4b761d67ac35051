import { describe, expect, it } from 'vitest';
import { z, type ZodType } from 'zod';
import { soundPart, walkShape } from './schema-walk.js';

function unknownIn(schema: ZodType, input: unknown): string[] {
  return [...walkShape(schema, input)].map(({ kind, path }) => `${kind} ${path.join('.')}`);
}

const inner = z.object({ a: z.number() });

describe('unknown fields', () => {
  it.each<[string, ZodType]>([
    ['optional', inner.optional()],
    ['nullable', inner.nullable()],
    ['default', inner.default({ a: 1 })],
    ['prefault', inner.prefault({ a: 1 })],
    ['catch', inner.catch({ a: 1 })],
    ['readonly', inner.readonly()],
    ['refine', inner.refine(() => true)],
    ['transform', inner.transform(({ a }) => a)],
    ['preprocess', z.preprocess((value) => value, inner)],
    ['lazy', z.lazy(() => inner)],
    ['strict', z.strictObject({ a: z.number() })],
  ])('are seen through %s', (_name, schema) => {
    expect(unknownIn(z.object({ x: schema }), { x: { a: 1, b: 2 } })).toEqual(['unknown-field x.b']);
  });

  it('are seen in lists, records and the member of a union that is meant', () => {
    const schema = z.object({
      list: z.array(inner),
      record: z.record(z.string(), inner),
      union: z.union([inner, z.object({ c: z.number(), d: z.number() })]),
    });
    const input = { list: [{ a: 1 }, { a: 1, b: 1 }], record: { r: { a: 1, b: 1 } }, union: { c: 1, d: 1, a: 'x' } };
    expect(unknownIn(schema, input)).toEqual([
      'unknown-field list.1.b',
      'unknown-field record.r.b',
      'unknown-field union.a',
    ]);
  });

  it('are none where the schema says that it takes any', () => {
    const schema = z.object({ loose: z.looseObject({}), rest: z.object({}).catchall(z.number()), any: z.unknown() });
    expect(unknownIn(schema, { loose: { b: 1 }, rest: { b: 1 }, any: { b: 1 } })).toEqual([]);
  });

  it('may be called like what every object inherits', () => {
    expect(unknownIn(inner, JSON.parse('{"a":1,"__proto__":1,"toString":1}'))).toEqual([
      'unknown-field __proto__',
      'unknown-field toString',
    ]);
  });
});

describe('a failing union', () => {
  it('is told with the member that fits most of it', () => {
    const [byToken, byName] = [
      z.object({ kind: z.literal('token'), token: z.string() }),
      z.object({ kind: z.literal('name'), name: z.string() }),
    ];
    const found = [...walkShape(z.discriminatedUnion('kind', [byToken, byName]), { kind: 'name', name: 5 })];
    expect(found).toMatchObject([{ kind: 'failing-union', path: [] }]);
    expect(found[0].kind === 'failing-union' && found[0].member).toBe(byName);
  });
});

describe('the sound part of a document', () => {
  const schema = z.object({
    a: z.number(),
    list: z.array(inner).optional(),
    u: z.union([inner, z.string()]).optional(),
  });

  it('keeps what is right beside what is wrong, and every position', () => {
    expect(soundPart(schema, { a: 'x', list: [{ a: 1 }, 5, { a: 'x', b: 1 }], u: { a: 'x' }, z: 1 })).toEqual({
      a: undefined,
      list: [{ a: 1 }, undefined, { a: undefined }],
      u: undefined,
    });
  });

  it('is nothing where a group or a list was asked for and is not', () => {
    expect(soundPart(schema, [])).toBeUndefined();
    expect(soundPart(schema, { list: {} })).toEqual({ list: undefined });
  });
});
