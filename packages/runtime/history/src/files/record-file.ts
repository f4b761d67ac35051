import { existsSync, statSync } from 'node:fs';
import { FileRoom } from './file-room.js';
import { allocateLockFile, createDatabase, recordOptions, type RecordStore } from '@fieldwarden/storage/lmdb';

interface TreeStats {
  readonly lastPageNumber: number;
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

export interface Changes {
  readonly puts?: readonly (readonly [key: Buffer, value: Uint8Array])[];
  readonly removes?: readonly Buffer[];
}

/** For what a commit writes beside records. */
const besidesBytes = 1 << 20;

/** One LMDB file, in the one thread that has it. Everything is synchronous; what is written is on the disk when `write` returns. */
export class RecordFile {
  readonly path: string;
  readonly #db: RecordStore;
  readonly #room: FileRoom;

  private constructor(path: string, db: RecordStore) {
    this.path = path;
    this.#room = new FileRoom(path);
    this.#db = db;
  }

  /** The file must have been proved, or not exist. */
  static async open(path: string): Promise<RecordFile> {
    if (!existsSync(path)) await createDatabase(path);
    await allocateLockFile(path);
    const { open } = await import('lmdb'); // native code, only where a database is opened
    return new RecordFile(path, open<Buffer, Buffer>({ path, ...recordOptions }));
  }

  /** A copy. */
  get(key: Buffer): Buffer | undefined {
    return this.#db.getBinary(key);
  }

  /** Keys from `start` on, without `end`; no cursor is open while the caller has them. */
  keys(start: Buffer, end: Buffer, limit: number): readonly Buffer[] {
    return [...this.#db.getKeys({ start, end, limit, snapshot: false })].map((key) => Buffer.from(key));
  }

  /** The greatest key from `from` on that is below `below`. */
  lastKey(from: Buffer, below: Buffer): Buffer | undefined {
    const [key] = this.#db.getKeys({ start: below, end: from, limit: 2, reverse: true, snapshot: false });
    if (key === undefined) return undefined;
    const copy = Buffer.from(key);
    return copy.equals(below) || copy.compare(from) < 0 ? undefined : copy;
  }

  /** Copies of all records of a range. */
  records(start: Buffer, end: Buffer): readonly { readonly key: Buffer; readonly value: Buffer }[] {
    return [...this.#db.getRange({ start, end, snapshot: false })].map(({ key, value }) => ({
      key: Buffer.from(key),
      value: Buffer.from(value),
    }));
  }

  /** All of it or nothing. Throws what the disk says. */
  write({ puts = [], removes = [] }: Changes): void {
    const stats = this.#stats;
    this.#room.ensure((stats.lastPageNumber + 1) * stats.pageSize, pagesFor(puts, stats) * stats.pageSize + removes.length * 64 + besidesBytes); // prettier-ignore
    this.#db.transactionSync(() => {
      for (const [key, value] of puts) this.#db.putSync(key, value as Buffer);
      for (const key of removes) this.#db.removeSync(key);
    });
  }

  /** Of the pages that hold something. */
  get usedBytes(): number {
    const stats = this.#stats;
    return stats.pageSize * (2 + stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages);
  }

  /** On the disk. LMDB gives no page back. */
  get fileBytes(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Writes what is in it into a new file, without pages that hold nothing. */
  async copyTo(path: string): Promise<void> {
    await this.#db.backup(path, true);
  }

  async close(): Promise<void> {
    await this.#db.close();
  }

  get #stats(): TreeStats {
    return this.#db.getStats() as unknown as TreeStats;
  }
}

/**
 * New pages at most: large records have pages of their own, small ones fill leaves by half at worst. Each leaf that is touched is written anew, and
 * what is above it.
 */
function pagesFor(
  puts: Required<Changes>['puts'],
  { pageSize, treeLeafPageCount, treeBranchPageCount }: TreeStats,
): number {
  let ownPages = 0;
  let smallBytes = 0;
  for (const [key, value] of puts) {
    if (value.length > pageSize / 3) ownPages += Math.ceil((value.length + 64) / pageSize);
    smallBytes += key.length + 32 + (value.length > pageSize / 3 ? 0 : value.length);
  }
  return (
    ownPages +
    Math.ceil((2 * smallBytes) / pageSize) +
    Math.min(puts.length, treeLeafPageCount) +
    treeBranchPageCount +
    8
  );
}
