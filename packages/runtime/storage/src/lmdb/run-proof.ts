import { constants } from 'node:os';
import { messageOf } from '@fieldwarden/core';
import { closeInheritedFiles } from '@fieldwarden/core/close-inherited-files';
import { allocateLockFile } from './lock-file.js';
import { proofExit } from './proof-exit.js';

/** What is wrong with a database, in words for the operator. */
export class DatabaseFlaw extends Error {}

/** The database was written by a newer program. */
export class NewerFormat extends Error {
  readonly found: number;

  constructor(found: number) {
    super(`format ${found}`);
    this.found = found;
  }
}

/** Both throw `DatabaseFlaw` or `NewerFormat` for a database that nobody may open, and return what was lost; '' if nothing was. */
export interface DatabaseProof {
  /**
   * Reads every record of the database at `from`, and writes those that are sound into a new one at `to`: damage of the tree, of its free
   * list or of page heads has no way into the new file.
   */
  readonly rebuild: (from: string, to: string) => Promise<string>;
  /** For a disk that does not take a second file: checks every record where it is. */
  readonly checkInPlace: (path: string) => Promise<string>;
}

/**
 * Main function of a program `node PROGRAM FILE COPY` for `proveDatabase`: a process of its own, because a damaged file can end it with
 * SIGBUS. Ends with a code of `proofExit`. It never touches FILE: should it outlive the gateway that started it, it does no harm to the next one.
 */
export async function runProof(proof: DatabaseProof): Promise<void> {
  closeInheritedFiles();
  process.umask(0o077); // LMDB makes files that everybody may read
  const [path, copy] = process.argv.slice(2);
  try {
    process.exitCode = await prove(proof, path, copy);
  } catch (error) {
    process.exitCode = refusal(error);
  }
}

/** A full disk shows in many ways, as a mere I/O error too: whatever kept the copy from being written, the file is judged by itself. */
async function prove(proof: DatabaseProof, path: string, copy: string): Promise<number> {
  try {
    await allocateLockFile(copy);
    say(await proof.rebuild(path, copy));
    return proofExit.rebuilt;
  } catch (error) {
    if (error instanceof DatabaseFlaw || error instanceof NewerFormat) throw error;
    say(await proof.checkInPlace(path));
    return proofExit.checkedInPlace;
  }
}

function refusal(error: unknown): number {
  if (error instanceof NewerFormat) {
    say(String(error.found));
    return proofExit.newer;
  }
  if (error instanceof DatabaseFlaw) {
    say(error.message);
    return proofExit.flaw;
  }
  process.stderr.write(messageOf(error));
  return isOfTheSystem(error) ? proofExit.unchecked : 1;
}

/** Says nothing about the file. LMDB gives numbers for them, Node names. */
function isOfTheSystem(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return systemErrors.some((name) => code === name || code === constants.errno[name]);
}

const systemErrors = ['EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN', 'EROFS'] as const;

function say(text: string): void {
  process.stdout.write(text);
}
