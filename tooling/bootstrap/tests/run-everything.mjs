import { runChecksBeside } from './checks.mjs';
import { runTests } from './run-tests.mjs';
import { addTallies, failedSuites, failureLines, nothing, replaceSuites, slowestLines } from './tally.mjs';

/** Tests that watch scans or a whole gateway by the clock; no check runs beside them. Folders and files. */
const watchingTheClock = [
  'tooling/acceptance',
  'tooling/deploy',
  'apps/gateway/src/drivers/apply-at-scale.test.ts',
  'apps/gateway/src/drivers/fast-scan.test.ts',
  'apps/gateway/src/drivers/live-devices.test.ts',
];

/** More files than this do not fail by chance. */
const mostToRepeat = 4;

/**
 * The checks beside the first tests, which leave part of the machine idle; then the tests that want it for themselves; then the few that
 * failed, once more.
 * @param {{ runChecks?: typeof runChecksBeside, run?: typeof runTests }} [tools]
 */
export async function runEverything({ runChecks = runChecksBeside, run = runTests } = {}) {
  const checks = runChecks();
  const first = await run(watchingTheClock.map((path) => `--exclude=${path.endsWith('.ts') ? path : `${path}/**`}`));
  const checked = addTallies({ ...nothing, ...(await checks) }, first);
  if (first.interrupted) return checked;
  const second = await run(watchingTheClock);
  const both = addTallies(checked, second);
  const all = second.interrupted ? both : await repeatFailed(both, run);
  console.log(`Slowest suites:\n${slowestLines(all).join('\n')}\n`);
  const failures = failureLines(all);
  if (failures.length > 0) console.log(`Failed:\n${failures.join('\n')}\n`);
  return all;
}

/**
 * Runs the files in which something failed once more, one at a time: what a stranger's load on the machine broke passes then, and is
 * named so that nobody takes it for sound; a fault of the code fails again.
 */
async function repeatFailed(tally, run) {
  const failed = failedSuites(tally);
  if (failed.length === 0 || failed.length > mostToRepeat) return tally;
  console.log(`Failed, and run once more by themselves:\n${failureLines(tally).join('\n')}\n`);
  const again = await run([...failed.map(({ file }) => file), '--maxWorkers=1']);
  if (again.interrupted) return tally;
  const passedNow = again.suites.filter((suite) => suite.failed === 0);
  if (passedNow.length > 0)
    console.log(`UNSTEADY, failed first and passed alone:\n${passedNow.map(({ file }) => `  ${file}`).join('\n')}\n`);
  return replaceSuites(tally, again);
}
