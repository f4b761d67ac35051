import { expect, it } from 'vitest';
import { passwordRules } from './password-rules.js';

function broken(password: string, name = 'anna'): readonly string[] {
  return passwordRules(password, name)
    .filter(({ kept }) => !kept)
    .map(({ text }) => text);
}

it('asks for length, not for signs and digits; never for the name, nor for one key held down (§13.1)', () => {
  expect(broken('correct horse battery')).toEqual([]);
  expect(broken('T0o$hort')).toEqual(['at least 12 characters']);
  expect(broken('this is Anna herself')).toEqual(['without the name of the account in it']);
  expect(broken('aaaaaaaaaaaaaaab')).toEqual(['at least 5 different characters']);
  expect(broken('correct horse battery', 'a')).toEqual([]);
  expect(broken('')).toHaveLength(3);
});
