import { describe, expect, it } from 'vitest';
import { tag } from '../testing/test-tags.js';
import { SharedTerms } from './tag-terms.js';

describe('SharedTerms', () => {
  it('gives tags that differ in path, address and description only the same object', () => {
    const terms = new SharedTerms();
    const first = terms.of(tag('a', { address: 'HR0', description: 'speed', scaling: { gain: 2, offset: 1 } }));
    const second = terms.of(tag('b', { address: 'HR2', scaling: { gain: 2, offset: 1 } }));
    expect(second).toBe(first);
    expect(Object.keys(first)).not.toEqual(expect.arrayContaining(['path']));
  });

  it.each([
    ['another value of a field', { scanMs: 500 }],
    ['another value within a field', { limits: { min: 0, max: 9 } }],
    ['a field more', { unit: 'mm' }],
    ['a field that nobody knows yet', { fieldOfTomorrow: 1 }],
  ])('tells apart what has %s', (_what, change) => {
    const terms = new SharedTerms();
    const base = { limits: { min: 0, max: 8 } };
    const first = terms.of(tag('a', base));
    const other = terms.of(tag('b', { ...base, ...change }));
    expect(other).not.toBe(first);
    expect(other).toMatchObject(change);
    expect(terms.of(tag('c', base))).toBe(first);
    expect(terms.of(tag('d', { ...base, ...change }))).toBe(other);
  });

  it('finds again what was used lately, and keeps no more than that', () => {
    const terms = new SharedTerms();
    const of = (scanMs: number): object => terms.of(tag('a', { scanMs }));
    const first = of(1);
    for (let scanMs = 2; scanMs <= 16; scanMs += 1) of(scanMs);
    expect(of(1)).toBe(first);
    for (let scanMs = 2; scanMs <= 17; scanMs += 1) of(scanMs);
    expect(of(1)).not.toBe(first);
    expect(of(1)).toEqual(first);
  });
});
