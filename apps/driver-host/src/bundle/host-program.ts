import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf, type Logger } from '@fieldwarden/core';
import { bundleFile, contentHash, type BundleFile } from './bundle-file.js';

/** What a Supervisor starts as a Host, and what that loads. */
export interface HostProgram {
  /** Absolute path of the script. */
  readonly hostMain: string;
  /** From the module of a driver's definition to the one that a Host loads; both are URLs. */
  readonly entryOf: (definition: string) => string;
}

const compiledMain = import.meta.resolve('@fieldwarden/driver-host/main');

/** As compiled, module by module. */
export const plainHostProgram: HostProgram = {
  hostMain: fileURLToPath(compiledMain),
  entryOf: (definition) => definition,
};

export interface BundlePlace {
  /** Folder of the bundle. */
  readonly folder: string;
  /** Of the tree that its inputs lie in. */
  readonly root: string;
}

/** Where the build puts it. */
const builtBundle: BundlePlace = {
  folder: fileURLToPath(new URL('bundled/', compiledMain)),
  root: fileURLToPath(new URL('../../../', compiledMain)),
};

/**
 * The bundle of `tools/bundle-hosts.mjs` if it was made of the modules as they are now, else those themselves, and says why. A driver that
 * is not in it (a third party's) is loaded as it is, by either.
 */
export function hostProgram(logger: Logger, { folder, root }: BundlePlace = builtBundle): HostProgram {
  try {
    const { entries, inputs, hash } = JSON.parse(readFileSync(join(folder, bundleFile), 'utf8')) as BundleFile;
    if (contentHash(root, inputs) !== hash) throw new Error('it is older than what it was made of');
    const scripts = new Map(
      Object.entries(entries).map(([definition, script]) => [urlIn(root, definition), urlIn(folder, script)]),
    );
    return {
      hostMain: join(folder, 'main.js'),
      entryOf: (definition) => scripts.get(definition) ?? definition,
    };
  } catch (error) {
    logger.info(`Hosts start without their bundle, slower and larger; npm run build makes it: ${messageOf(error)}`);
    return plainHostProgram;
  }
}

function urlIn(folder: string, path: string): string {
  return pathToFileURL(join(folder, path)).href;
}
