import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonScanner, type JsonLimits } from './json-scanner.js';

const roomy: JsonLimits = { values: 1_000_000, depth: 1_000 };

function scanned(text: string, limits = roomy, pieceBytes = 7): { scanner: JsonScanner; excess: string | undefined } {
  const scanner = new JsonScanner(limits);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const excess = scanner.scan(bytes.subarray(at, at + pieceBytes));
    if (excess) return { scanner, excess };
  }
  return { scanner, excess: undefined };
}

describe('a scan of JSON as it comes in (§7.1)', () => {
  it('knows where the fields of the outermost object are, however it is cut', () => {
    const anyObject = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 10 });
    fc.assert(
      fc.property(anyObject, fc.integer({ min: 1, max: 20 }), fc.constantFrom(undefined, 2), (value, piece, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const { scanner } = scanned(text, roomy, piece);
        const bytes = Buffer.from(text);
        const read = scanner.fields.map(({ nameStart, nameEnd, valueStart, valueEnd }) => [
          JSON.parse(bytes.subarray(nameStart, nameEnd).toString()) as string,
          JSON.parse(bytes.subarray(valueStart, valueEnd).toString()) as unknown,
        ]);
        expect(read).toEqual(Object.entries(JSON.parse(text) as object));
      }),
    );
  });

  it.each([
    ['{"a":[1,2,3,4,5]}', { values: 3, depth: 9 }, 'values'],
    ['[[[[[]]]]]', { values: 99, depth: 4 }, 'depth'],
    ['{"a":"[[[[[,,,,,,"}', { values: 3, depth: 4 }, undefined],
    ['{"a":"\\"[[[[[,,,,,"}', { values: 3, depth: 4 }, undefined],
  ])('counts what %s has', (text, limits, excess) => {
    expect(scanned(text, limits).excess).toBe(excess);
  });
});
