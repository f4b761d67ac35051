import { describe, expect, it } from 'vitest';
import { canonicalJson, documentDigest } from './document-digest.js';

describe('canonicalJson', () => {
  it('writes fields in code unit order at every depth, and leaves lists as they are', () => {
    expect(canonicalJson({ b: [{ z: 1, a: null }, 2], a: 'x' })).toBe('{"a":"x","b":[{"a":null,"z":1},2]}');
  });
});

describe('documentDigest', () => {
  const tag = (path: string) => ({ path, address: '1', dataType: 'int16' as const });

  it('is the same for the same content in another order of fields', () => {
    const one = documentDigest({ version: 1, site: 'lab' });
    expect(documentDigest({ site: 'lab', version: 1 })).toEqual(one);
    expect(documentDigest({ site: 'lab2', version: 1 }).sha256).not.toBe(one.sha256);
  });

  it('counts drivers and tags', () => {
    const devices = [{ id: 'a', tags: [tag('x/1'), tag('x/2')] }, { id: 'b' }];
    const { drivers, tags } = documentDigest({
      version: 1,
      site: 'lab',
      drivers: [{ id: 'd', type: 'modbus', devices }],
    });
    expect({ drivers, tags }).toEqual({ drivers: 1, tags: 2 });
  });
});
