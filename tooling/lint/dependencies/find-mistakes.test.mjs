import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestingTree } from '../testing/testing-tree.mjs';
import { dependencyMistakes } from './find-mistakes.mjs';

let tree;

beforeEach(() => {
  tree = new TestingTree({ 'package.json': { workspaces: ['packages/*'] } });
  writePackage('core', {}, [], 'export {};');
});

afterEach(() => tree.remove());

function writePackage(name, dependencies, references, text, more = {}) {
  tree.write(`packages/${name}/package.json`, { name: `@x/${name}`, dependencies, ...more });
  tree.write(`packages/${name}/tsconfig.json`, { include: ['src'], references: references.map((path) => ({ path })) });
  tree.write(`packages/${name}/src/index.ts`, text);
}

const mistakes = () => dependencyMistakes(tree.folder);

describe('what packages depend on', () => {
  it('is right when all that is imported is declared and referred to, and nothing else', () => {
    const text = `import '@x/core/part'; import { z } from 'zod'; import 'node:fs'; import './own.js'; import 'vitest'; import '@x/tags';`;
    writePackage('tags', { '@x/core': '1', zod: '1' }, ['../core'], text);
    expect(mistakes()).toEqual([]);
  });

  it('is wrong when nothing imports a dependency', () => {
    writePackage('tags', { zod: '1' }, [], `// import 'zod-like'; zod`, { devDependencies: { yaml: '1' } });
    expect(mistakes()).toEqual([
      'packages/tags/package.json names zod, which nothing imports',
      'packages/tags/package.json names yaml, which nothing imports',
    ]);
  });

  it('is wrong when an import is not declared, be it of types, late or in a tool', () => {
    writePackage(
      'tags',
      {},
      [],
      `import type { A } from 'a/deep'; const b = import('@b/c/d'); type E = import('e').E;`,
    );
    tree.write('packages/tags/tools/make.mjs', `import 'f';`);
    expect(mistakes()).toEqual(
      ['@b/c', 'a', 'e', 'f'].map((name) => `packages/tags/package.json lacks ${name}, which is imported`),
    );
  });

  it('counts a name that is resolved, used by a script or styled with, and the types of what is imported', () => {
    const names = { lmdb: '1', uplot: '1', vite: '1', '@types/pg': '1', '@types/acme__tool': '1', '@acme/tool': '1' };
    writePackage(
      'tags',
      names,
      [],
      `require.resolve('lmdb/package.json'); import '@acme/tool'; import type { P } from 'pg';`,
      { scripts: { build: 'vite build' } },
    );
    tree.write('packages/tags/src/page.css', `@import 'uplot/dist/uplot.css';`);
    expect(mistakes()).toEqual([]);
  });

  it('is wrong when references are not the dependencies', () => {
    writePackage('kit', {}, [], 'export {};');
    writePackage('tags', { '@x/core': '1' }, ['../kit'], `import '@x/core';`);
    expect(mistakes()).toEqual([
      'packages/tags/tsconfig.json does not refer to @x/core',
      'packages/tags/tsconfig.json refers to @x/kit, which is no dependency',
    ]);
  });
});
