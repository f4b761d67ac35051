import type { Clock, Logger } from '@fieldwarden/core';
import type { ServiceTable } from '@fieldwarden/service';
import { DebouncedWrite, StateFile } from '@fieldwarden/stability';

/** How much may be lost when the gateway is killed (SPEC §16.5). */
const lossMs = 250;

/** The records of alarms in one JSON file, `<home>/alarms.json`, replaced as a whole. A damaged file costs the memory only. */
export class AlarmFile implements ServiceTable {
  readonly #records: Map<string, unknown>;
  readonly #file: StateFile<Map<string, unknown>>;
  readonly #write: DebouncedWrite;

  constructor(path: string, clock: Clock, logger: Logger) {
    this.#file = new StateFile({
      path,
      what: 'records of alarms',
      parse: parseRecords,
      content: () => ({ version: 1, alarms: Object.fromEntries(this.#records) }),
      logger,
    });
    this.#write = new DebouncedWrite(this.#file, clock);
    this.#records = this.#file.read() ?? new Map<string, unknown>();
  }

  get(key: string): Promise<unknown> {
    return Promise.resolve(this.#records.get(key));
  }

  entries(): Promise<readonly (readonly [string, unknown])[]> {
    return Promise.resolve([...this.#records]);
  }

  put(key: string, value: unknown): void {
    this.#records.set(key, value);
    this.#write.within(lossMs);
  }

  delete(key: string): void {
    if (this.#records.delete(key)) this.#write.within(lossMs);
  }

  async settled(): Promise<void> {
    this.#write.now();
    await this.#file.flushed();
  }
}

function parseRecords(json: unknown): Map<string, unknown> {
  const { version, alarms } = (json ?? {}) as { version?: unknown; alarms?: unknown };
  if (version !== 1 || typeof alarms !== 'object' || alarms === null)
    throw new TypeError('not a file of alarms, version 1');
  return new Map(Object.entries(alarms));
}
