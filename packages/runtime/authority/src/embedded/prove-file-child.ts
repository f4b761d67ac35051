import { messageOf } from '@fieldwarden/core';
import { allocateLockFile } from './lock-file.js';
import { proofExit } from './proof-exit.js';
import { checkFileAt, FileFlaw, NewerFormat, rebuildFile } from './walk-file.js';

/**
 * `node prove-file-child.js FILE COPY`: a process of its own, because a damaged file can end it with SIGBUS. Ends with a code of
 * `proofExit`. It never touches FILE: should it outlive the gateway that started it, it does no harm to the next one.
 */
async function prove(path: string, copy: string): Promise<number> {
  try {
    await allocateLockFile(copy);
    await rebuildFile(path, copy);
    return proofExit.rebuilt;
  } catch (error) {
    if (!isFull(error)) throw error;
    await checkFileAt(path);
    return proofExit.soundInPlace;
  }
}

function isFull(error: unknown): boolean {
  return /no space|ENOSPC/i.test(messageOf(error));
}

function exitCodeOf(error: unknown): number {
  if (error instanceof NewerFormat) return proofExit.newer;
  return error instanceof FileFlaw ? proofExit.flaw : 1;
}

process.exitCode = await prove(process.argv[2], process.argv[3]).catch((error: unknown) => {
  process.stderr.write(error instanceof NewerFormat ? String(error.found) : messageOf(error));
  return exitCodeOf(error);
});
