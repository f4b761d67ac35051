import { open, stat, type FileHandle } from 'node:fs/promises';

/** What deletions and counters of many ticks take. */
export const reserveBytes = 1 << 20;

const chunk = Buffer.alloc(256 << 10);

/**
 * Bytes of the file behind the last page of LMDB: real ones, so that a commit finds room however full the disk is. What is acknowledged is then still
 * deleted, and every drop counted; new messages may use it only while it can be made anew. LMDB does not look at what is behind its last page.
 */
export class RoomAhead {
  readonly #path: string;
  #fileBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  get fileBytes(): number {
    return this.#fileBytes;
  }

  /** How many bytes there are behind `usedBytes` afterwards: `wantedBytes`, or what the disk has. Rejects with what it said only where it says something else than "no room". */
  async ensure(usedBytes: number, wantedBytes: number): Promise<number> {
    if (this.#fileBytes === 0) this.#fileBytes = (await stat(this.#path)).size;
    // LMDB has written beyond it, or has not written its last pages.
    this.#fileBytes = Math.max(this.#fileBytes, usedBytes);
    if (this.#fileBytes < usedBytes + wantedBytes) await this.#grow(usedBytes + wantedBytes);
    return this.#fileBytes - usedBytes;
  }

  async #grow(toBytes: number): Promise<void> {
    const file = await open(this.#path, 'r+');
    try {
      this.#fileBytes = (await file.stat()).size;
      while (this.#fileBytes < toBytes) this.#fileBytes += await appendChunk(file, this.#fileBytes);
    } catch (error) {
      if (!isFull(error)) throw error;
    } finally {
      await file.close();
    }
  }
}

async function appendChunk(file: FileHandle, at: number): Promise<number> {
  return (await file.write(chunk, 0, chunk.length, at)).bytesWritten;
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String((error as NodeJS.ErrnoException).code));
}
