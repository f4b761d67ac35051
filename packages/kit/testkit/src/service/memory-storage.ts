import { GatewayError } from '@fieldwarden/core';
import type { ServiceStorage, ServiceTable } from '@fieldwarden/service';

/** Durable storage in memory. Hand the same one to the next context to have its records survive a restart. */
export class MemoryStorage implements ServiceStorage {
  /** The disk takes nothing: `settled` rejects with kind `unreachable`. What waits is written once there is room again. */
  full = false;
  #stall: Promise<void> | undefined;
  readonly #tables = new Map<string, MemoryTable>();

  /** The disk answers nothing, neither yes nor no, until this is disposed. */
  stall(): Disposable {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stall = promise;
    return { [Symbol.dispose]: resolve };
  }

  table(name: string): Promise<ServiceTable> {
    return Promise.resolve(this.#table(name));
  }

  /** What is on disk now: what a service finds that starts after a crash. */
  saved(table: string): ReadonlyMap<string, unknown> {
    return this.#table(table).saved;
  }

  /** Throws away what is not on disk, as a crash does. */
  crash(): void {
    for (const table of this.#tables.values()) table.forget();
  }

  #table(name: string): MemoryTable {
    let table = this.#tables.get(name);
    if (!table) this.#tables.set(name, (table = new MemoryTable(() => this.#disk())));
    return table;
  }

  async #disk(): Promise<void> {
    await this.#stall;
    if (!this.full) return;
    const message = 'the disk is full; make room where the gateway keeps its state';
    throw new GatewayError({ code: 'STORAGE_FULL', kind: 'unreachable', message });
  }
}

class MemoryTable implements ServiceTable {
  saved: ReadonlyMap<string, unknown> = new Map();
  readonly #disk: () => Promise<void>;
  #present = new Map<string, unknown>();

  constructor(disk: () => Promise<void>) {
    this.#disk = disk;
  }

  get(key: string): Promise<unknown> {
    return Promise.resolve(structuredClone(this.#present.get(key)));
  }

  entries(): Promise<readonly (readonly [key: string, value: unknown])[]> {
    return Promise.resolve(structuredClone([...this.#present]));
  }

  put(key: string, value: unknown): void {
    this.#present.set(key, structuredClone(value));
  }

  delete(key: string): void {
    this.#present.delete(key);
  }

  async settled(): Promise<void> {
    const wanted = new Map(this.#present);
    await this.#disk();
    this.saved = wanted;
  }

  forget(): void {
    this.#present = new Map(this.saved);
  }
}
