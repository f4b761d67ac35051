import { main } from '../terminal/failure.mjs';
import { homeDirectory, refuseSecondStart, runLab } from '../lab/lab.mjs';
import { projectNode } from '../process/node-runtime.mjs';
import { prepare } from '../prepare/prepare.mjs';

await main(async () => {
  const args = process.argv.slice(2);
  const home = homeDirectory(args, process.env);
  await refuseSecondStart(home);
  await prepare();
  return runLab({ node: projectNode(), home, args });
});
