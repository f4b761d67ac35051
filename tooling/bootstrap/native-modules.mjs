import { Failure } from './failure.mjs';
import { npm } from './install.mjs';
import { projectNode } from './node-runtime.mjs';
import { bundledNode, bundledNodeDirectory } from './paths.mjs';
import { phase } from './progress.mjs';
import { run } from './run.mjs';

/**
 * node-snap7 is the independent S7 peer of the tests. It is bound to one Node ABI, so it is built here for the Node that runs the tests;
 * nothing that ships needs it.
 */
export async function ensureNativeModules() {
  if (await loads('node-snap7')) return;
  await phase('Building node-snap7', () => rebuild('node-snap7'));
}

async function loads(module) {
  return (await run(projectNode(), ['-e', `require('${module}')`])).code === 0;
}

async function rebuild(module) {
  const [command, before] = npm();
  // The bundled Node comes with its headers; without them node-gyp would download some.
  const headers = bundledNode() ? { npm_config_nodedir: bundledNodeDirectory() } : {};
  const { code, output } = await run(command, [...before, 'rebuild', module, '--ignore-scripts=false'], {
    env: { ...headers, npm_config_build_from_source: 'true' },
  });
  if (code === 0 && (await loads(module))) return;
  throw new Failure(`${module} could not be built`, { output, remedy: 'It needs gcc, g++, make and python3.' });
}
