import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * Suites that do more when they are told to take their time, relative to the root: they read FIELDWARDEN_LONG, or share an `effort` that does.
 * Those named `.long.test.ts` take long without it, too; vitest begins with them.
 */
export function longSuites(root) {
  const isTest = (path) => /\.test\.ts$/.test(path) && !/(^|[/\\])(node_modules|dist)[/\\]/.test(path);
  const tests = ['packages', 'apps', 'tooling'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, path)),
  );
  return tests
    .filter((path) => isTest(path) && /FIELDWARDEN_LONG|\/effort\.js/.test(readFileSync(join(root, path), 'utf8')))
    .map((path) => path.split(sep).join('/'))
    .sort();
}
