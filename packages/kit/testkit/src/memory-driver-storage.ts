import { GatewayError } from '@fieldwarden/core';
import {
  checkStoredKey,
  encodeStoredValue,
  maxStoredKeys,
  type DriverContext,
  type DriverStorage,
  type EncodedValue,
  type StoredValue,
} from '@fieldwarden/driver';

/** A driver's table that lives as long as the test holds it: hand it to a second session to see what that finds. */
export class MemoryDriverStorage implements DriverStorage {
  readonly #records = new Map<string, EncodedValue>();

  // `async` throughout: what is out of bounds rejects, it does not throw.
  async get(key: string): Promise<StoredValue | undefined> {
    checkStoredKey(key);
    const record = await Promise.resolve(this.#records.get(key));
    return record && decoded(record);
  }

  async put(key: string, value: StoredValue): Promise<void> {
    checkStoredKey(key);
    const { form, bytes } = encodeStoredValue(key, value);
    await Promise.resolve();
    if (!this.#records.has(key) && this.#records.size >= maxStoredKeys) {
      const message = `driver storage takes ${maxStoredKeys} keys`;
      throw new GatewayError({ code: 'DRIVER_STORAGE_FULL', kind: 'overloaded', message });
    }
    this.#records.set(key, { form, bytes: bytes.slice() });
  }

  async delete(key: string): Promise<void> {
    checkStoredKey(key);
    await Promise.resolve(this.#records.delete(key));
  }

  keys(): Promise<readonly string[]> {
    return Promise.resolve([...this.#records.keys()]);
  }
}

function decoded({ form, bytes }: EncodedValue): StoredValue {
  return form === 'bytes' ? bytes.slice() : (JSON.parse(new TextDecoder().decode(bytes)) as StoredValue);
}

/** What a `DriverContext` holds that outlives a session, for tests that make sessions: an empty table, and a folder that is not there. */
export function testBelongings(
  certificatesFolder = '/nonexistent/pki',
): Pick<DriverContext, 'storage' | 'certificates'> {
  return {
    storage: new MemoryDriverStorage(),
    certificates: { folder: certificatesFolder, stores: certificatesFolder },
  };
}
