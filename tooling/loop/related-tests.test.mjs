import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestingTree } from '../lint/testing/testing-tree.mjs';
import { relatedTests } from './related-tests.mjs';

let tree;

beforeEach(() => {
  tree = new TestingTree({
    'package.json': { workspaces: ['packages/*', 'apps/*'] },
    'packages/core/package.json': { name: '@x/core' },
    'packages/core/src/clock.ts': 'export type Clock = 1;',
    'packages/core/src/clock.test.ts': `import type { Clock } from './clock.js';`,
    'packages/tags/package.json': {
      name: '@x/tags',
      dependencies: { '@x/core': '1' },
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './programs/*': { default: './dist/programs/*.js' },
      },
    },
    'packages/tags/src/index.ts': `export * from './store.js';`,
    'packages/tags/src/store.ts': 'export const store = 1;',
    'packages/tags/src/deep/view.ts': `import { store } from '../store.js';`,
    'packages/tags/src/deep/view.test.ts': `import '../../node_modules/gone.js'; import { view } from './view.js';`,
    'packages/tags/src/store.test.ts': `import { store } from './store.js';`,
    'packages/tags/src/started.test.ts': `const child = new URL('../dist/programs/child.js', import.meta.url);`,
    'packages/tags/src/resolved.test.ts': `import.meta.resolve('@x/tags/programs/child');`,
    'packages/tags/src/programs/child.ts': `import '../store.js';`,
    'packages/tags/src/outside.test.ts': `import '@x/tags';`,
    'packages/tags/src/scenarios.test.ts': `const all = new URL('../test/scenarios/', import.meta.url);`,
    'packages/tags/test/scenarios/late-answer/plan.yaml': 'a: 1',
    'packages/tags/src/other.test.ts': `import { describe } from 'vitest';`,
    'apps/gateway/package.json': { name: '@x/gateway', devDependencies: { '@x/tags': '1' } },
    'tooling/bootstrap/run.mjs': 'export {};',
    'tooling/bootstrap/run.test.mjs': `import './run.mjs';`,
    'README.md': '# Tree',
  });
});

afterEach(() => tree.remove());

const related = (...files) => relatedTests(tree.folder, files);
const tests = (...files) => related(...files).tests.map((file) => file.replace(/.*src\//, ''));

describe('the tests that a change concerns', () => {
  it('are those that reach it, however far, also through a program, the own name or what is handed on', () => {
    const reaching = ['deep/view', 'outside', 'resolved', 'started', 'store'].map((name) => `${name}.test.ts`);
    expect(tests('packages/tags/src/store.ts')).toEqual(reaching);
    expect(tests('packages/tags/src/deep/view.ts')).toEqual(['deep/view.test.ts']);
    expect(tests('packages/tags/src/programs/child.ts')).toEqual(['resolved.test.ts', 'started.test.ts']);
  });

  it('are the changed ones themselves', () => {
    expect(tests('packages/tags/src/other.test.ts')).toEqual(['other.test.ts']);
  });

  it('are those that name the changed data or a folder that it lies in', () => {
    expect(tests('packages/tags/test/scenarios/late-answer/plan.yaml')).toEqual(['scenarios.test.ts']);
  });

  it('are those of a folder of tooling that is no package', () => {
    expect(related('tooling/bootstrap/run.mjs')).toEqual({
      tests: ['tooling/bootstrap/run.test.mjs'],
      units: ['tooling/bootstrap'],
      dependents: [],
    });
  });

  it('are none for what no package holds', () => {
    expect(related('README.md')).toEqual({ tests: [], units: [], dependents: [] });
  });

  it('come with the packages that depend on the changed ones, however far', () => {
    expect(related('packages/core/src/clock.ts').dependents).toEqual(['@x/gateway', '@x/tags']);
    expect(related('packages/core/src/clock.ts', 'packages/tags/src/store.ts').dependents).toEqual(['@x/gateway']);
  });
});
