import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../terminal/failure.mjs';
import { modules, root } from '../process/paths.mjs';
import { phase } from '../terminal/progress.mjs';
import { run } from '../process/run.mjs';

/** Brings node_modules to what package-lock.json says; does nothing, within milliseconds, if it is there already. */
export async function install() {
  const difference = firstDifference(readLock(join(root, 'package-lock.json')), installedRecord());
  if (difference === undefined) return;
  await phase('Installing packages', npmCi);
}

/**
 * npm writes `record` (node_modules/.package-lock.json) as the last act of an install, so an interrupted one has none. Optional packages
 * may be missing: those of other platforms are.
 * @returns {string | undefined} where the tree differs from the lock
 */
export function firstDifference(lock, record) {
  if (!record) return 'node_modules';
  return Object.keys(lock.packages).find((path) => differs(lock.packages[path], record.packages[path], path));
}

function differs(wanted, present, path) {
  if (path === '') return false;
  if (!present) return !wanted.optional;
  const isLinkedElsewhere = wanted.link === true && present.resolved !== wanted.resolved;
  return present.version !== wanted.version || isLinkedElsewhere || commandsOf(present) !== commandsOf(wanted);
}

/** A command that a workspace package got since is not linked yet. */
function commandsOf({ bin }) {
  return JSON.stringify(bin);
}

function readLock(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function installedRecord() {
  try {
    return readLock(join(modules, '.package-lock.json'));
  } catch {
    return undefined;
  }
}

async function npmCi() {
  const [command, before] = npm();
  // `error`: npm itself runs on the system's Node and would warn about every package that asks for a newer one.
  const { code, output } = await run(command, [...before, 'ci', '--loglevel=error']);
  if (code === 0) return;
  throw new Failure(`npm could not install the packages (npm ci ended with ${code})`, {
    output,
    remedy: remedyFor(output),
  });
}

/** The npm that started this script, on the Node that it runs on; else the one on PATH. */
export function npm() {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  return cli?.endsWith('npm-cli.js') && node ? [node, [cli]] : ['npm', []];
}

const remedies = [
  [
    /EUSAGE/,
    'package.json and package-lock.json disagree: run `npm install --package-lock-only` and look at the difference.',
  ],
  [/ENOSPC/, 'The disk is full: free about 600 MB and run the command again.'],
  [
    /EACCES|EPERM/,
    'A file in the clone belongs to somebody else: fix its owner, or delete node_modules, and run the command again.',
  ],
  [/EINTEGRITY/, 'A download is not what the lock file promises: run `npm cache verify` and the command again.'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET|E50\d/,
    'The npm registry does not answer: check the network, the proxy and `npm config get registry`, and run the command again.',
  ],
];

export function remedyFor(output) {
  const known = remedies.find(([pattern]) => pattern.test(output));
  return known?.[1] ?? 'The cause stands above. Run the command again; if it stays, delete node_modules first.';
}
