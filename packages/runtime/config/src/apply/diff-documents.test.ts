import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffDocuments, maxConfigChanges } from './diff-documents.js';
import type { PlantDocument } from '../document/plant-document.js';
import { arbitraryDocument } from '../testing/arbitrary-plants.js';

const speed = { path: 'filler/speed', address: '400001', dataType: 'float32' };
const level = { path: 'filler/level', address: '400003', dataType: 'float32' };

function document(fields: object = {}, tags: readonly object[] = [speed, level]): PlantDocument {
  const devices = [{ id: 'filler', options: { unitId: 1 }, tags }, { id: 'capper' }];
  const driver = { id: 'packaging', type: 'modbus', options: { host: 'a', password: '${env:PW}' }, devices, ...fields };
  return { version: 1, site: 'lab', drivers: [driver] } as PlantDocument;
}

const rows = (old: PlantDocument | null, next: PlantDocument): readonly (readonly unknown[])[] =>
  diffDocuments(old, next).changes.map(({ kind, path, before, after }) => [kind, path, before, after]);

describe('the difference of two documents (§7.5)', () => {
  it('names members of lists by their id or path', () => {
    expect(rows(document(), document({}, [{ ...speed, address: '400005' }, level]))).toEqual([
      ['changed', 'drivers[packaging].devices[filler].tags[filler/speed].address', '400001', '400005'],
    ]);
  });

  it('shows a moved tag as removed and added', () => {
    const devices = [
      { id: 'filler', options: { unitId: 1 }, tags: [level] },
      { id: 'capper', tags: [speed] },
    ];
    expect(rows(document(), document({ devices }))).toEqual([
      ['removed', 'drivers[packaging].devices[filler].tags[filler/speed]', speed, null],
      ['added', 'drivers[packaging].devices[capper].tags[filler/speed]', null, speed],
    ]);
  });

  it('gives a new driver, its devices and their tags a row each', () => {
    const empty = { version: 1, site: 'lab', drivers: [] } as PlantDocument;
    const driver = { id: 'packaging', type: 'modbus', options: { host: 'a', password: '${env:PW}' } };
    expect(rows(empty, document({}, [speed]))).toEqual([
      ['added', 'drivers[packaging]', null, driver],
      ['added', 'drivers[packaging].devices[filler]', null, { id: 'filler', options: { unitId: 1 } }],
      ['added', 'drivers[packaging].devices[filler].tags[filler/speed]', null, speed],
      ['added', 'drivers[packaging].devices[capper]', null, { id: 'capper' }],
    ]);
  });

  it('tells fields of groups one by one, whole groups that come or go, and lists as a whole', () => {
    const old = { version: 1, site: 'lab', logging: { level: 'info' }, opcua: { securityPolicies: ['None'] } } as const;
    const next = { version: 1, site: 'lab', logging: { level: 'debug', json: true }, mqtt: {} } as const;
    expect(rows(old as never, next as never)).toEqual([
      ['removed', 'opcua', { securityPolicies: ['None'] }, null],
      ['changed', 'logging.level', 'info', 'debug'],
      ['added', 'logging.json', null, true],
      ['added', 'mqtt', null, {}],
    ]);
  });

  it('tells null, which is a value, from nothing', () => {
    const breaker = (failures: number | null) => document({ resilience: { breaker: { failures } } });
    const path = 'drivers[packaging].resilience.breaker.failures';
    expect(rows(breaker(5), breaker(null))).toEqual([['changed', path, 5, null]]);
    expect(rows(document({ resilience: { breaker: {} } }), breaker(null))).toEqual([['added', path, null, null]]);
  });

  it('takes an address that is written as a number for its text', () => {
    const byNumber = { ...speed, address: 400_001 };
    expect(rows(document(), document({}, [byNumber, level]))).toEqual([]);
    expect(rows(document(), document({}, [{ ...byNumber, scanMs: 5 }, level]))).toHaveLength(1);
  });

  it('repeats references, never what they stand for', () => {
    const next = document({ options: { host: 'a', password: '${file:pw}' } });
    expect(rows(document(), next)).toEqual([
      ['changed', 'drivers[packaging].options.password', '${env:PW}', '${file:pw}'],
    ]);
  });

  it('takes fields of the kind that every object has for what they are', () => {
    const options = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}') as object;
    expect(rows(document({ options: {} }), document({ options }))).toEqual([
      ['added', 'drivers[packaging].options.__proto__', null, { a: 1 }],
      ['added', 'drivers[packaging].options.constructor', null, 2],
    ]);
  });

  it('leaves off what nobody would read, and counts it', () => {
    const tags = Array.from({ length: maxConfigChanges + 7 }, (_, i) => ({ ...speed, path: `filler/t${i}` }));
    const { changes, leftOff } = diffDocuments(document({}, []), document({}, tags));
    expect({ rows: changes.length, leftOff }).toEqual({ rows: maxConfigChanges, leftOff: 7 });
  });

  it('is nothing for the same document in any order', () => {
    fc.assert(
      fc.property(arbitraryDocument, (one) => {
        expect(diffDocuments(one, reversed(one) as PlantDocument)).toEqual({ changes: [], leftOff: 0 });
      }),
    );
  });

  it('is all that leads from one document to the other', () => {
    fc.assert(
      fc.property(fc.option(arbitraryDocument), arbitraryDocument, (old, next) => {
        const leaves = old ? flat('', old) : new Map<string, unknown>();
        for (const { kind, path, before, after } of diffDocuments(old, next).changes) {
          for (const [name, value] of flat(path, before)) {
            if (kind === 'added') continue;
            expect(leaves.get(name)).toEqual(value);
            leaves.delete(name);
          }
          if (kind !== 'removed') for (const [name, value] of flat(path, after)) leaves.set(name, value);
        }
        expect(sorted(leaves)).toEqual(sorted(flat('', next)));
      }),
    );
  });
});

function sorted(leaves: ReadonlyMap<string, unknown>): [string, unknown][] {
  return [...leaves].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Every value in a document by its path, with lists of named members by name. */
function flat(path: string, value: unknown, leaves = new Map<string, unknown>()): Map<string, unknown> {
  if (Array.isArray(value) && value.every(isNamed)) {
    for (const member of value) flat(`${path}[${member.id ?? member.path}]`, member, leaves);
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [name, field] of Object.entries(value)) flat(path === '' ? name : `${path}.${name}`, field, leaves);
  } else leaves.set(path, path.endsWith('.address') ? String(value) : value);
  return leaves;
}

function isNamed(member: unknown): member is { id?: string; path?: string } {
  return typeof member === 'object' && member !== null && ('id' in member || 'path' in member);
}

/** The same, with every list of members and every group in the opposite order. */
/** Lists of what has a name, and fields; other lists are values. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return typeof value[0] === 'object' ? value.map(reversed).reverse() : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, field]) => [name, reversed(field)])
      .reverse() as [string, unknown][],
  );
}
