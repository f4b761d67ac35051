import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, type Clock, type Logger } from '@fieldwarden/core';
import { codeOf, namesIn, removeFile } from './plain-files.js';
import { isStrayLock, manifestName, sealedFile, temporaryOwner } from './snapshot-names.js';
import { isUnderWay } from './temporary-files.js';

/** Nothing is written for so long; a living process with the pid of a temporary file is then another one. */
const forgottenAfterMs = 3_600_000;

export interface SweepDependencies {
  readonly directory: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Whether a snapshot without manifest may be one that somebody will want back: it is CURRENT, or CURRENT cannot be read. */
  readonly mayBeCurrent: (generation: number) => boolean;
}

/**
 * Removes what a process left that died while it sealed: temporary files of processes that are gone, snapshots that never got their
 * manifest, lock files of LMDB. Touches regular files of the store's own names only. A folder that may not be written is left as it is.
 */
export async function sweep(options: SweepDependencies): Promise<void> {
  const names = new Set(await namesIn(options.directory));
  const orphan = (generation: number): boolean =>
    !names.has(manifestName(generation)) && !options.mayBeCurrent(generation);
  for (const name of names) {
    const sealed = sealedFile(name);
    if (sealed?.part === 'mdb' && orphan(sealed.generation)) await removeOrphan(name, sealed.generation, options);
    else if (isStrayLock(name) || (await isForgotten(name, options))) await remove(name, options);
  }
}

async function isForgotten(name: string, { directory, clock }: SweepDependencies): Promise<boolean> {
  const owner = temporaryOwner(name);
  if (owner === undefined || isUnderWay(name)) return false;
  if (owner === process.pid || !isRunning(owner)) return true;
  const found = await lstat(join(directory, name)).catch(() => undefined);
  return found !== undefined && clock.wallMs() - found.mtimeMs > forgottenAfterMs;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** Asks again for the manifest: another process may just have sealed this generation. */
async function removeOrphan(name: string, generation: number, options: SweepDependencies): Promise<void> {
  const manifest = await lstat(join(options.directory, manifestName(generation))).catch(() => undefined);
  if (!manifest) await remove(name, options);
}

async function remove(name: string, { directory, logger }: SweepDependencies): Promise<void> {
  const path = join(directory, name);
  try {
    if (!(await lstat(path)).isFile()) return;
    await removeFile(path);
    logger.info(`removed ${path}, left by an interrupted seal`);
  } catch (error) {
    logger.warn(`${path}, left by an interrupted seal, stays: ${messageOf(error)}`);
  }
}
