import { expect, it } from 'vitest';
import { setUpTokenOf } from './set-up-link.js';

it('finds the set-up token in the address that the gateway printed', () => {
  expect(setUpTokenOf('#setup=fw_abc')).toBe('fw_abc');
  expect(setUpTokenOf('#content')).toBe('');
  expect(setUpTokenOf('')).toBe('');
});
