import { describe, expect, it } from 'vitest';
import { didYouMean } from './did-you-mean.js';

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

  it('is quick with names of any length', () => {
    expect(didYouMean('y'.repeat(1_000_000), known)).toBeUndefined();
  });
});
