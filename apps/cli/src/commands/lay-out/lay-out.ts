import { messageOf } from '@fieldwarden/core';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../../cli-error.js';
import { exitCodes } from '../../exit-code.js';
import { findsContractPackages, packContractPackages, vendorFolder } from './contract-packages.js';

const suffix = '.template';

export interface LayOut {
  readonly template: 'driver' | 'service';
  readonly folder: string;
  /** Takes the place of `__NAME__`. */
  readonly name: string;
  /** Of what goes wrong. */
  readonly code: string;
}

export interface LaidOut {
  /** Relative to the folder. */
  readonly files: readonly string[];
  /** Archives of packages, because what the template imports is not installed above the folder; empty: it is. */
  readonly packed: readonly string[];
}

/** Names of the files that a template lays out in this folder, apart from packed packages. */
export async function filesToLayOut(template: LayOut['template'], folder: string): Promise<readonly string[]> {
  const own = findsContractPackages(folder) ? [] : await filesOf('own-package');
  return [...new Set([...(await filesOf(template)), ...own])];
}

/** Writes the files of a template, the name in its places; overwrites nothing. */
export async function layOut({ template, folder, name, code }: LayOut): Promise<LaidOut> {
  const isOwnPackage = !findsContractPackages(folder);
  const own = isOwnPackage ? await filesOf('own-package') : [];
  const shared = (await filesOf(template)).filter((file) => !own.includes(file));
  const words: Words = {
    __NAME__: name,
    __MAIN__: `${template}.ts`,
    __TEST__: howToTest(template, isOwnPackage),
    __PACKAGES__: isOwnPackage ? ofPackages : ofTheTree,
  };
  // First of all: it may fail where the rest does not.
  const packed = isOwnPackage ? await packContractPackages(join(folder, vendorFolder), code) : {};
  for (const file of shared) await writeNew(folder, file, code, await filled(template, file, words));
  for (const file of own) {
    const text = await filled('own-package', file, words);
    await writeNew(folder, file, code, file === 'package.json' ? withDevDependencies(text, packed) : text);
  }
  const archives = Object.values(packed).map((specifier) => specifier.slice('file:'.length));
  return { files: [...shared, ...own], packed: archives };
}

export function notLaidOut(code: string, message: string, remedy = 'Give another folder with --dir.'): CliError {
  return new CliError({ exitCode: exitCodes.failed, code, message, remedy });
}

type Words = Readonly<Record<`__${string}__`, string>>;
type Template = LayOut['template'] | 'own-package';

async function filesOf(template: Template): Promise<readonly string[]> {
  const names = await readdir(templateUrl(template));
  return names.filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length));
}

async function filled(template: Template, file: string, words: Words): Promise<string> {
  const text = await readFile(new URL(`${file}${suffix}`, templateUrl(template)), 'utf8');
  return Object.entries(words).reduce((all, [word, value]) => all.replaceAll(word, value), text);
}

async function writeNew(folder: string, file: string, code: string, text: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, file), text, { flag: 'wx' });
  } catch (error) {
    throw notLaidOut(code, `${join(folder, file)} cannot be written: ${messageOf(error)}`);
  }
}

const ofTheTree = '`zod` and `@fieldwarden/…` come from the gateway that loads it.';

const ofPackages = `\`${vendorFolder}\` holds the packages \`@fieldwarden/…\` of the gateway that laid this out; keep it with the rest. What each of them offers stands in
\`node_modules/@fieldwarden\`: sources and READMEs. After an update of the gateway, lay out an empty one beside this folder, and take its \`${vendorFolder}\` and
its \`package.json\`. Node 24 comes with \`npm install\`; npm itself runs on any from 20. More drivers and services in folders below this one need no installation of their own.`;

function howToTest(template: LayOut['template'], isOwnPackage: boolean): string {
  if (!isOwnPackage) return `npx vitest run --root .        # the ${template} contract suite`;
  return `npm install                    # once\nnpm test                       # types, and the ${template} contract suite`;
}

function withDevDependencies(text: string, added: Readonly<Record<string, string>>): string {
  const manifest = JSON.parse(text) as { readonly devDependencies: Readonly<Record<string, string>> };
  return `${JSON.stringify({ ...manifest, devDependencies: { ...added, ...manifest.devDependencies } }, undefined, 2)}\n`;
}

function templateUrl(template: Template): URL {
  return new URL(`../../../templates/${template}/`, import.meta.url);
}
