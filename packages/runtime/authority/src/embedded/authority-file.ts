import { existsSync } from 'node:fs';
import { open, type RootDatabase } from 'lmdb';
import { messageOf } from '@fieldwarden/core';
import {
  allocateLockFile,
  commitCause,
  createDatabase,
  lmdbOptions,
  putDatabaseInPlace,
  removeDatabase,
} from '@fieldwarden/storage/lmdb';
import { damaged, unreachable } from '../authority-errors.js';
import {
  decodeRecord,
  encodeRecord,
  fileFormat,
  nameOf,
  type AuditKey,
  type FormatRecord,
  type GenerationKey,
  type RecordKey,
  type RecordOf,
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
      if (!existsSync(path)) await createFile(path);
      return new AuthorityFile(path, open<Buffer, RecordKey>({ path, ...lmdbOptions }));
    } catch (error) {
      throw notWritable(path, error);
    }
  }

  json<K extends RecordKey>(key: K): RecordOf<K> | undefined {
    const content = this.bytes(key);
    return content === undefined ? undefined : (JSON.parse(content.toString('utf8')) as RecordOf<K>);
  }

  bytes(key: RecordKey): Buffer | undefined {
    const stored = this.#db.getBinary(key);
    if (stored === undefined) return undefined;
    const content = decodeRecord(key, stored);
    if (content === undefined) throw recordDamaged(this.path, key);
    return content;
  }

  /** Those of one kind and site with a number up to `from`, highest first. */
  numbered<K extends GenerationKey | AuditKey>([kind, site, from]: K, limit: number): readonly RecordOf<K>[] {
    if (limit === 0) return []; // to LMDB it means "all"
    const keys = this.#db.getKeys({ start: [kind, site, from], end: [kind, site, 0], limit, reverse: true });
    return [...keys].map((key) => this.json(key as K)!);
  }

  /**
   * Writes all records that `build` gives, or none; on disk when it resolves. `build` runs inside the transaction: nobody changes
   * what it reads. Committed twice: LMDB keeps the roots of its last two transactions, and if the page with the newer one is damaged
   * it goes back to the other, which then knows the same.
   */
  async commit(build: () => readonly RecordWrite[]): Promise<void> {
    await this.#write(build);
    // What was to be written stands: a second commit that fails takes nothing back.
    await this.#write(() => [{ key: 'format', content: this.bytes('format')! }]).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#db.close();
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

/** Under another name first: a file that has its name is whole, so that an empty one is damage. */
async function createFile(path: string): Promise<void> {
  const copy = `${path}.new`;
  await removeDatabase(copy);
  await createDatabase(copy);
  await allocateLockFile(copy);
  const db = open<Buffer, RecordKey>({ path: copy, ...lmdbOptions });
  const format: FormatRecord = { format: fileFormat, sites: [] };
  const record = encodeRecord('format', jsonBytes(format));
  for (let i = 0; i < 2; i++) db.putSync('format', record); // twice, see commit
  await db.close();
  await putDatabaseInPlace(copy, path);
}

export function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
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
