import type { ServiceTable } from '@fieldwarden/service';
import type { Change } from './pending-changes.js';
import { decodeValue, encodeValue, rangeOf, storedKey } from './state-record.js';
import type { StateDatabase, StoredRecord } from './state-database.js';

/** What a table asks of its store. */
export interface TableAccess {
  /** False when there is no room for it in memory. */
  change(change: Change): boolean;
  pending(key: string): Change | undefined;
  pendingChanges(): Iterable<Change>;
  /** Resolves when the file is open. Rejects with kind `unreachable`. */
  database(): Promise<StateDatabase>;
  /** A record of this table is not what was written. */
  damaged(key: string, storedKey: Buffer): void;
  settled(): Promise<void>;
  /** For changes that found no room. */
  full(): Error;
}

/** Read without letting others run. */
const batchSize = 500;

/** Records of one owner by key. What was changed is read back at once, whether or not it is on disk. */
export class StateTable implements ServiceTable {
  readonly name: string;
  readonly #access: TableAccess;
  #refused = false;

  constructor(name: string, access: TableAccess) {
    this.name = name;
    this.#access = access;
  }

  /** Undefined if there is none, or it is damaged: then an alarm says so. Rejects with kind `unreachable` when the file cannot be read. */
  async get(key: string): Promise<unknown> {
    const stored = storedKey(this.name, key);
    const before = this.#access.pending(key);
    if (before) return valueOf(before);
    const database = await this.#access.database();
    const pending = this.#access.pending(key);
    if (pending) return valueOf(pending);
    const record = database.get(stored);
    return record && this.#sound(key, record);
  }

  /** In the order of their keys, each as it is at one moment. Rejects as `get` does. */
  async entries(): Promise<readonly (readonly [key: string, value: unknown])[]> {
    const { start, end } = rangeOf(this.name);
    const entries: [string, unknown][] = [];
    for (let from = start, more = true; more;) {
      const database = await this.#access.database();
      const batch = database.batch(from, end, batchSize);
      more = batch.length === batchSize;
      const to = more ? after(batch[batch.length - 1].storedKey) : end;
      entries.push(...this.#merged(batch, from, to));
      from = to;
      if (more) await nextTurn();
    }
    return entries;
  }

  /** The value is copied. Throws kind `bug` for what no record can hold. */
  put(key: string, value: unknown): void {
    this.#change(key, encodeValue(this.name, key, value));
  }

  delete(key: string): void {
    this.#change(key, undefined);
  }

  async settled(): Promise<void> {
    const refused = this.#refused;
    this.#refused = false;
    await this.#access.settled();
    if (refused) throw this.#access.full();
  }

  #change(key: string, content: Buffer | undefined): void {
    const change = { table: this.name, key, storedKey: storedKey(this.name, key), content };
    if (!this.#access.change(change)) this.#refused = true;
  }

  /** Stored records of a range and what is pending in it. */
  #merged(batch: readonly StoredRecord[], from: Buffer, to: Buffer): readonly [string, unknown][] {
    const pending = [...this.#access.pendingChanges()].filter(
      ({ storedKey: key }) => Buffer.compare(key, from) >= 0 && Buffer.compare(key, to) < 0,
    );
    const changed = new Set(pending.map(({ key }) => key));
    const stored = batch.flatMap((record): Merged[] => {
      const key = record.storedKey.subarray(this.name.length + 1).toString();
      if (changed.has(key)) return [];
      const value = this.#sound(key, record);
      return value === undefined ? [] : [{ storedKey: record.storedKey, entry: [key, value] }];
    });
    const present = pending.filter(({ content }) => content !== undefined);
    const all = [...stored, ...present.map((change) => merged(change))];
    if (present.length > 0) all.sort((a, b) => Buffer.compare(a.storedKey, b.storedKey));
    return all.map(({ entry }) => entry);
  }

  #sound(key: string, { storedKey: stored, content }: StoredRecord): unknown {
    if (content) return decodeValue(content);
    this.#access.damaged(key, stored);
    return undefined;
  }
}

interface Merged {
  readonly storedKey: Buffer;
  readonly entry: [string, unknown];
}

function merged(change: Change): Merged {
  return { storedKey: change.storedKey, entry: [change.key, valueOf(change)] };
}

function valueOf({ content }: Change): unknown {
  return content && decodeValue(content);
}

/** The least key that is greater. */
function after(key: Buffer): Buffer {
  return Buffer.concat([key, Buffer.of(0)]);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
