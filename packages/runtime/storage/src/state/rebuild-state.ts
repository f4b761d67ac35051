import { stat } from 'node:fs/promises';
import { open } from 'lmdb';
import { openRecord, sealRecord } from '../lmdb/checked-record.js';
import { createDatabase } from '../lmdb/database-files.js';
import { DatabaseFlaw, NewerFormat, type DatabaseProof } from '../lmdb/run-proof.js';
import { stateOptions, type RecordStore } from './state-database.js';
import { splitKey } from './state-record.js';

/** A record under this key says the format; there is none as long as it is the first. */
export const formatKey = Buffer.from('format');

/** A transaction keeps what it writes in memory. */
const transactionBytes = 8 << 20;

/** That are named; more are counted. */
const maxNamed = 10;

/** The check of `state.mdb`: a record that is not what was written is left out, and named. */
export const stateProof: DatabaseProof = {
  rebuild: async (from, to) => {
    await refuseEmpty(from);
    await createDatabase(to);
    const source = openSource(from);
    // Whoever puts the file in place syncs it.
    const target = open<Buffer, Buffer>({ path: to, noSync: true, ...stateOptions });
    const walk = new Walk(source);
    while (target.transactionSync(() => copySome(walk, target)));
    const lost = walk.lost();
    await target.close();
    await source.close();
    return lost;
  },
  checkInPlace: async (path) => {
    await refuseEmpty(path);
    const source = openSource(path);
    const walk = new Walk(source);
    while (walk.next());
    const lost = walk.lost();
    await source.close();
    return lost;
  },
};

/** LMDB takes it for a new one; ours is never empty. */
async function refuseEmpty(path: string): Promise<void> {
  if ((await stat(path)).size === 0) throw new DatabaseFlaw('it is empty');
}

function openSource(path: string): RecordStore {
  const source = open<Buffer, Buffer>({ path, readOnly: true, ...stateOptions });
  const stored = source.getBinary(formatKey);
  const format = stored && openRecord(formatKey, stored);
  if (format) throw new NewerFormat(Number(format.toString()));
  return source;
}

interface SoundRecord {
  readonly key: Buffer;
  readonly content: Buffer;
}

/** Once over all records, in order. */
class Walk {
  readonly #source: RecordStore;
  readonly #keys: Iterator<Buffer>;
  readonly #named: string[] = [];
  #damaged = 0;
  #seen = 0;

  constructor(source: RecordStore) {
    this.#source = source;
    this.#keys = source.getKeys({})[Symbol.iterator]();
  }

  /** The next sound one; undefined at the end. */
  next(): SoundRecord | undefined {
    for (let next = this.#keys.next(); !next.done; next = this.#keys.next()) {
      this.#seen += 1;
      const key = Buffer.from(next.value);
      const stored = this.#source.getBinary(key);
      const content = stored && openRecord(key, stored);
      if (content) return { key, content };
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
    if (this.#named.length < maxNamed) this.#named.push(printable(key));
  }
}

/** False when there are no more. Synchronously: a transaction of lmdb that fails asynchronously raises a second rejection, which would end this process. */
function copySome(walk: Walk, target: RecordStore): boolean {
  for (let bytes = 0; bytes < transactionBytes;) {
    const record = walk.next();
    if (!record) return false;
    target.putSync(record.key, sealRecord(record.key, record.content));
    bytes += record.content.length;
  }
  return true;
}

/** By the tree's own count: a damaged page may hide records without a word. */
function countOf(source: RecordStore): number {
  return (source.getStats() as { readonly entryCount: number }).entryCount;
}

/** The key may be what is damaged. */
function printable(key: Buffer): string {
  return splitKey(key)
    .join(' ')
    .replaceAll(/[^ -~]/g, '?')
    .slice(0, 80);
}
