import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldStep, LookupTables, parseJsonPath, valueAt } from './json-path.js';

const payload = {
  a: { b: [1, 2, 3, { c: 'deep' }] },
  'odd name': true,
  "it's": 5,
  'a/b~c': 7,
  devices: [
    { id: 7, value: 70 },
    { id: 'x y', value: 71 },
    { id: 7, value: 72 },
  ],
};

function at(path: string, json: unknown = payload): unknown {
  return valueAt(json, parseJsonPath(path), new LookupTables());
}

describe('a path into JSON (§9.4)', () => {
  it.each([
    ['$', payload],
    ['$.a.b[3].c', 'deep'],
    ['/a/b/3/c', 'deep'],
    ['/a~1b~0c', 7],
    ["$['odd name']", true],
    ["$['it\\'s']", 5],
    ['$.devices[?id=7].value', 70],
    ["$.devices[?id='x y'].value", 71],
    ['$.devices[?id=8].value', undefined],
    ['$.a.b[9]', undefined],
    ['$.a.x.y', undefined],
    ['$.a[0]', undefined],
  ])('%s', (path, expected) => {
    expect(at(path)).toEqual(expected);
  });

  it('has nothing of what all objects have', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'length'])
      expect(at(`$.${name}`), name).toBeUndefined();
    expect(at('$.a.b.length')).toBeUndefined();
  });

  it.each([
    ['temperature', 'the JSON path temperature begins with neither $ nor /; write $.temperature'],
    ['$.a b', 'the JSON path $.a b is not understood from " b" on'],
    ['$..a', 'the JSON path $..a is not understood from "..a" on'],
    ['$.a[-1]', 'the JSON path $.a[-1] is not understood from "[-1]" on'],
    ['/a~2', 'the JSON path /a~2 has a ~ that is neither ~0 nor ~1'],
  ])('is refused in words: %s', (path, message) => {
    expect(() => parseJsonPath(path)).toThrow(message);
  });

  it('finds any field by the step that is written for it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (name) => {
        const json = JSON.parse(`{${JSON.stringify(name)}:1}`) as unknown;
        expect(at(`$${fieldStep(name)}`, json)).toBe(1);
      }),
    );
  });
});
