import { closeSync, constants, fsyncSync, fstatSync, openSync, rmSync, writeSync } from 'node:fs';
import { diskRefusal } from './disk-refusal.js';

/** In the home directory. */
export const reserveFileName = 'reserve';

/** Room for a hundred tokens and for some hundred rows of the audit. */
const reserveBytes = 1 << 20;

const chunk = Buffer.alloc(64 << 10, 0x20);

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;

/**
 * A file of no content that holds room on the disk for what must be kept even when it is full: revoked tokens and the audit (SPEC §13.4). What
 * needs the room goes through `write`; the rest of the gateway never gets it.
 */
export class DiskReserve {
  readonly #path: string;
  readonly #bytes: number;

  /** `path`: in the folder of the files that are to be written, hence on their disk. */
  constructor(path: string, bytes = reserveBytes) {
    this.#path = path;
    this.#bytes = bytes;
  }

  /** Takes the room, or as much of it as there is. Never throws; how many bytes it holds. */
  hold(): number {
    try {
      return this.#grow();
    } catch {
      return 0;
    }
  }

  /** Does what writes; where the disk is full, once more with the room of the reserve. Rejects as `action` does. */
  async write<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (diskRefusal(error) !== 'full' || !this.#release()) throw error;
    }
    try {
      return await action();
    } finally {
      this.hold(); // what is left of it, before others find it
    }
  }

  #release(): boolean {
    try {
      rmSync(this.#path);
      return true;
    } catch {
      return false;
    }
  }

  /** Real bytes: a file with a hole holds no room. */
  #grow(): number {
    const file = openReserve(this.#path);
    try {
      let held = fstatSync(file).size;
      try {
        while (held < this.#bytes) held += writeSync(file, chunk, 0, Math.min(chunk.length, this.#bytes - held), held);
        fsyncSync(file);
      } catch {
        // A full disk gives what it has.
      }
      return held;
    } finally {
      closeSync(file);
    }
  }
}

function openReserve(path: string): number {
  try {
    return openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return openSync(path, O_NOFOLLOW | O_WRONLY);
  }
}
