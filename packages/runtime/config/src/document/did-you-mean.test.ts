import { describe, expect, it } from 'vitest';
import { didYouMean, hint } from './did-you-mean.js';

const known = ['scanMs', 'scaling', 'address', 'dataType', 'path'];

describe('did you mean', () => {
  it.each([
    ['scanms', 'scanMs'],
    ['scan_ms', 'scanMs'],
    ['adress', 'address'],
    ['data_type', 'dataType'],
    ['scanRate', 'scanMs'],
    ['pat', 'path'],
    ['ptah', 'path'],
  ])('finds for %s the name %s', (name, meant) => {
    expect(didYouMean(name, known)).toBe(meant);
  });

  it('offers all names when none is near', () => {
    expect(hint('x', known)).toBe('; known here: scanMs, scaling, address, dataType, path');
    expect(hint('x', [])).toBe('; no field is known here');
  });

  it('is quick with names of any length', () => {
    expect(didYouMean('y'.repeat(1_000_000), known)).toBeUndefined();
  });
});
