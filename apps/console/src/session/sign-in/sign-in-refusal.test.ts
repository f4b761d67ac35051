import { expect, it } from 'vitest';
import { refusalWords, signInRefusalOf } from './sign-in-refusal.js';

it('finds in the address why the way over a provider did not lead in', () => {
  expect(signInRefusalOf('#signInRefused=OIDC_NO_ROLE')).toBe('OIDC_NO_ROLE');
  for (const hash of ['', '#content', '#signInRefused=', '#signInRefused=<b>', '#setup=fw_x'])
    expect(signInRefusalOf(hash)).toBeUndefined();
});

it('says it in a sentence, also of a code that it does not know', () => {
  expect(refusalWords('OIDC_NO_ROLE')).toContain('none of your groups has a role');
  expect(refusalWords('OIDC_NEW')).toContain('OIDC_NEW');
});
