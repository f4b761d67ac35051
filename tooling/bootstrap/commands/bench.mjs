import { main } from '../terminal/failure.mjs';
import { projectNode } from '../process/node-runtime.mjs';
import { prepare } from '../prepare/prepare.mjs';
import { runInForeground } from '../process/run.mjs';

await main(async () => {
  await prepare();
  return runInForeground(projectNode(), ['tooling/bench/dist/main.js', ...process.argv.slice(2)]);
});
