import { main } from '../terminal/failure.mjs';
import { ensureNativeModules } from '../prepare/native-modules.mjs';
import { projectNode } from '../process/node-runtime.mjs';
import { prepare } from '../prepare/prepare.mjs';
import { runInForeground } from '../process/run.mjs';
import { ensureSystemPackages } from '../prepare/system-packages.mjs';

await main(async () => {
  await prepare();
  await ensureSystemPackages();
  await ensureNativeModules();
  return runInForeground(projectNode(), ['tooling/compliance/dist/main.js', ...process.argv.slice(2)]);
});
