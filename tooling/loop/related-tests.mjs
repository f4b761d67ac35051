import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { importedNames, ModuleImports, resolveRelative, sourceEnding } from '../lint/imports/module-imports.mjs';
import { describePackage, packageFolderOf, workspacePackages } from '../lint/imports/workspace-packages.mjs';

/**
 * The tests that a change concerns: those of the same package that are changed or reach a changed file by their imports. Packages see each
 * other as they were built, so that the tests of other packages are not found here; `dependents` says which packages have such tests.
 * @param {string} root absolute
 * @param {readonly string[]} files relative to the root
 * @returns {{ tests: string[], units: string[], dependents: string[] }} tests relative to the root; folders; names of packages
 */
export function relatedTests(root, files) {
  const units = [...new Set(files.flatMap((file) => unitOf(root, resolve(root, file)) ?? []))].sort();
  const changed = new Set(files.map((file) => resolve(root, file)));
  const tests = units.flatMap((unit) => testsReaching(unit, changed));
  return {
    tests: tests.map((file) => relative(root, file)).sort(),
    units: units.map((unit) => relative(root, unit)),
    dependents: dependentsOf(root, units),
  };
}

/** The package of a file; in `tooling`, a folder without a package.json counts too. */
function unitOf(root, file) {
  const folder = packageFolderOf(file, root);
  if (folder !== root) return folder;
  const [top, name, ...rest] = relative(root, file).split(sep);
  return top === 'tooling' && rest.length > 0 ? join(root, top, name) : undefined;
}

function testsReaching(unit, changed) {
  const edges = new UnitEdges(unit, changed);
  const isTest = (file) => /\.test\.(ts|mjs)$/.test(file);
  return edges.files.filter((file) => isTest(file) && reaches(file, changed, edges));
}

function reaches(start, goals, edges) {
  const seen = new Set([start]);
  for (const file of seen) {
    if (goals.has(file)) return true;
    for (const next of edges.of(file)) seen.add(next);
  }
  return false;
}

/** What the sources of a package read of the same package, be it by an import, as a program that they start, or as data. */
class UnitEdges {
  files;
  #imports = new ModuleImports();
  #unit;
  #data;
  #own;
  #known = new Map();

  constructor(unit, changed) {
    this.#unit = unit;
    this.#own = existsSync(join(unit, 'package.json')) ? describePackage(unit) : undefined;
    this.files = sourcesBelow(unit);
    this.#data = [...changed].filter((file) => file.startsWith(unit + sep) && !sourceEnding.test(file));
  }

  of(file) {
    if (!this.#known.has(file)) this.#known.set(file, this.#find(file));
    return this.#known.get(file);
  }

  #find(file) {
    if (!sourceEnding.test(file)) return [];
    const text = readFileSync(file, 'utf8');
    return [...this.#imports.of(file), ...this.#named(file, text), ...this.#ownModules(text), ...this.#read(text)];
  }

  /** `new URL('./child-main.js', import.meta.url)` and its like, also as built. */
  #named(file, text) {
    const names = [...text.matchAll(/['"`](\.{1,2}\/[\w./-]+)['"`]/g)].map(([, name]) => name);
    return names.flatMap((name) => resolveRelative(file, name) ?? asSource(resolve(dirname(file), name)) ?? []);
  }

  /** The package by its own name: what it exports comes from `dist`, and from `src` before that. */
  #ownModules(text) {
    if (!this.#own) return [];
    const { name: own, manifest, folder } = this.#own;
    const quoted = [...text.matchAll(/['"`](@[\w-]+\/[\w./-]+)['"`]/g)].map(([, name]) => name);
    const names = [...importedNames(text), ...quoted].filter((name) => name === own || name.startsWith(`${own}/`));
    return [...new Set(names)].flatMap((name) => {
      const built = exportedFile(manifest.exports ?? {}, `.${name.slice(own.length)}`);
      return (built && asSource(join(folder, built))) ?? [];
    });
  }

  /** Changed data that the text names: the file, or a folder of the package that it lies in. */
  #read(text) {
    return this.#data.filter((file) => {
      const folders = relative(this.#unit, dirname(file)).split(sep);
      const telling = folders.filter((name) => name !== '' && name !== 'src' && name !== 'test');
      return [basename(file), ...telling].some((name) => new RegExp(`['"\`/]${escape(name)}['"\`/]`).test(text));
    });
  }
}

function exportedFile(exports, key) {
  const entry = exports[key] ?? starred(exports, key);
  return typeof entry === 'string' ? entry : entry?.default;
}

function starred(exports, key) {
  const pattern = Object.keys(exports).find((each) => each.endsWith('/*') && key.startsWith(each.slice(0, -1)));
  if (!pattern) return undefined;
  const { default: target } = exports[pattern];
  return target.replace('*', key.slice(pattern.length - 1));
}

/** `dist/main.js` → `src/main.ts`, if there is such a file. */
function asSource(path) {
  const source = path.replace(`${sep}dist${sep}`, `${sep}src${sep}`);
  return resolveRelative(join(dirname(source), '_'), `./${basename(source)}`);
}

function sourcesBelow(folder) {
  const exclude = (entry) => ['node_modules', 'dist'].includes(entry.name ?? entry);
  return globSync('**/*.{ts,tsx,mjs}', { cwd: folder, exclude }).map((file) => join(folder, file));
}

/** Names of the packages that see one of these folders through a dependency, however far. */
function dependentsOf(root, units) {
  const packages = workspacePackages(root);
  const changed = packages.filter(({ folder }) => units.includes(folder)).map(({ name }) => name);
  const reached = new Set(changed);
  for (const name of reached) {
    for (const one of packages) if (one.dependencies.includes(name)) reached.add(one.name);
  }
  return [...reached].filter((name) => !changed.includes(name)).sort();
}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
