import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firstDifference, remedyFor } from './install.mjs';
import { root } from '../process/paths.mjs';

const lock = {
  packages: {
    '': { name: 'tree' },
    'packages/a': { version: '0.1.0' },
    'node_modules/@tree/a': { resolved: 'packages/a', link: true },
    'node_modules/zod': { version: '4.0.0' },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  },
};

function recordWith(changes) {
  const { '': _root, 'node_modules/other-platform': _other, ...installed } = lock.packages;
  return { packages: { ...installed, ...changes } };
}

describe('the installed tree', () => {
  it('is right when it has everything but packages of other platforms', () => {
    expect(firstDifference(lock, recordWith({}))).toBeUndefined();
  });

  it('is wrong without a record, as an interrupted install leaves it', () => {
    expect(firstDifference(lock, undefined)).toBe('node_modules');
  });

  it('is wrong when a package is missing', () => {
    expect(firstDifference(lock, recordWith({ 'node_modules/zod': undefined }))).toBe('node_modules/zod');
  });

  it('is wrong when a package has another version', () => {
    expect(firstDifference(lock, recordWith({ 'node_modules/zod': { version: '4.0.1' } }))).toBe('node_modules/zod');
  });

  it('is wrong when a workspace package got a command', () => {
    const without = { 'packages/a': { version: '0.1.0' } };
    const withCommand = { packages: { ...lock.packages, 'packages/a': { version: '0.1.0', bin: { a: 'a.mjs' } } } };
    expect(firstDifference(withCommand, recordWith(without))).toBe('packages/a');
  });

  it('is wrong when a workspace package moved', () => {
    const moved = { 'node_modules/@tree/a': { resolved: 'packages/b/a', link: true } };
    expect(firstDifference(lock, recordWith(moved))).toBe('node_modules/@tree/a');
  });
});

describe('a failed install', () => {
  it.each([
    ['npm error code EUSAGE', 'disagree'],
    ['npm error code ENOTFOUND', 'does not answer'],
    ['npm error code ENOSPC', 'disk is full'],
    ['npm error code EINTEGRITY', 'lock file promises'],
    ['npm error something new', 'delete node_modules'],
  ])('with %s says what to do', (output, remedy) => {
    expect(remedyFor(output)).toContain(remedy);
  });
});

describe('package-lock.json', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

  // npm forgets binaries of other platforms when it writes the lock from an installed tree, and `npm ci` then refuses the lock.
  it.each(['', 'node_modules/turbo'])('names every optional package of "%s"', (path) => {
    const names = Object.keys(packages[path].optionalDependencies);
    expect(names.filter((name) => !packages[`node_modules/${name}`])).toEqual([]);
  });
});
