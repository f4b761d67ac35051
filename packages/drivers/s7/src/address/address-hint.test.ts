import { statusCodes } from '@fieldwarden/core';
import { expect, it } from 'vitest';
import { s7Hint } from './address-hint.js';

const missing = { type: { scalar: 'float32' }, status: statusCodes.BadNodeIdUnknown } as const;

it('hints at optimised block access where a data block has nothing, and only there', () => {
  expect(s7Hint({ ...missing, address: 'DB9.DBD4' })).toMatch(
    /no DB9, it ends before DB9\.DBD4, or it has optimised block access/,
  );
  expect(s7Hint({ ...missing, address: 'MD4' })).toBe('The CPU has nothing at MD4: check the number and the length.');
  expect(s7Hint({ ...missing, address: 'DB9.DBD4', status: statusCodes.BadTimeout })).toBeUndefined();
});
