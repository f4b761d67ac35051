import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';

const chunk = Buffer.alloc(256 << 10);

/**
 * Room on the disk behind the last page of an LMDB file. A commit that finds none ends the process: lmdb 3.5 then corrupts its memory. So the room
 * is taken first, as bytes that LMDB does not look at, and a full disk is an error like any other.
 */
export class FileRoom {
  readonly #path: string;
  #fileBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** There are `wantedBytes` behind `usedBytes` when it returns. Throws what the disk says. */
  ensure(usedBytes: number, wantedBytes: number): void {
    const neededBytes = usedBytes + wantedBytes;
    if (this.#fileBytes >= neededBytes) return;
    const file = openSync(this.#path, 'r+');
    try {
      this.#fileBytes = fstatSync(file).size;
      while (this.#fileBytes < neededBytes) this.#fileBytes += writeSync(file, chunk, 0, chunk.length, this.#fileBytes);
    } finally {
      closeSync(file);
    }
  }
}
