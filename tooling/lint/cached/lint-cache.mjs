import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { importedNames, ModuleImports } from '../imports/module-imports.mjs';
import { packageFolderOf, workspacePackages } from '../imports/workspace-packages.mjs';

/**
 * Which files passed, and what they could see then. Rules look at types, so that a file depends on more than its own text: a file is left
 * out only if nothing changed of itself, of what it imports by relative names, however far, of the declarations of the packages that it
 * imports, of the ambient declarations and compiler options of its package, of the lock file, and of the rules.
 */
export class LintCache {
  #root;
  #file;
  #passed;
  #imports = new ModuleImports();
  #packages;
  #hashes = new Map();
  #surfaces = new Map();

  constructor(root, file) {
    this.#root = root;
    this.#file = file;
    this.#passed = readRecord(file);
    this.#packages = new Map(workspacePackages(root).map((one) => [one.name, one]));
  }

  /** Those of these absolute paths that have to be looked at. */
  outdated(files) {
    return files.filter((file) => this.#passed[relative(this.#root, file)] !== this.#keyOf(file));
  }

  /** Call it with what was looked at, before anything is written to these files. */
  record(files, hasPassed) {
    for (const file of files) {
      const name = relative(this.#root, file);
      if (hasPassed(file)) this.#passed[name] = this.#keyOf(file);
      else delete this.#passed[name];
    }
    for (const name of Object.keys(this.#passed)) if (!existsSync(join(this.#root, name))) delete this.#passed[name];
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, JSON.stringify(this.#passed));
  }

  #keyOf(file) {
    const seen = new Set([file]);
    for (const one of seen) for (const next of this.#imports.of(one)) seen.add(next);
    const hash = createHash('sha256')
      .update(this.#ofAll())
      .update(this.#ofPackage(packageFolderOf(file, this.#root)));
    const named = new Set();
    for (const one of [...seen].sort()) {
      hash.update(`${relative(this.#root, one)} ${this.#hashOf(one)}\n`);
      for (const name of this.#packagesNamedIn(one)) named.add(name);
    }
    for (const name of [...named].sort()) hash.update(this.#surfaceOf(name));
    return hash.digest('hex').slice(0, 32);
  }

  #ofAll() {
    return this.#once('all', () => {
      const rules = globSync('tooling/lint/**/*.mjs', { cwd: this.#root });
      const files = ['package-lock.json', 'tooling/tsconfig/base.json', ...rules.sort()];
      return files.map((file) => this.#hashOf(join(this.#root, file))).join(' ');
    });
  }

  /** What is true for every file of a package: compiler options and ambient declarations. */
  #ofPackage(folder) {
    return this.#once(`package ${folder}`, () => {
      const files = globSync(['**/tsconfig.json', '{src,testing,generated}/**/*.d.ts'], {
        cwd: folder,
        exclude: skipped,
      });
      return files
        .sort()
        .map((file) => `${file} ${this.#hashOf(join(folder, file))}`)
        .join('\n');
    });
  }

  #packagesNamedIn(file) {
    return this.#once(`names ${file}`, () => {
      const names = importedNames(readFileSync(file, 'utf8'));
      return names.map((name) => name.split('/', 2).join('/')).filter((name) => this.#packages.has(name));
    });
  }

  /** Declarations of a package and of those that it depends on. */
  #surfaceOf(name) {
    const known = this.#surfaces.get(name);
    if (known !== undefined) return known;
    this.#surfaces.set(name, ''); // a package may depend on itself through the tests of another
    const { folder, dependencies } = this.#packages.get(name);
    const hash = createHash('sha256').update(name);
    for (const file of globSync('dist/**/*.d.ts', { cwd: folder }).sort())
      hash.update(`${file} ${this.#hashOf(join(folder, file))}\n`);
    for (const other of dependencies.filter((one) => this.#packages.has(one))) hash.update(this.#surfaceOf(other));
    const surface = hash.digest('hex');
    this.#surfaces.set(name, surface);
    return surface;
  }

  #hashOf(file) {
    return this.#once(`hash ${file}`, () => createHash('sha256').update(readFileSync(file)).digest('hex'));
  }

  #once(what, make) {
    if (!this.#hashes.has(what)) this.#hashes.set(what, make());
    return this.#hashes.get(what);
  }
}

const skipped = ['**/node_modules', '**/dist'];

function readRecord(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
