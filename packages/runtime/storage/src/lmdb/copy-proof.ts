import { stat } from 'node:fs/promises';
import type { RootDatabase } from 'lmdb';
import { createDatabase } from './database-files.js';
import { lmdbOptions } from './lmdb-options.js';
import { DatabaseFlaw, type DatabaseProof } from './run-proof.js';

/** How a file with binary keys is opened, by its owner and by the check before it. */
export const recordOptions = { ...lmdbOptions, keyEncoding: 'binary' } as const;

export type RecordStore = RootDatabase<Buffer, Buffer>;

/** What the check must know of the records of a file. */
export interface CheckedRecords {
  /** Throws `NewerFormat`. */
  checkFormat(source: RecordStore): void;
  isSound(key: Buffer, stored: Buffer): boolean;
  /** For people; the key may be what is damaged. */
  nameOf(key: Buffer): string;
}

/** A transaction keeps what it writes in memory. */
const transactionBytes = 8 << 20;

/** That are named; more are counted. */
const maxNamed = 10;

/** A check by which a record that is not what was written is left out, and named. */
export function copyProof(records: CheckedRecords): DatabaseProof {
  return {
    rebuild: async (from, to) => {
      const source = await openSource(from, records);
      await createDatabase(to);
      const { open } = await import('lmdb');
      // Whoever puts the file in place syncs it.
      const target = open<Buffer, Buffer>({ path: to, noSync: true, ...recordOptions });
      const walk = new Walk(source, records);
      while (target.transactionSync(() => copySome(walk, target)));
      const lost = walk.lost();
      await target.close();
      await source.close();
      return lost;
    },
    checkInPlace: async (path) => {
      const source = await openSource(path, records);
      const walk = new Walk(source, records);
      while (walk.next());
      const lost = walk.lost();
      await source.close();
      return lost;
    },
  };
}

async function openSource(path: string, records: CheckedRecords): Promise<RecordStore> {
  // LMDB takes an empty one for a new one; ours is never empty.
  if ((await stat(path)).size === 0) throw new DatabaseFlaw('it is empty');
  const { open } = await import('lmdb');
  const source = open<Buffer, Buffer>({ path, readOnly: true, ...recordOptions });
  records.checkFormat(source);
  return source;
}

interface SoundRecord {
  readonly key: Buffer;
  readonly stored: Buffer;
}

/** Once over all records, in order. */
class Walk {
  readonly #source: RecordStore;
  readonly #records: CheckedRecords;
  readonly #keys: Iterator<Buffer>;
  readonly #named: string[] = [];
  #damaged = 0;
  #seen = 0;

  constructor(source: RecordStore, records: CheckedRecords) {
    this.#source = source;
    this.#records = records;
    this.#keys = source.getKeys({})[Symbol.iterator]();
  }

  /** The next sound one; undefined at the end. */
  next(): SoundRecord | undefined {
    for (let next = this.#keys.next(); !next.done; next = this.#keys.next()) {
      this.#seen += 1;
      const key = Buffer.from(next.value);
      const stored = this.#source.getBinary(key);
      if (stored && this.#records.isSound(key, stored)) return { key, stored };
      this.#leaveOut(key);
    }
    return undefined;
  }

  /** In words; '' if nothing was. To be asked at the end. */
  lost(): string {
    const unseen = Math.max(0, countOf(this.#source) - this.#seen);
    const count = this.#damaged + unseen;
    if (count === 0) return '';
    const names =
      this.#named.length === 0 ? '' : `: ${this.#named.join(', ')}${count > this.#named.length ? ', …' : ''}`;
    return `${count} ${count === 1 ? 'record' : 'records'}${names}`;
  }

  #leaveOut(key: Buffer): void {
    this.#damaged += 1;
    if (this.#named.length < maxNamed)
      this.#named.push(
        this.#records
          .nameOf(key)
          .replaceAll(/[^ -~]/g, '?')
          .slice(0, 80),
      );
  }
}

/** False when there are no more. Synchronously: a transaction of lmdb that fails asynchronously raises a second rejection, which would end this process. */
function copySome(walk: Walk, target: RecordStore): boolean {
  for (let bytes = 0; bytes < transactionBytes;) {
    const record = walk.next();
    if (!record) return false;
    target.putSync(record.key, record.stored);
    bytes += record.stored.length;
  }
  return true;
}

/** By the tree's own count: a damaged page may hide records without a word. */
function countOf(source: RecordStore): number {
  return (source.getStats() as { readonly entryCount: number }).entryCount;
}
