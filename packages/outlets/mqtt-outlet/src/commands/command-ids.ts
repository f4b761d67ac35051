import { createHash } from 'node:crypto';
import type { WriteOutcome } from '@fieldwarden/core';
import type { ServiceTable } from '@fieldwarden/service';

/** What became of a command. */
export interface CommandResult {
  readonly outcome: WriteOutcome;
  /** Name of the OPC UA status. */
  readonly status: string;
  readonly message?: string;
}

/** `begun`: it was about to be written when the gateway ended; nobody knows whether it was. */
type Kept = { readonly atMs: number } & ({ readonly begun: true } | { readonly result: CommandResult });

/** INTERFACES §19: 7 days, and at least 100,000. */
const keptMs = 7 * 86_400_000;
const mostKept = 100_000;

/** Commands that were carried out, by tag and id, over restarts: none is written twice. */
export class CommandIds {
  readonly #table: ServiceTable;
  readonly #wallMs: () => number;
  /** Oldest first. */
  readonly #kept: Map<string, Kept>;

  private constructor(table: ServiceTable, kept: Map<string, Kept>, wallMs: () => number) {
    this.#table = table;
    this.#kept = kept;
    this.#wallMs = wallMs;
  }

  static async open(table: ServiceTable, wallMs: () => number): Promise<CommandIds> {
    const entries = (await table.entries()) as readonly (readonly [string, Kept])[];
    const ids = new CommandIds(table, new Map(entries.toSorted(([, a], [, b]) => a.atMs - b.atMs)), wallMs);
    ids.#forgetOld();
    return ids;
  }

  /** What became of it, when it is known already. */
  resultOf(path: string, id: string | number): CommandResult | undefined {
    const kept = this.#kept.get(keyOf(path, id));
    if (!kept) return undefined;
    if ('result' in kept) return kept.result;
    return { outcome: 'unknown', status: 'BadShutdown', message: endedMeanwhile };
  }

  /** Resolves when it is on disk that this command is about to be written; until then it must not be. Rejects when the disk refuses. */
  async begin(path: string, id: string | number): Promise<void> {
    this.#keep(keyOf(path, id), { atMs: this.#wallMs(), begun: true });
    this.#forgetOld();
    await this.#table.settled();
  }

  end(path: string, id: string | number, result: CommandResult): void {
    this.#keep(keyOf(path, id), { atMs: this.#wallMs(), result });
  }

  /** Resolves when all of it is on disk. Rejects when the disk refuses. */
  async settled(): Promise<void> {
    await this.#table.settled();
  }

  /** Nothing was written: the same command may come again. */
  forget(path: string, id: string | number): void {
    this.#kept.delete(keyOf(path, id));
    this.#table.delete(keyOf(path, id));
  }

  #keep(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    this.#table.put(key, kept);
  }

  #forgetOld(): void {
    const beforeMs = this.#wallMs() - keptMs;
    for (const [key, { atMs }] of this.#kept) {
      if (this.#kept.size <= mostKept && atMs >= beforeMs) return;
      this.#kept.delete(key);
      this.#table.delete(key);
    }
  }
}

const endedMeanwhile =
  'the gateway ended while this command was being written; look at the tag before it is sent again with another id';

/** Keys have at most 500 bytes, which a long path and a long id are not. */
function keyOf(path: string, id: string | number): string {
  return createHash('sha256')
    .update(JSON.stringify([path, id]))
    .digest('base64url');
}
