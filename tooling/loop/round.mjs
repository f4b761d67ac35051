import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { projectNode } from '../bootstrap/process/node-runtime.mjs';
import { modules, root } from '../bootstrap/process/paths.mjs';
import { run, runInForeground } from '../bootstrap/process/run.mjs';
import { formatElapsed } from '../bootstrap/terminal/progress.mjs';
import { relatedTests } from './related-tests.mjs';

/**
 * One round of the inner loop: compiles what the change concerns; then, beside each other, ESLint and Prettier on these files and the tests
 * that reach them. Resolves with whether all is well.
 * @param {readonly string[]} files relative to the root
 */
export async function runRound(files) {
  const startedAt = performance.now();
  const related = relatedTests(root, files);
  console.log(files.length === 1 ? files[0] : `${files.length} files in ${related.units.join(', ') || 'no package'}`);
  if (!(await compiles(related.units))) return end(false, startedAt);
  // Findings of lint are printed when the tests have left the terminal.
  const looked = Promise.all([lint(related.units), format(files)]);
  const tested = await test(related);
  const findings = (await looked).filter(({ code }) => code !== 0);
  for (const { output } of findings) console.error(`\n${output.trim()}`);
  tellWhatIsLeft(related);
  return end(tested && findings.length === 0, startedAt);
}

/** The page of the API's types is made from what the Admin API says of itself. */
const apiSources = ['packages/contracts/admin', 'packages/outlets/admin-api'];

async function compiles(units) {
  if (units.some((unit) => apiSources.includes(unit))) {
    const isBuilt = await succeeds('typescript/bin/tsc', ['-b', 'packages/outlets/admin-api']);
    if (!isBuilt || !(await succeeds('../apps/console/tools/generate-api-types.mjs', []))) return false;
  }
  return succeeds('typescript/bin/tsc', ['-b', 'tooling/tsconfig/all.json']);
}

async function succeeds(script, args) {
  const { code, output } = await node(script, args);
  if (code !== 0) console.error(`\n${output.trim()}\n`);
  return code === 0;
}

/** All of the packages: what passed before and sees nothing that changed is left out. */
function lint(units) {
  return units.length > 0 ? node('../tooling/lint/run-eslint.mjs', units) : { code: 0, output: '' };
}

function format(files) {
  const args = ['--check', '--log-level', 'warn', '--ignore-unknown', '--no-error-on-unmatched-pattern', ...files];
  return node('prettier/bin/prettier.cjs', args);
}

/** Suites that take their time are left to npm test. */
const isLong = (file) => file.includes('.long.test.');

async function test({ tests, units }) {
  const short = tests.filter((file) => !isLong(file));
  if (short.length === 0) {
    console.log(units.length > 0 ? `No test of ${units.join(', ')} reaches that.` : 'No package, no test.');
    return true;
  }
  return (await runInForeground(projectNode(), [join(modules, 'vitest/vitest.mjs'), 'run', ...short])) === 0;
}

function tellWhatIsLeft({ tests, dependents }) {
  const long = tests.filter(isLong);
  if (long.length > 0) console.log(`Not run here, as they take their time: ${long.join(', ')}`);
  if (dependents.length === 0) return;
  const who = dependents.length === 1 ? `${dependents[0]} depends` : `${dependents.length} more packages depend`;
  console.log(`${who} on this: compiled, and neither linted nor tested here. npm test does both.`);
}

function end(isWell, startedAt) {
  console.log(`${isWell ? 'All is well' : 'Not well'}, after ${formatElapsed(performance.now() - startedAt)}.`);
  return isWell;
}

function node(script, args) {
  return run(projectNode(), [join(modules, script), ...args]);
}
