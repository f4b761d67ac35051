import type { ScalarType } from '@fieldwarden/core';
import { describe, expect, it } from 'vitest';
import { chaosAddresses, parseChaosAddress } from './address.js';

describe('an address', () => {
  it.each([
    ['counter', 'uint32'],
    ['counter', 'float64'],
    ['command', 'string'],
    [' value ', 'int64'],
    ['pid', 'uint32'],
    ['heldBytes', 'float64'],
  ] as const)('%j gives %s', (text, scalar) => {
    expect(parseChaosAddress(text, { scalar })).toBe(text.trim());
  });

  it.each([
    ['', 'uint32', 'CHAOS_ADDRESS'],
    ['Counter', 'uint32', 'CHAOS_ADDRESS'],
    ['counter?step=2', 'uint32', 'CHAOS_ADDRESS'],
    ['counter', 'string', 'CHAOS_TYPE'],
    ['counter', 'uint64', 'CHAOS_TYPE'],
    ['command', 'uint32', 'CHAOS_TYPE'],
    ['pid', 'int8', 'CHAOS_TYPE'],
    ['value', 'bytes', 'CHAOS_TYPE'],
  ] as const)('%j as %s is refused with %s', (text, scalar, code) => {
    expect(() => parseChaosAddress(text, { scalar })).toThrow(expect.objectContaining({ code, kind: 'config' }));
  });

  it.each(chaosAddresses)('%s is refused as an array', (address) => {
    const scalar: ScalarType = address === 'command' ? 'string' : 'float64';
    expect(() => parseChaosAddress(address, { scalar, arrayLength: 2 })).toThrow('can be');
  });
});
