import { finishRestore, markHome, refuseNewerHome, type FinishedRestore } from '@fieldwarden/backup';
import { GatewayError, messageOf } from '@fieldwarden/core';
import { diskRefusal } from '@fieldwarden/storage';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { HomeLock } from './home-lock.js';
import { tightenHome } from './home-modes.js';
import { version } from '../version.js';

/**
 * The directory that holds all state of one gateway, claimed for this process: two gateways on one home are impossible. A disk that is
 * full or read-only keeps nobody from starting on a home that is there.
 */
export class HomeDirectory implements Disposable {
  readonly path: string;
  /** What of its modes was corrected, or could not be: for the log. */
  readonly remarks: readonly string[];
  /** A backup took the place of what was here; null: none did. */
  readonly restored: FinishedRestore | null;
  readonly #lock: HomeLock;

  private constructor(path: string, remarks: readonly string[], restored: FinishedRestore | null, lock: HomeLock) {
    this.path = path;
    this.remarks = remarks;
    this.restored = restored;
    this.#lock = lock;
  }

  /** Rejects with kind `config`: HOME_NOT_WRITABLE, HOME_NOT_OURS, HOME_OPEN_TO_OTHERS, HOME_IN_USE, HOME_NEWER. */
  static async claim(path: string): Promise<HomeDirectory> {
    const home = resolve(path);
    try {
      mkdirSync(home, { recursive: true, mode: 0o700 });
      refuseNewerHome(home, version); // before anything of it is touched
      const remarks = [...tightenHome(home)];
      const lock = await HomeLock.claim(home);
      try {
        const restored = finishRestore(home, new Date()) ?? null;
        if (restored) remarks.push(broughtBack(home, restored));
        refuseNewerHome(home, version);
        mark(home);
        for (const folder of ['logs', 'pki']) makeFolder(join(home, folder));
        return new HomeDirectory(home, remarks, restored, lock);
      } catch (error) {
        lock[Symbol.dispose]();
        throw error;
      }
    } catch (error) {
      throw error instanceof GatewayError ? error : notWritable(home, error);
    }
  }

  file(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** The disk takes files again: what could not be made at the start. Throws HOME_IN_USE, or what the system says. */
  complete(): void {
    this.#lock.complete();
    for (const folder of ['logs', 'pki']) makeFolder(this.file(folder));
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }
}

/** A backup that was staged while the former gateway ran has taken the place of what was there. */
function broughtBack(home: string, { setAside }: FinishedRestore): string {
  return `a backup was brought back into ${home}${setAside === undefined ? '' : `; what was there is in ${setAside}`}`;
}

/** A disk that takes nothing keeps the old line: the layout is the same. */
function mark(home: string): void {
  try {
    markHome(home, version);
  } catch (error) {
    if (diskRefusal(error) === undefined) throw error;
  }
}

/** A disk that takes nothing takes no folder either; whoever needs it says so. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 }); // not `recursive`: that says ENOENT of a read-only disk
  } catch (error) {
    if (!isTaken(error) && diskRefusal(error) === undefined) throw error;
  }
}

function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST';
}

function notWritable(home: string, error: unknown): GatewayError {
  return new GatewayError({
    code: 'HOME_NOT_WRITABLE',
    kind: 'config',
    message: `the home directory ${home} cannot be written: ${messageOf(error)}. Give another with --home, or its rights to this user`,
    cause: error,
  });
}
