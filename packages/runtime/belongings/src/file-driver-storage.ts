import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GatewayError, messageOf, type Logger } from '@fieldwarden/core';
import {
  checkStoredKey,
  encodeStoredValue,
  maxStoredKeys,
  type DriverStorage,
  type StoredValue,
} from '@fieldwarden/driver';
import { replaceFile, syncFolder } from '@fieldwarden/storage/replace-file';
import { parseRecord, recordBytes, recordName, type BelongingRecord } from './record-file.js';

/** Ends the name of a file that is being written, or was when its writer was killed. */
const temporarySuffix = '.new';

/** A temporary file of this age has no writer any more. */
const abandonedAfterMs = 3_600_000;

/** The table of one driver, a file for each record in a folder that exists. */
export class FileDriverStorage implements DriverStorage {
  readonly #folder: string;
  readonly #logger: Logger;
  /** Changes go one after the other. */
  #last: Promise<void> = Promise.resolve();
  #isTidy = false;

  constructor(folder: string, logger: Logger) {
    this.#folder = folder;
    this.#logger = logger;
  }

  async get(key: string): Promise<StoredValue | undefined> {
    checkStoredKey(key);
    return (await this.#read(recordName(key)))?.value;
  }

  async put(key: string, value: StoredValue): Promise<void> {
    checkStoredKey(key);
    const bytes = recordBytes(key, encodeStoredValue(key, value));
    await this.#inTurn(async () => {
      const name = recordName(key);
      await this.#makeRoom(name);
      const path = join(this.#folder, name);
      // Another session, in another process, may be writing the same record.
      await replaceFile(path, bytes, { temporary: `${path}.${crypto.randomUUID()}${temporarySuffix}` });
    });
  }

  async delete(key: string): Promise<void> {
    checkStoredKey(key);
    await this.#inTurn(async () => {
      await rm(join(this.#folder, recordName(key)), { force: true });
      await syncFolder(this.#folder);
    });
  }

  async keys(): Promise<readonly string[]> {
    const records: (BelongingRecord | undefined)[] = [];
    for (const name of await this.#names()) if (isRecord(name)) records.push(await this.#read(name));
    return records.flatMap((record) => record?.key ?? []);
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(change).catch((error: unknown) => {
      throw failed(error);
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Throws for a key that would be one too many. */
  async #makeRoom(name: string): Promise<void> {
    const names = await this.#names();
    if (!this.#isTidy) await this.#removeAbandoned(names);
    this.#isTidy = true;
    if (names.includes(name) || names.filter(isRecord).length < maxStoredKeys) return;
    const message = `driver storage takes ${maxStoredKeys} keys`;
    throw new GatewayError({ code: 'DRIVER_STORAGE_FULL', kind: 'overloaded', message });
  }

  /** Left by a process that was killed; another session may be writing a younger one. */
  async #removeAbandoned(names: readonly string[]): Promise<void> {
    for (const name of names.filter((one) => one.endsWith(temporarySuffix))) {
      const path = join(this.#folder, name);
      const status = await stat(path).catch(() => undefined);
      if (status && Date.now() - status.mtimeMs > abandonedAfterMs) await rm(path, { force: true });
    }
  }

  async #names(): Promise<readonly string[]> {
    try {
      return await readdir(this.#folder);
    } catch (error) {
      throw failed(error);
    }
  }

  async #read(name: string): Promise<BelongingRecord | undefined> {
    let bytes: Buffer;
    try {
      bytes = await readFile(join(this.#folder, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw failed(error);
    }
    const record = parseRecord(bytes);
    if (!record) this.#logger.warn(`a record of driver storage is damaged and counts as not there: ${name}`);
    return record;
  }
}

function isRecord(name: string): boolean {
  return name.endsWith('.record');
}

function failed(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const message = `driver storage failed: ${messageOf(error)}`;
  return new GatewayError({ code: 'DRIVER_STORAGE_FAILED', kind: 'overloaded', message, cause: error });
}
