import { main } from '../terminal/failure.mjs';
import { refuseSecondStart, runLab } from '../lab/lab.mjs';
import { refuseTakenPorts, startOptions, usage } from '../lab/start-options.mjs';
import { projectNode } from '../process/node-runtime.mjs';
import { prepare } from '../prepare/prepare.mjs';

await main(async () => {
  const options = startOptions(process.argv.slice(2), process.env);
  if (options.help) {
    console.log(usage);
    return 0;
  }
  await refuseSecondStart(options.home);
  await refuseTakenPorts(options.ports);
  await prepare();
  return runLab({ node: projectNode(), options });
});
