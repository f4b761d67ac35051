import { runChecks } from '../tests/checks.mjs';
import { main } from '../terminal/failure.mjs';
import { ensureNativeModules } from '../prepare/native-modules.mjs';
import { prepare } from '../prepare/prepare.mjs';
import { nothing, runTests } from '../tests/run-tests.mjs';
import { ensureSystemPackages } from '../prepare/system-packages.mjs';
import { addTallies, closingLine, isSuccess } from '../tests/tally.mjs';

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
