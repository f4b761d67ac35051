import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * Suites that take long, relative to the root: those named `.long.test.ts`, with which vitest begins, and those that do more when they are
 * told to take their time: they read FIELDWARDEN_LONG, or share an `effort` that does.
 */
export function longSuites(root) {
  const isTest = (path) => /\.test\.ts$/.test(path) && !/(^|[/\\])(node_modules|dist)[/\\]/.test(path);
  const tests = ['packages', 'apps', 'tooling'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, path)),
  );
  const doesMore = (path) => /FIELDWARDEN_LONG|\/effort\.js/.test(readFileSync(join(root, path), 'utf8'));
  return tests
    .filter((path) => isTest(path) && (path.endsWith('.long.test.ts') || doesMore(path)))
    .map((path) => path.split(sep).join('/'))
    .sort();
}
