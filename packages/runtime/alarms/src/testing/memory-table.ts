import type { ServiceTable } from '@fieldwarden/service';
import type { AlarmTables } from '../table-memory.js';

/** A table whose disk is a map: what was put is there once `settled`, and what was not is gone after `kill`. */
export class MemoryTable implements ServiceTable {
  readonly onDisk = new Map<string, unknown>();
  readonly #waiting = new Map<string, unknown>();
  #life = 0;
  #journal: { readonly chunks: MemoryTable; readonly heads: MemoryTable } | undefined;

  /** This one for alarms, and those of the journal in the same store, as a process has them open until it is killed. */
  get tables(): AlarmTables {
    this.#journal ??= { chunks: new MemoryTable(), heads: new MemoryTable() };
    return { alarms: this.#opened(), chunks: this.#journal.chunks.#opened(), heads: this.#journal.heads.#opened() };
  }

  #opened(): ServiceTable {
    const life = this.#life;
    const whileAlive = (act: () => void): void => (life === this.#life ? act() : undefined);
    return {
      get: (key) => this.get(key),
      entries: () => this.entries(),
      put: (key, value) => whileAlive(() => this.put(key, value)),
      delete: (key) => whileAlive(() => this.delete(key)),
      settled: async () => await (life === this.#life ? this.settled() : undefined),
    };
  }

  get(key: string): Promise<unknown> {
    return Promise.resolve(this.#waiting.has(key) ? this.#waiting.get(key) : this.onDisk.get(key));
  }

  entries(): Promise<readonly (readonly [string, unknown])[]> {
    return Promise.resolve([...new Map([...this.onDisk, ...this.#waiting])].filter(([, value]) => value !== undefined));
  }

  put(key: string, value: unknown): void {
    this.#waiting.set(key, structuredClone(value));
  }

  delete(key: string): void {
    this.#waiting.set(key, undefined);
  }

  async settled(): Promise<void> {
    for (const [key, value] of this.#waiting) {
      if (value === undefined) this.onDisk.delete(key);
      else this.onDisk.set(key, value);
    }
    this.#waiting.clear();
    await this.#journal?.chunks.settled();
    await this.#journal?.heads.settled();
  }

  /** As a process that is killed: the disk has what had settled. */
  kill(): void {
    this.#life += 1;
    this.#waiting.clear();
    this.#journal?.chunks.kill();
    this.#journal?.heads.kill();
  }
}
