import { main } from './failure.mjs';
import { projectNode } from './node-runtime.mjs';
import { prepare } from './prepare.mjs';
import { runInForeground } from './run.mjs';

await main(async () => {
  await prepare();
  return runInForeground(projectNode(), ['tooling/acceptance/dist/faults/main.js', ...process.argv.slice(2)]);
});
