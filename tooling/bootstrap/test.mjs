import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './checks.mjs';
import { main } from './failure.mjs';
import { ensureNativeModules } from './native-modules.mjs';
import { projectNode } from './node-runtime.mjs';
import { modules } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { runInForeground } from './run.mjs';
import { ensureSystemPackages } from './system-packages.mjs';
import { addTallies, closingLine, isSuccess } from './tally.mjs';

const nothing = { passed: 0, failed: 0, skipped: 0 };

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

async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'fieldwarden-test-'));
  const tallyFile = join(folder, 'tally.json');
  try {
    const code = await vitest(args, tallyFile);
    const tally = existsSync(tallyFile) ? JSON.parse(readFileSync(tallyFile, 'utf8')) : nothing;
    return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function vitest(args, tallyFile) {
  const reporters = ['--reporter=default', '--reporter=tooling/vitest/tally-reporter.mjs'];
  return runInForeground(
    projectNode(),
    [`${modules}/vitest/vitest.mjs`, 'run', '--config', 'tooling/vitest/vitest.config.ts', ...reporters, ...args],
    { env: { FIELDWARDEN_TEST_TALLY: tallyFile } },
  );
}
