import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../process/paths.mjs';
import { longSuites } from './long-suites.mjs';

it('finds every suite that is named long, and those that do more with FIELDWARDEN_LONG', () => {
  const found = longSuites(root);
  const named = ['packages', 'apps', 'tooling']
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, path)))
    .filter((path) => path.endsWith('.long.test.ts') && !path.includes('node_modules'));
  expect(named.length).toBeGreaterThan(3);
  expect(found).toEqual(expect.arrayContaining(named));
  const names = found.map((path) => path.split('/').at(-1));
  expect(names).toEqual(expect.arrayContaining(['killed-while-publishing.test.ts', 'snapshot-crash.test.ts']));
});
