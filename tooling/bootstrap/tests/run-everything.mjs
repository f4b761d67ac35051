import { runChecksBeside } from './checks.mjs';
import { runTests } from './run-tests.mjs';
import { addTallies, nothing, slowestLines } from './tally.mjs';

/** Tests that watch scans or a whole gateway by the clock; no check runs beside them. Folders and files. */
const watchingTheClock = [
  'tooling/acceptance',
  'tooling/deploy',
  'apps/gateway/src/drivers/apply-at-scale.test.ts',
  'apps/gateway/src/drivers/fast-scan.test.ts',
  'apps/gateway/src/drivers/live-devices.test.ts',
];

/**
 * The checks beside the first tests, which leave part of the machine idle; then the tests that want it for themselves.
 * @param {{ runChecks?: typeof runChecksBeside, run?: typeof runTests }} [tools]
 */
export async function runEverything({ runChecks = runChecksBeside, run = runTests } = {}) {
  const checks = runChecks();
  const first = await run(watchingTheClock.map((path) => `--exclude=${path.endsWith('.ts') ? path : `${path}/**`}`));
  const checked = addTallies({ ...nothing, ...(await checks) }, first);
  if (first.interrupted) return checked;
  const all = addTallies(checked, await run(watchingTheClock));
  console.log(`Slowest suites:\n${slowestLines(all).join('\n')}\n`);
  return all;
}
