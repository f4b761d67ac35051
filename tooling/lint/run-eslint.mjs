import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ESLint } from 'eslint';
import { LintCache } from './cached/lint-cache.mjs';
import { portionsOf } from './portions.mjs';

/*
 * ESLint over the whole tree, or over the files and folders that are named, without those that passed before and see nothing that
 * changed since. Ends with 1 if anything is wrong, warnings included.
 */
const root = resolve(import.meta.dirname, '../..');
const eslint = new ESLint({ cwd: root, overrideConfigFile: join(import.meta.dirname, 'eslint.config.mjs') });
const cache = new LintCache(root, join(root, 'node_modules/.cache/fieldwarden/eslint.json'));

const files = await lintedFiles(process.argv.slice(2));
const outdated = cache.outdated(files);
const portions = portionsOf(outdated);
if (portions.length > 1) {
  // Types of the whole tree do not fit into one process: each portion has one, which keeps in the cache what passed.
  const codes = portions.map((portion) => lintApart(portion));
  process.exitCode = codes.some((code) => code !== 0) ? 1 : 0;
} else await lintHere();

function lintApart(portion) {
  const { status } = spawnSync(process.execPath, [import.meta.filename, ...portion], { stdio: 'inherit' });
  return status ?? 1;
}

async function lintHere() {
  const results = outdated.length > 0 ? await eslint.lintFiles(outdated) : [];
  const wrong = new Set(results.filter(({ messages }) => messages.length > 0).map(({ filePath }) => filePath));
  cache.record(outdated, (file) => !wrong.has(file));
  const formatter = await eslint.loadFormatter('stylish');
  const text = await formatter.format(results);
  console.log(
    text ||
      `ESLint looked at ${outdated.length} of ${files.length} files; what the others can see is as it was when they passed.`,
  );
  process.exitCode = wrong.size > 0 ? 1 : 0;
}

async function lintedFiles(wanted) {
  const sources = (wanted.length > 0 ? wanted : ['.']).flatMap((path) => sourcesBelow(resolve(root, path)));
  const ignored = await Promise.all(sources.map((file) => eslint.isPathIgnored(file)));
  return [...new Set(sources.filter((_file, index) => !ignored[index]))].sort();
}

function sourcesBelow(path) {
  if (statSync(path).isFile()) return /\.(ts|tsx|mjs)$/.test(path) ? [path] : [];
  const isHidden = (name) => name === 'node_modules' || name === 'dist' || (name.startsWith('.') && name !== '.vscode');
  const found = globSync('**/*.{ts,tsx,mjs}', { cwd: path, exclude: (entry) => isHidden(entry.name ?? entry) });
  return found.map((name) => join(path, name));
}
