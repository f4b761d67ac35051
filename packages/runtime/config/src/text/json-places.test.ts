import fc from 'fast-check';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Pair } from 'yaml';
import { describe, expect, it } from 'vitest';
import { jsonPlaces } from './json-places.js';

/** Every path in a value, the empty one first. */
function pathsIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const fields = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...fields.flatMap(([step, field]) => pathsIn(field, [...path, step]))];
}

/** By the YAML parser, which reads JSON too. */
function placeByParser(text: string, path: readonly (string | number)[]): { line: number; column: number } {
  const lines = new LineCounter();
  let node: unknown = parseDocument(text, { lineCounter: lines, stringKeys: true, uniqueKeys: false }).contents;
  let offset = (node as { range: [number] }).range[0];
  for (const step of path) {
    if (isSeq(node)) {
      node = node.items[step as number];
      offset = (node as { range: [number] }).range[0];
    } else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step) as Pair;
      offset = (pair.key as { range: [number] }).range[0];
      node = pair.value;
    }
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

describe('places in JSON', () => {
  it('are those that the YAML parser finds', () => {
    const anyJson = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }), fc.array(fc.jsonValue()));
    fc.assert(
      fc.property(anyJson, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = `\n  ${JSON.stringify(value, undefined, indent)}\n`;
        const locate = jsonPlaces(text);
        for (const path of pathsIn(JSON.parse(text))) {
          if (path.includes('__proto__')) continue;
          expect(locate(path)).toEqual(placeByParser(text, path));
        }
      }),
    );
  });

  it('of what is not there are those of what is around it', () => {
    expect(jsonPlaces('{\n "drivers": [\n  {}]}')(['drivers', 0, 'id'])).toEqual({ line: 3, column: 3 });
    expect(jsonPlaces('{\n "drivers": [\n  {}]}')(['drivers', 7])).toEqual({ line: 2, column: 2 });
  });

  it('of a large text are found in a moment, a thousand of them', () => {
    const text = JSON.stringify({
      drivers: [{ devices: [{ tags: Array(100_000).fill({ path: 'a/b', address: 1 }) }] }],
    });
    const locate = jsonPlaces(text);
    const places = Array.from({ length: 1_000 }, (_, i) =>
      locate(['drivers', 0, 'devices', 0, 'tags', i * 99, 'path']),
    );
    expect(new Set(places.map((place) => place?.column)).size).toBe(1_000);
  });
});
