import { main } from '../terminal/failure.mjs';
import { ensureNativeModules } from '../prepare/native-modules.mjs';
import { prepare } from '../prepare/prepare.mjs';
import { nothing, runTests } from '../tests/run-tests.mjs';
import { ensureSystemPackages } from '../prepare/system-packages.mjs';
import { closingLine, isSuccess } from '../tests/tally.mjs';

/** Suites that do more when they are told to take their time: their files end in `.long.test.ts`. */
const longSuites = '.long.test.ts';

let tally = nothing;
await main(async () => {
  await prepare();
  await ensureSystemPackages();
  await ensureNativeModules();
  const filters = process.argv.length > 2 ? process.argv.slice(2) : [longSuites];
  tally = await runTests(filters, { FIELDWARDEN_LONG: '1' });
  return isSuccess(tally) ? 0 : 1;
});
// A preparation that failed ran nothing, which must not read as "nothing failed".
if (process.exitCode !== 0 && tally.failed === 0) tally = { ...tally, failed: 1 };
console.log(closingLine(tally));
