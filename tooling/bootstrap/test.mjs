import { runChecks } from './checks.mjs';
import { main } from './failure.mjs';
import { ensureNativeModules } from './native-modules.mjs';
import { prepare } from './prepare.mjs';
import { nothing, runTests } from './run-tests.mjs';
import { ensureSystemPackages } from './system-packages.mjs';
import { addTallies, closingLine, isSuccess } from './tally.mjs';

let total = nothing;
await main(async () => {
  await prepare();
  await ensureSystemPackages();
  await ensureNativeModules();
  const checked = await runChecks();
  const tested = await runTests(process.argv.slice(2));
  total = addTallies({ ...checked, skipped: 0 }, tested);
  return isSuccess(tested) && isSuccess(total) ? 0 : 1;
});
// A preparation that failed ran nothing, which must not read as "nothing failed".
if (process.exitCode !== 0 && total.failed === 0) total = { ...total, failed: 1 };
console.log(closingLine(total));
