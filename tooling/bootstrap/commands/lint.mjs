import { runChecks } from '../tests/checks.mjs';
import { main } from '../terminal/failure.mjs';
import { prepare } from '../prepare/prepare.mjs';

await main(async () => {
  // Rules that look at types see other packages through their built declarations.
  await prepare();
  const { passed, failed } = await runChecks();
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
