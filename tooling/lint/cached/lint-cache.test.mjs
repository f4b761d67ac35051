import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestingTree } from '../testing/testing-tree.mjs';
import { LintCache } from './lint-cache.mjs';

let tree;
let files;

beforeEach(() => {
  tree = new TestingTree({
    'package.json': { workspaces: ['packages/*'] },
    'package-lock.json': '{}',
    'tooling/tsconfig/base.json': '{}',
    'tooling/lint/eslint.config.mjs': 'export default [];',
    'packages/core/package.json': { name: '@x/core' },
    'packages/core/dist/index.d.ts': 'export type A = 1;',
    'packages/kit/package.json': { name: '@x/kit', dependencies: { '@x/core': '1' } },
    'packages/kit/dist/index.d.ts': 'export type { A } from "@x/core";',
    'packages/tags/package.json': { name: '@x/tags', dependencies: { '@x/kit': '1' } },
    'packages/tags/tsconfig.json': '{}',
    'packages/tags/src/leaf.ts': 'export type Leaf = 1;',
    'packages/tags/src/middle.ts': `import type { Leaf } from './leaf.js'; export type Middle = Leaf;`,
    'packages/tags/src/top.ts': `import type { Middle } from './middle.js'; import type { A } from '@x/kit'; export type T = [A, Middle];`,
    'packages/tags/src/alone.ts': 'export type Alone = 1;',
  });
  files = ['leaf', 'middle', 'top', 'alone'].map((name) => tree.path(`packages/tags/src/${name}.ts`));
});

afterEach(() => tree.remove());

const open = () => new LintCache(tree.folder, tree.path('node_modules/.cache/eslint.json'));

const outdated = () =>
  open()
    .outdated(files)
    .map((file) => /(\w+)\.ts$/.exec(file)[1]);

const everything = ['leaf', 'middle', 'top', 'alone'];

describe('what ESLint has to look at', () => {
  it('is everything at first, and nothing after all passed', () => {
    expect(outdated()).toEqual(everything);
    open().record(files, () => true);
    expect(outdated()).toEqual([]);
  });

  it('is what did not pass', () => {
    open().record(files, (file) => !file.endsWith('top.ts'));
    expect(outdated()).toEqual(['top']);
    open().record([files[0]], () => false);
    expect(outdated()).toEqual(['leaf', 'top']);
  });

  it.each([
    [
      'a file and all that imports it, however far',
      'packages/tags/src/leaf.ts',
      'export type Leaf = 2;',
      ['leaf', 'middle', 'top'],
    ],
    ['a file that nothing imports alone', 'packages/tags/src/alone.ts', 'export type Alone = 2;', ['alone']],
    [
      'what imports a package whose declarations changed',
      'packages/kit/dist/index.d.ts',
      'export type A = 2;',
      ['top'],
    ],
    ['what sees declarations through another package', 'packages/core/dist/index.d.ts', 'export type A = 2;', ['top']],
    ['everything after an ambient declaration', 'packages/tags/src/globals.d.ts', 'declare const a: 1;', everything],
    ['everything after other compiler options', 'packages/tags/tsconfig.json', '{ "strict": true }', everything],
    ['everything after other rules', 'tooling/lint/rules/new.mjs', 'export {};', everything],
    ['everything after another lock file', 'package-lock.json', '{ "a": 1 }', everything],
  ])('is %s', (_what, path, text, expected) => {
    open().record(files, () => true);
    tree.write(path, text);
    expect(outdated()).toEqual(expected);
  });

  it('does not change with the code of another package, as long as its declarations stay', () => {
    open().record(files, () => true);
    tree.write('packages/kit/dist/index.js', 'export {};');
    tree.write('packages/kit/src/index.ts', 'export {};');
    expect(outdated()).toEqual([]);
  });
});
