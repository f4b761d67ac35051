import type { Clock, TagValue } from '@fieldwarden/core';
import { recordKeyOf, type ServiceTable } from '@fieldwarden/service';

/** A written value as it stands in the table of this service. */
export interface KeptValue {
  readonly path: string;
  /** Data type in which it was written: a value of another type counts no more. */
  readonly dataType: string;
  readonly value: TagValue;
  /** ms since 1970 UTC. */
  readonly sourceAtMs: number;
  /** When it was handed to the disk. */
  readonly writtenAtMs: number;
}

/** Values that were written, on disk: one record a tag. */
export class KeptValues {
  readonly #table: ServiceTable;
  readonly #clock: Pick<Clock, 'wallMs'>;
  readonly #byPath = new Map<string, KeptValue>();

  private constructor(table: ServiceTable, clock: Pick<Clock, 'wallMs'>) {
    this.#table = table;
    this.#clock = clock;
  }

  /** With what was kept before. Rejects with kind `unreachable` when the file cannot be read. */
  static async open(table: ServiceTable, clock: Pick<Clock, 'wallMs'>): Promise<KeptValues> {
    const kept = new KeptValues(table, clock);
    for (const [key, value] of await table.entries()) {
      if (isKept(value) && recordKeyOf(value.path) === key) kept.#byPath.set(value.path, value);
      else table.delete(key);
    }
    return kept;
  }

  get paths(): Iterable<string> {
    return this.#byPath.keys();
  }

  get(path: string): KeptValue | undefined {
    return this.#byPath.get(path);
  }

  /** Throws kind `bug` for a value that no record can hold: more than 1 MiB. */
  put(value: Omit<KeptValue, 'writtenAtMs'>): void {
    const kept = { ...value, writtenAtMs: this.#clock.wallMs() };
    this.#table.put(recordKeyOf(value.path), kept);
    this.#byPath.set(value.path, kept);
  }

  delete(path: string): void {
    if (this.#byPath.delete(path)) this.#table.delete(recordKeyOf(path));
  }

  /** All that was put so far is on disk. Rejects with kind `unreachable` when the disk refuses; it is tried again all the same. */
  async settled(): Promise<void> {
    await this.#table.settled();
  }
}

function isKept(value: unknown): value is KeptValue {
  const {
    path,
    dataType,
    value: kept,
    sourceAtMs,
    writtenAtMs,
  } = (value ?? {}) as Partial<Record<keyof KeptValue, unknown>>;
  return (
    typeof path === 'string' &&
    typeof dataType === 'string' &&
    kept !== undefined &&
    typeof sourceAtMs === 'number' &&
    typeof writtenAtMs === 'number'
  );
}
