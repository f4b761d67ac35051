import { main } from './failure.mjs';
import { ensureNativeModules } from './native-modules.mjs';
import { projectNode } from './node-runtime.mjs';
import { prepare } from './prepare.mjs';
import { runInForeground } from './run.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

await main(async () => {
  await prepare();
  await ensureSystemPackages();
  await ensureNativeModules();
  return runInForeground(projectNode(), ['tooling/compliance/dist/main.js', ...process.argv.slice(2)]);
});
