import { existsSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { Failure } from '../bootstrap/terminal/failure.mjs';
import { run } from '../bootstrap/process/run.mjs';

/**
 * What is checked: the files below these paths; without any, what differs from where this branch left `main`, and what is not committed.
 * @param {string} root absolute
 * @param {string[]} paths seen from the root
 * @returns {Promise<string[]>} existing files, relative to the root
 */
export async function changedFiles(root, paths) {
  const wanted = paths.map((path) => relative(root, resolve(root, path)));
  const missing = wanted.find((path) => path.startsWith('..') || !existsSync(join(root, path)));
  if (missing !== undefined) throw new Failure(`there is no ${missing} in this tree`);
  const found = wanted.length > 0 ? await filesBelow(root, wanted) : await differingFiles(root);
  return [...new Set(found)].filter((file) => isFile(join(root, file))).sort();
}

const untracked = ['ls-files', '--others', '--exclude-standard'];

async function filesBelow(root, paths) {
  return [...(await git(root, ['ls-files', '--', ...paths])), ...(await git(root, [...untracked, '--', ...paths]))];
}

async function differingFiles(root) {
  const base = await branchedFrom(root);
  return [...(await git(root, ['diff', '--name-only', base])), ...(await git(root, untracked))];
}

async function branchedFrom(root) {
  for (const main of ['main', 'origin/main']) {
    const { code, output } = await run('git', ['merge-base', main, 'HEAD'], { cwd: root });
    if (code === 0) return output.trim();
  }
  return 'HEAD';
}

async function git(root, args) {
  const { code, output } = await run('git', ['-c', 'core.quotePath=off', ...args], { cwd: root });
  if (code === 0) return output.split('\n').filter(Boolean);
  throw new Failure('git could not say what changed', { output, remedy: 'Name what to check: npm run check PATH.' });
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
