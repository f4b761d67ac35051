import { runChecksBeside } from './checks.mjs';
import { runTests } from './run-tests.mjs';
import { addTallies, nothing, slowestLines } from './tally.mjs';

/** Tests that watch a whole gateway by the clock; nothing else runs beside them. */
const watchingTheClock = ['tooling/acceptance', 'tooling/deploy'];

/** The checks beside the first tests, which leave part of the machine idle; then the tests that want it for themselves. */
export async function runEverything() {
  const checks = runChecksBeside();
  const first = await runTests(watchingTheClock.map((folder) => `--exclude=${folder}/**`));
  const checked = addTallies({ ...nothing, ...(await checks) }, first);
  if (first.interrupted) return checked;
  const all = addTallies(checked, await runTests(watchingTheClock));
  console.log(`Slowest suites:\n${slowestLines(all).join('\n')}\n`);
  return all;
}
