import { expect, it } from 'vitest';
import { pathMatcher } from './path-globs.js';

it.each([
  [['**'], 'a', true],
  [['**'], 'a/b/c', true],
  [['packaging/**'], 'packaging/filler/speed', true],
  [['packaging/**'], 'packaging', false],
  [['packaging/**'], 'packaging2/filler', false],
  [['*/speed'], 'filler/speed', true],
  [['*/speed'], 'a/filler/speed', false],
  [['**/speed'], 'speed', true],
  [['**/speed'], 'a/filler/speed', true],
  [['a/**/d'], 'a/d', true],
  [['a/**/d'], 'a/b/c/d', true],
  [['line*/t.1'], 'line7/t.1', true],
  [['line*/t.1'], 'line7/tx1', false],
  [['line*/t.1'], 'line7/t.1.1', false],
  [['a*b*c/d'], 'axbxbxc/d', true],
  [['a*b*c/d'], 'axcxb/d', false],
  [['a/**/c/**/e'], 'a/c/b/c/x/e', true],
  [['a/**/c/**/e'], 'a/b/x/e', false],
  [['a/**/**'], 'a', false],
  [['a/**/**'], 'a/b', true],
  [['**'], '', false],
  [['x', 'y'], 'y', true],
  [[], 'y', false],
])('%j and %s: %s', (globs, path, fits) => expect(pathMatcher(globs)(path)).toBe(fits));

it.each([
  ['*a'.repeat(100), 'a'.repeat(99)],
  [`${'*a'.repeat(500)}b`, 'a'.repeat(5_000)],
  [`${'**/a/'.repeat(100)}b`, 'a/'.repeat(2_000)],
  [`${'a/**/'.repeat(100)}b`, 'a/'.repeat(2_000)],
])('answers at once, whatever somebody makes of it: %#', (glob, path) => {
  // a regular expression of the same meaning is not done when the sun goes out
  expect(pathMatcher([glob])(path)).toBe(false);
});
