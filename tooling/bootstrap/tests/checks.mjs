import { resolve } from 'node:path';
import { projectNode } from '../process/node-runtime.mjs';
import { modules } from '../process/paths.mjs';
import { phase } from '../terminal/progress.mjs';
import { run } from '../process/run.mjs';

/**
 * The checks that need no test: each is a tool that prints what is wrong and ends with a number. Names are for people, `fix` says what
 * to do about findings. Scripts are named relative to node_modules.
 */
export const checks = [
  {
    name: 'Linting',
    command: ['eslint/bin/eslint.js', '--config', 'tooling/lint/eslint.config.mjs', '--max-warnings', '0', '.'],
    fix: 'npx eslint --config tooling/lint/eslint.config.mjs --fix <file> repairs part of it',
  },
  {
    name: 'Checking the format',
    command: ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
    fix: 'npm run format repairs it',
  },
  {
    name: 'Checking the boundaries between packages',
    command: ['turbo/bin/turbo', 'boundaries'],
    fix: 'turbo.json lists which layer may not depend on which',
  },
];

/** Runs all checks one after the other and prints the findings of those that fail. */
export async function runChecks(wanted = checks) {
  const outcomes = [];
  for (const check of wanted) outcomes.push(await runCheck(check));
  return { passed: outcomes.filter(Boolean).length, failed: outcomes.filter((passed) => !passed).length };
}

async function runCheck({ name, command: [script, ...args], fix }) {
  const node = projectNode();
  const { code, output } = await phase(name, () => run(node, [resolve(modules, script), ...args]));
  if (code === 0) return true;
  console.error(`\n${output.trim()}\n\n${name} found mistakes; ${fix}.\n`);
  return false;
}
