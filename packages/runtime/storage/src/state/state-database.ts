import { existsSync } from 'node:fs';
import { openRecord, sealRecord } from '../lmdb/checked-record.js';
import { commitCause } from '../lmdb/commit-cause.js';
import { recordOptions, type RecordStore } from '../lmdb/copy-proof.js';
import { createDatabase } from '../lmdb/database-files.js';
import { allocateLockFile } from '../lmdb/lock-file.js';
import type { Change } from './pending-changes.js';

/** `content` undefined: the record is not what was written. */
export interface StoredRecord {
  readonly storedKey: Buffer;
  readonly content: Buffer | undefined;
}

/** The open LMDB file: records in, records out. Reads are synchronous, they come from memory. */
export class StateDatabase {
  readonly #db: RecordStore;

  private constructor(db: RecordStore) {
    this.#db = db;
  }

  /** The file must have been proved, or not exist. */
  static async open(path: string): Promise<StateDatabase> {
    if (!existsSync(path)) await createDatabase(path);
    await allocateLockFile(path);
    const { open } = await import('lmdb'); // native code, only where a database is opened
    return new StateDatabase(open<Buffer, Buffer>({ path, ...recordOptions }));
  }

  /** Undefined when there is none. */
  get(storedKey: Buffer): StoredRecord | undefined {
    const stored = this.#db.getBinary(storedKey);
    return stored && { storedKey, content: openRecord(storedKey, stored) };
  }

  /** Up to `limit` from `start` on and before `end`, in order. A closed batch: an open cursor would keep pages from being used again. */
  batch(start: Buffer, end: Buffer, limit: number): readonly StoredRecord[] {
    const keys = [...this.#db.getKeys({ start, end, limit })];
    return keys.flatMap((key) => this.get(Buffer.from(key)) ?? []);
  }

  /** All of them or none; on disk when it resolves. */
  async commit(changes: readonly Change[]): Promise<void> {
    try {
      await this.#db.transaction(() => changes.forEach((change) => this.#write(change)));
    } catch (error) {
      throw await commitCause(error);
    }
  }

  async close(): Promise<void> {
    await this.#db.close();
  }

  #write({ storedKey, content }: Change): void {
    if (content === undefined) this.#db.removeSync(storedKey);
    else this.#db.putSync(storedKey, sealRecord(storedKey, content));
  }
}
