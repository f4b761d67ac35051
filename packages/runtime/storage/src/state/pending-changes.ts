/** A record that is to be written or, without content, removed. */
export interface Change {
  readonly table: string;
  readonly key: string;
  readonly storedKey: Buffer;
  readonly content: Buffer | undefined;
}

/** What a change takes besides its bytes, roughly. */
const overheadBytes = 200;

/** Changes that are not on disk yet: of each record the latest, all together at most `maxBytes`. */
export class PendingChanges {
  readonly #maxBytes: number;
  readonly #byTable = new Map<string, Map<string, Change>>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** False when there is no room: what was pending for this record stays. */
  add(change: Change): boolean {
    const before = this.get(change.table, change.key);
    const grown = sizeOf(change) - (before ? sizeOf(before) : 0);
    if (this.#bytes + grown > this.#maxBytes) return false;
    this.#bytes += grown;
    const table = this.#byTable.get(change.table) ?? new Map<string, Change>();
    this.#byTable.set(change.table, table);
    table.set(change.key, change);
    return true;
  }

  get(table: string, key: string): Change | undefined {
    return this.#byTable.get(table)?.get(key);
  }

  ofTable(table: string): Iterable<Change> {
    return this.#byTable.get(table)?.values() ?? [];
  }

  all(): readonly Change[] {
    return [...this.#byTable.values()].flatMap((table) => [...table.values()]);
  }

  /** They are on disk. A record that was changed once more meanwhile stays pending. */
  written(changes: readonly Change[]): void {
    for (const change of changes) {
      const table = this.#byTable.get(change.table);
      if (table?.get(change.key) !== change) continue;
      table.delete(change.key);
      this.#bytes -= sizeOf(change);
      if (table.size === 0) this.#byTable.delete(change.table);
    }
  }
}

function sizeOf({ storedKey, content }: Change): number {
  return storedKey.length + (content?.length ?? 0) + overheadBytes;
}
