import { prepareTests } from '../prepare/prepare.mjs';
import { root } from '../process/paths.mjs';
import { longSuites } from '../tests/long-suites.mjs';
import { runCounted } from '../tests/run-counted.mjs';
import { runTests } from '../tests/run-tests.mjs';

await runCounted(async () => {
  await prepareTests();
  const filters = process.argv.length > 2 ? process.argv.slice(2) : longSuites(root);
  return runTests(filters, { FIELDWARDEN_LONG: '1' });
});
