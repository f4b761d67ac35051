import { prepareTests } from '../prepare/prepare.mjs';
import { runCounted } from '../tests/run-counted.mjs';
import { runTests } from '../tests/run-tests.mjs';
import { runEverything } from '../tests/run-everything.mjs';

const args = process.argv.slice(2);

await runCounted(async () => {
  await prepareTests();
  return args.length > 0 ? runTests(args) : runEverything();
});
