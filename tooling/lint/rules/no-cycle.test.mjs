import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { afterEach, describe, expect, it } from 'vitest';
import { TestingTree } from '../testing/testing-tree.mjs';
import { noCycle } from './no-cycle.mjs';

let tree;

afterEach(() => tree.remove());

/** Messages of the rule, each after the file that it was found in. */
async function circlesIn(files, options = []) {
  tree = new TestingTree(files);
  const eslint = new ESLint({
    cwd: tree.folder,
    overrideConfigFile: true,
    overrideConfig: {
      files: ['**/*.{ts,tsx,mjs}'],
      languageOptions: { parser: tseslint.parser },
      plugins: { fieldwarden: { rules: { 'no-cycle': noCycle } } },
      rules: { 'fieldwarden/no-cycle': ['error', ...options] },
    },
  });
  const results = await eslint.lintFiles(['.']);
  return results.flatMap(({ messages }) => messages.map(({ message }) => message.replace(/\. Move.*/, '')));
}

describe('no-cycle', () => {
  it.each([
    ['values', `import { b } from './b.js'; export const a = b;`],
    ['a type', `import type { B } from './b.js'; export type A = B;`],
    ['a type among values', `import { type B } from './b.js'; export type A = B;`],
    ['an import for what it does', `import './b.js';`],
    ['a handed on name', `export { b } from './b.js';`],
    ['all names handed on', `export * from './b.js';`],
    ['types handed on', `export type { B } from './b.js';`],
    ['a late import', `export const a = () => import('./b.js');`],
    ['a type within a type', `export type A = import('./b.js').B;`],
  ])('finds a circle of %s from either side', async (_what, text) => {
    const circles = await circlesIn({ 'a.ts': text, 'b.ts': `import type { A } from './a.js'; export type B = A;` });
    expect(circles).toEqual(['A circle of imports: a.ts → b.ts → a.ts', 'A circle of imports: b.ts → a.ts → b.ts']);
  });

  it('finds a circle over several files and says the way', async () => {
    const circles = await circlesIn({
      'one.ts': `import type { Two } from './parts/two.js'; export type One = Two;`,
      'parts/two.ts': `import type { Three } from './three.js'; export type Two = Three;`,
      'parts/three.ts': `import type { One } from '../one.js'; export type Three = One;`,
    });
    expect(circles).toContain('A circle of imports: one.ts → parts/two.ts → parts/three.ts → one.ts');
    expect(circles).toHaveLength(3);
  });

  it('finds a module that imports itself', async () => {
    expect(await circlesIn({ 'a.mjs': `import './a.mjs';` })).toEqual(['A circle of imports: a.mjs → a.mjs']);
  });

  it('has nothing against modules that share a third, nor against packages', async () => {
    const circles = await circlesIn({
      'a.ts': `import { c } from './c.js'; import './b.js'; export const a = c;`,
      'b.tsx': `import { c } from './c.js'; import 'node:fs'; import '@fieldwarden/core'; export const b = c;`,
      'c.ts': `export const c = 1;`,
    });
    expect(circles).toEqual([]);
  });

  it('goes no way over a pair that is allowed', async () => {
    const files = {
      'one.ts': `import './two.js';`,
      'two.ts': `import './three.js';`,
      'three.ts': `import './one.js';`,
    };
    expect(await circlesIn(files, [{ allowed: [['three.ts', 'two.ts']] }])).toEqual([]);
  });

  it('leaves out the pairs that are allowed, and only those', async () => {
    const back = `import type { A } from './a.js'; export type B = A;`;
    const files = { 'a.ts': `import './b.js'; import './c.js'; export type A = 1;`, 'b.ts': back, 'c.ts': back };
    expect(await circlesIn(files, [{ allowed: [['b.ts', 'a.ts']] }])).toEqual([
      'A circle of imports: a.ts → c.ts → a.ts',
      'A circle of imports: c.ts → a.ts → c.ts',
    ]);
  });
});
