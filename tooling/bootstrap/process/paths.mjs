import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
export const modules = join(root, 'node_modules');

const bin = join(modules, '.bin');

/** glibc keeps freed blocks below a threshold that grows with them: a third of a large gateway's memory. Fixed ones give it back. */
const returnsMemory = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

/** The tools of the tree and the project's Node come first, whatever else the machine has installed. */
export function projectEnvironment(extra = {}) {
  return {
    ...returnsMemory,
    ...process.env,
    TURBO_TELEMETRY_DISABLED: '1',
    ...extra,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
  };
}

/** Where npm puts the Node that the lock file names; it comes as an ordinary package without an install script. */
export function bundledNodeDirectory() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  return join(modules, `node-${platform}-${process.arch}`);
}

export function bundledNode() {
  const file = join(bundledNodeDirectory(), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(file) ? file : undefined;
}
