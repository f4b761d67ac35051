import { existsSync, globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { importedNames } from '../imports/module-imports.mjs';
import { workspacePackages } from '../imports/workspace-packages.mjs';

/** What the tree gives to every package (turbo.json: implicitDependencies). */
const ofTheWholeTree = new Set(['vitest', 'fast-check', '@types/node', 'typescript']);

/**
 * Compares what each package imports with what it declares: package.json names every package that is imported and no other, and the
 * references of tsconfig.json are the packages of the tree among them. One line for each mistake.
 */
export function dependencyMistakes(root) {
  const packages = workspacePackages(root);
  const folders = new Map(packages.map(({ name, folder }) => [name, folder]));
  return packages.flatMap((one) => {
    const where = relative(root, one.folder);
    const sources = readSources(one.folder);
    return [
      ...undeclared(one, sources).map((name) => `${where}/package.json lacks ${name}, which is imported`),
      ...unused(one, sources).map((name) => `${where}/package.json names ${name}, which nothing imports`),
      ...referenceMistakes(one, folders).map((mistake) => `${where}/tsconfig.json ${mistake}`),
    ];
  });
}

/** Texts of a package that import or name others: sources, tools, pages, styles. */
function readSources(folder) {
  const exclude = (entry) => ['node_modules', 'dist', 'generated'].includes(entry.name ?? entry);
  const files = globSync('**/*.{ts,tsx,mjs,css,html}', { cwd: folder, exclude });
  return files.map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
}

function undeclared({ name: own, dependencies }, sources) {
  const isDeclared = (name) => name === own || dependencies.includes(name) || dependencies.includes(typesOf(name));
  const modules = sources.filter(({ file }) => /\.(ts|tsx|mjs)$/.test(file));
  const imported = modules
    .flatMap(({ text }) => importedNames(text))
    .filter(isPackageName)
    .map(packageOf);
  return [...new Set(imported)].filter((name) => !isDeclared(name) && !ofTheWholeTree.has(name)).sort();
}

/** A name that is only resolved, loaded by a child or listed in a configuration counts: it stands between quotes. */
function unused({ dependencies, manifest }, sources) {
  const scripts = Object.values(manifest.scripts ?? {}).map((text) => ({ text: `'${text.split(' ').join("' '")}'` }));
  const texts = [...sources, ...scripts].map(({ text }) => text);
  const isNamed = (name) => texts.some((text) => new RegExp(`['"\`]${escape(name)}(/[^'"\`]*)?['"\`]`).test(text));
  const isUsed = (name) => isNamed(name) || (name.startsWith('@types/') && isNamed(typedBy(name)));
  return dependencies.filter((name) => !isUsed(name) && !ofTheWholeTree.has(name));
}

function referenceMistakes({ folder, dependencies, name }, folders) {
  if (!existsSync(join(folder, 'tsconfig.json'))) return [];
  const { references = [], include } = JSON.parse(readFileSync(join(folder, 'tsconfig.json'), 'utf8'));
  // Without sources of its own it stands for several projects, each with references that differ.
  if (!include) return [];
  const byFolder = new Map([...folders].map(([other, path]) => [path, other]));
  const referred = references
    .map(({ path }) => byFolder.get(resolve(folder, path)))
    .filter((other) => other !== undefined);
  const wanted = dependencies.filter(
    (other) => folders.has(other) && existsSync(join(folders.get(other), 'tsconfig.json')),
  );
  return [
    ...wanted.filter((other) => !referred.includes(other)).map((other) => `does not refer to ${other}`),
    ...referred
      .filter((other) => !wanted.includes(other) && other !== name)
      .map((other) => `refers to ${other}, which is no dependency`),
  ];
}

const isPackageName = (name) =>
  !name.startsWith('.') &&
  !name.startsWith('/') &&
  !/^(node|data|file|virtual):/.test(name) &&
  !builtinModules.includes(name.split('/')[0]);

/** `@scope/name/part` → `@scope/name`. */
const packageOf = (name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');

const typesOf = (name) => `@types/${name.replace(/^@/, '').replace('/', '__')}`;

const typedBy = (types) => types.slice('@types/'.length).replace(/^(.+)__/, '@$1/');

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
