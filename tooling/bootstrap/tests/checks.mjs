import { resolve } from 'node:path';
import { projectNode } from '../process/node-runtime.mjs';
import { root } from '../process/paths.mjs';
import { run } from '../process/run.mjs';
import { formatElapsed, phase } from '../terminal/progress.mjs';

/**
 * The checks that need no test: each is a tool that prints what is wrong and ends with a number. Names are for people, `fix` says what
 * to do about findings. Scripts are named relative to the root of the tree.
 */
export const checks = [
  {
    name: 'Linting',
    command: ['tooling/lint/run-eslint.mjs'],
    fix: 'npx eslint --fix <file> repairs part of it',
  },
  {
    name: 'Checking the format',
    command: [
      ...['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn'],
      ...['--cache', '--cache-strategy', 'content', '.'],
    ],
    fix: 'npm run format repairs it',
  },
  {
    name: 'Checking the boundaries between packages',
    command: ['node_modules/turbo/bin/turbo', 'boundaries'],
    fix: 'turbo.json lists which layer may not depend on which',
  },
  {
    name: 'Checking what packages depend on',
    command: ['tooling/lint/check-dependencies.mjs'],
    fix: 'package.json and tsconfig.json of a package name what it imports, and nothing else',
  },
];

/** Runs all checks one after the other and prints the findings of those that fail. */
export async function runChecks(wanted = checks) {
  const outcomes = [];
  for (const check of wanted) {
    const outcome = await phase(check.name, () => runCheck(check));
    report(outcome);
    outcomes.push(outcome);
  }
  return count(outcomes);
}

/**
 * The same beside other work: takes only what that leaves of the processors, says nothing meanwhile, and prints what came of it when the
 * result is awaited.
 */
export async function runChecksBeside(wanted = checks) {
  console.error('Checks run beside the first tests.');
  const outcomes = [];
  for (const check of wanted) outcomes.push(await runCheck(check, { yielding: true }));
  for (const outcome of outcomes) {
    console.error(`${outcome.name}: done in ${formatElapsed(outcome.elapsedMs)}`);
    report(outcome);
  }
  return count(outcomes);
}

/** Tests go first, and the checks still get on: at 19 they would stand still on a machine that others use. */
const niceness = 10;

async function runCheck({ name, command: [script, ...args], fix }, { yielding = false } = {}) {
  const startedAt = performance.now();
  const command = [projectNode(), resolve(root, script), ...args];
  const [file, ...rest] =
    yielding && process.platform !== 'win32' ? ['nice', '-n', `${niceness}`, ...command] : command;
  const { code, output } = await run(file, rest);
  return { name, fix, output, passed: code === 0, elapsedMs: performance.now() - startedAt };
}

function report({ name, fix, output, passed }) {
  if (!passed) console.error(`\n${output.trim()}\n\n${name} found mistakes; ${fix}.\n`);
}

function count(outcomes) {
  const passed = outcomes.filter((outcome) => outcome.passed).length;
  return { passed, failed: outcomes.length - passed };
}
