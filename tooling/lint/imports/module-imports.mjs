import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

/** Endings of the files that import and are imported. */
export const sourceEnding = /\.(ts|tsx|mjs)$/;

/**
 * What a module names in its imports, in this order and as written: values and types, `export … from`, `import(…)`, also within types.
 * A quick look by TypeScript's scanner, without a syntax tree.
 */
export function importedNames(text) {
  return ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
}

/** The file that a relative name means, seen from this one: `./clock.js` is `clock.ts` before it is compiled. */
export function resolveRelative(from, name) {
  const target = resolve(dirname(from), name);
  const candidates = [target, target.replace(/\.js$/, '.ts'), target.replace(/\.jsx?$/, '.tsx')];
  return candidates.find(isFile);
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Reads each file once, and again after it was written: an editor keeps its linter for hours. */
export class ModuleImports {
  #known = new Map();

  /** Absolute paths of the files that this one imports by a relative name. */
  of(file) {
    const mtimeMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (mtimeMs === undefined) return [];
    const known = this.#known.get(file);
    if (known?.mtimeMs === mtimeMs) return known.imported;
    const imported = sourceEnding.test(file) ? relativeImports(file, readFileSync(file, 'utf8')) : [];
    this.#known.set(file, { mtimeMs, imported });
    return imported;
  }
}

function relativeImports(file, text) {
  const names = importedNames(text).filter((name) => name.startsWith('.'));
  return names.flatMap((name) => resolveRelative(file, name) ?? []);
}
