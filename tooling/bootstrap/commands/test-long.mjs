import { prepareTests } from '../prepare/prepare.mjs';
import { runCounted } from '../tests/run-counted.mjs';
import { runTests } from '../tests/run-tests.mjs';

/** Suites that do more when they are told to take their time: their files end in `.long.test.ts`. */
const longSuites = '.long.test.ts';

await runCounted(async () => {
  await prepareTests();
  const filters = process.argv.length > 2 ? process.argv.slice(2) : [longSuites];
  return runTests(filters, { FIELDWARDEN_LONG: '1' });
});
