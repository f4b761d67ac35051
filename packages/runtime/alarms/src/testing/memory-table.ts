import type { ServiceTable } from '@fieldwarden/service';

/** A table whose disk is a map: what was put is there once `settled`, and what was not is gone after `kill`. */
export class MemoryTable implements ServiceTable {
  readonly onDisk = new Map<string, unknown>();
  readonly #waiting = new Map<string, unknown>();

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

  settled(): Promise<void> {
    for (const [key, value] of this.#waiting) {
      if (value === undefined) this.onDisk.delete(key);
      else this.onDisk.set(key, value);
    }
    this.#waiting.clear();
    return Promise.resolve();
  }

  /** As a process that is killed: the disk has what had settled. */
  kill(): void {
    this.#waiting.clear();
  }
}
