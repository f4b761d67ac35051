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
  [['x', 'y'], 'y', true],
  [[], 'y', false],
])('%j and %s: %s', (globs, path, fits) => expect(pathMatcher(globs)(path)).toBe(fits));
