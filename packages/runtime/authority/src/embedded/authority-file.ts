import { open, type RootDatabase } from 'lmdb';
import { messageOf } from '@fieldwarden/core';
import { damaged, unreachable } from '../authority-errors.js';
import {
  decodeRecord,
  encodeRecord,
  fileFormat,
  lmdbOptions,
  nameOf,
  type FormatRecord,
  type RecordKey,
} from './records.js';

/** A record to be written. */
export interface RecordWrite {
  readonly key: RecordKey;
  readonly content: Uint8Array;
}

/** The open LMDB file: records in, records out. Reads are synchronous, they come from memory. */
export class AuthorityFile {
  readonly path: string;
  readonly #db: RootDatabase<Buffer, RecordKey>;

  private constructor(path: string, db: RootDatabase<Buffer, RecordKey>) {
    this.path = path;
    this.#db = db;
  }

  /** The file must have been proved, or not exist; its lock file must be allocated. */
  static async open(path: string): Promise<AuthorityFile> {
    try {
      const file = new AuthorityFile(path, open<Buffer, RecordKey>({ path, ...lmdbOptions }));
      await file.#initialise();
      return file;
    } catch (error) {
      throw notWritable(path, error);
    }
  }

  json<T>(key: RecordKey): T | undefined {
    const content = this.bytes(key);
    return content === undefined ? undefined : (JSON.parse(content.toString('utf8')) as T);
  }

  bytes(key: RecordKey): Buffer | undefined {
    const stored = this.#db.getBinary(key);
    if (stored === undefined) return undefined;
    const content = decodeRecord(key, stored);
    if (content === undefined) throw recordDamaged(this.path, key);
    return content;
  }

  /** Records between two keys, first included, last not. */
  range<T>(from: { start: RecordKey; end: RecordKey; limit: number; reverse: boolean }): readonly T[] {
    if (from.limit === 0) return []; // to LMDB it means "all"
    return [...this.#db.getKeys(from)].map((key) => this.json<T>(key)!);
  }

  /**
   * Writes all records that `build` gives, or none; on disk when it resolves. `build` runs inside the transaction: nobody changes
   * what it reads. Committed twice: LMDB keeps the roots of its last two transactions, and if the page with the newer one is damaged
   * it goes back to the other, which then knows the same.
   */
  async commit(build: () => readonly RecordWrite[]): Promise<void> {
    await this.#write(build);
    await this.#write(() => [{ key: 'format', content: this.bytes('format')! }]);
  }

  async close(): Promise<void> {
    await this.#db.close();
  }

  async #initialise(): Promise<void> {
    if (this.bytes('format') !== undefined) return;
    const format: FormatRecord = { format: fileFormat, sites: [] };
    await this.commit(() => [{ key: 'format', content: jsonBytes(format) }]);
  }

  async #write(build: () => readonly RecordWrite[]): Promise<void> {
    try {
      await this.#db.transaction(() =>
        build().forEach(({ key, content }) => this.#put(key, encodeRecord(key, content))),
      );
    } catch (error) {
      throw notWritable(this.path, await commitCause(error));
    }
  }

  #put(key: RecordKey, value: Buffer): void {
    this.#db.putSync(key, value);
  }
}

export function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** lmdb rejects a failed commit with a general error and tells the cause in a second promise, which nobody else listens to. */
async function commitCause(error: unknown): Promise<unknown> {
  const cause = (error as { commitError?: Promise<never> } | undefined)?.commitError;
  if (cause === undefined) return error;
  return await cause.catch((reason: unknown) => reason);
}

export function notWritable(path: string, cause: unknown): Error {
  if ((cause as { code?: unknown } | null)?.code === 'AUTHORITY_DAMAGED') return cause as Error;
  return unreachable(`cannot write ${path}`, remedyFor(messageOf(cause)), cause);
}

function remedyFor(cause: string): string {
  if (/no space|ENOSPC/i.test(cause)) return 'Make room on its disk; what was published before is intact';
  return 'Check that the home directory is writable for the gateway, and its disk';
}

function recordDamaged(path: string, key: RecordKey): Error {
  return damaged(`${path} is damaged: record ${nameOf(key)} is not what was written`, damageRemedy);
}

export const damageRemedy =
  'Stop the gateway and restore the file from a backup; or remove it and publish the plant again: the gateway runs on its sealed snapshot meanwhile';
