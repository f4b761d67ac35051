import { expect, it } from 'vitest';
import { passwordFault } from './password-rules.js';

it.each([
  'tall copper kettle',
  'correct horse battery staple',
  'größe zwölf kessel',
  'x9!Kq2#mLp0w',
  'drei alte füchse',
])('takes %j', (password) => {
  expect(passwordFault(password, 'ada')).toBeUndefined();
});

it.each([
  ['', /12 characters, this one has 0/],
  ['short one', /12 characters/],
  ['a'.repeat(257), /at most 256/],
  ['aaaaaaaaaaaaaaaa', /different/],
  ['abcdeabcdeabcdeabc', /again and again/],
  ['abcdefghijklm', /neighbouring/],
  ['9876543210987', /neighbouring/],
  ['my ada kettle 1815', /name of the account/],
  ['Password123456', /common/],
  ['P@ssw0rd!!!!!!', /common/],
  ['1qaz2wsx3edc', /tried first/],
  ['Fieldwarden2026!', /common/],
  ['11223344556677889900dragon', /common/],
] as const)('refuses %j and says why', (password, why) => {
  expect(passwordFault(password, 'ada')).toMatch(why);
});
