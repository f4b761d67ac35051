import { prepareOnce } from '../prepare/prepare.mjs';
import { projectNode } from '../process/node-runtime.mjs';
import { runInForeground } from '../process/run.mjs';
import { main } from '../terminal/failure.mjs';

await main(async () => {
  await prepareOnce();
  return runInForeground(projectNode(), ['tooling/loop/watch.mjs']);
});
