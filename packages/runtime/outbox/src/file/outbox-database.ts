import { existsSync } from 'node:fs';
import {
  allocateLockFile,
  commitCause,
  createDatabase,
  recordOptions,
  type RecordStore,
} from '@fieldwarden/storage/lmdb';
import { boxOf, numberOf, recordKinds, writeKey, type RecordKind } from '../records/record-key.js';
import { isSound, seal } from '../records/sealed-record.js';

/** A copy of what stands in the file. */
export interface FoundRecord {
  readonly number: number;
  readonly record: Buffer;
  /** Otherwise it is not what was written. */
  readonly isSound: boolean;
}

/** What a box may do within the one transaction of a tick. */
export interface OutboxTransaction {
  /** `record`: four free bytes, then the content. */
  put(kind: RecordKind, box: number, number: number, record: Buffer): void;
  remove(kind: RecordKind, box: number, number: number): void;
}

const maxNumber = Number.MAX_SAFE_INTEGER;
const maxBox = 65_535;

/** The open LMDB file. Reads are synchronous, they come from memory; no cursor outlives its call. */
export class OutboxDatabase {
  readonly #db: RecordStore;
  readonly #key = writeKey(0, 0, 0);
  readonly #transaction: OutboxTransaction = {
    put: (kind, box, number, record) => {
      const key = writeKey(kind, box, number, this.#key);
      this.#db.putSync(key, seal(key, record));
    },
    remove: (kind, box, number) => void this.#db.removeSync(writeKey(kind, box, number, this.#key)),
  };

  private constructor(db: RecordStore) {
    this.#db = db;
  }

  /** The file must have been proved, or not exist. */
  static async open(path: string): Promise<OutboxDatabase> {
    if (!existsSync(path)) await createDatabase(path);
    await allocateLockFile(path);
    const { open } = await import('lmdb'); // native code, only where a database is opened
    return new OutboxDatabase(open<Buffer, Buffer>({ path, ...recordOptions }));
  }

  /** Undefined when there is none. */
  get(kind: RecordKind, box: number, number: number): FoundRecord | undefined {
    const key = writeKey(kind, box, number, this.#key);
    const stored = this.#db.getBinary(key);
    return stored && found(number, key, stored);
  }

  /** Up to `limit` of a kind and box with a greater number than `after`, in order. Copies. */
  batch(kind: RecordKind, box: number, after: number, limit: number): readonly FoundRecord[] {
    if (limit <= 0) return []; // to LMDB it means "all"
    const start = writeKey(kind, box, after + 1);
    const records: FoundRecord[] = [];
    for (const { key, value } of this.#db.getRange({ start, end: endOf(kind, box), limit }))
      records.push(found(numberOf(key), key, value));
    return records;
  }

  /** Numbers only. */
  numbers(kind: RecordKind, box: number, after: number, limit: number): readonly number[] {
    if (limit <= 0) return [];
    const start = writeKey(kind, box, after + 1);
    return [...this.#db.getKeys({ start, end: endOf(kind, box), limit })].map(numberOf);
  }

  /** Under whose numbers anything stands. */
  boxes(): readonly number[] {
    const boxes = new Set<number>();
    for (const kind of Object.values(recordKinds))
      for (let box = this.#nextBox(kind, 1); box !== undefined; box = this.#nextBox(kind, box + 1)) boxes.add(box);
    return [...boxes].sort((a, b) => a - b);
  }

  /** On disk when it resolves. If it rejects, what `write` did before may stand or not. */
  async commit(write: (transaction: OutboxTransaction) => void): Promise<void> {
    try {
      await this.#db.transaction(() => write(this.#transaction));
    } catch (error) {
      throw await commitCause(error);
    }
  }

  /** Up to here the file holds pages that are used, or were. */
  get usedFileBytes(): number {
    const { lastPageNumber, pageSize } = this.#db.getStats() as { lastPageNumber: number; pageSize: number };
    return (lastPageNumber + 1) * pageSize;
  }

  async close(): Promise<void> {
    await this.#db.close();
  }

  #nextBox(kind: RecordKind, from: number): number | undefined {
    if (from > maxBox) return undefined;
    const [key] = this.#db.getKeys({ start: writeKey(kind, from, 0), end: endOf(kind, maxBox), limit: 1 });
    return key && boxOf(key);
  }
}

/** After the last of them: LMDB leaves the end out. */
function endOf(kind: RecordKind, box: number): Buffer {
  return Buffer.concat([writeKey(kind, box, maxNumber), Buffer.of(0)]);
}

function found(number: number, key: Buffer, record: Buffer): FoundRecord {
  return { number, record, isSound: isSound(key, record) };
}
