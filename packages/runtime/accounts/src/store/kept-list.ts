import { isGatewayError, messageOf, type GatewayError } from '@fieldwarden/core';

/** Something is in force. `kept`: after a restart, too; else why it would not be. */
export type Kept = { readonly kept: true } | { readonly kept: false; readonly reason: string };

export interface KeptListOptions<Entry> {
  readonly read: () => Promise<readonly Entry[]>;
  readonly write: (entries: readonly Entry[]) => Promise<void>;
  /** Runs what writes the file; a reserve of the disk may help it. Default: just runs it. */
  readonly keeping?: ((write: () => Promise<void>) => Promise<void>) | undefined;
  /** Called when the file turns out to be damaged, and when it is sound again. */
  readonly onTrouble?: ((trouble: GatewayError | undefined) => void) | undefined;
}

/**
 * A list in a small file of the home that says who may come in. What was read stands in memory; what changes is in force at once. A damaged file
 * leaves the list empty, as `trouble` says, until it is restored or removed and somebody on the machine has it read again.
 */
export class KeptList<Entry> {
  readonly #options: KeptListOptions<Entry>;
  #entries: readonly Entry[] = [];
  #trouble: GatewayError | undefined;
  /** What is in force is not on disk. */
  #isUnkept = false;

  constructor(options: KeptListOptions<Entry>) {
    this.#options = options;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get trouble(): GatewayError | undefined {
    return this.#trouble;
  }

  async read(): Promise<void> {
    const had = this.#trouble;
    try {
      this.#entries = await this.#options.read();
      this.#trouble = undefined;
    } catch (error) {
      if (!isGatewayError(error)) throw error;
      this.#trouble = error;
    }
    if (Boolean(had) !== Boolean(this.#trouble)) this.#options.onTrouble?.(this.#trouble);
  }

  /** Whoever asks may have mended the file by now. Rejects with the trouble. */
  async readable(): Promise<void> {
    if (this.#trouble) await this.read();
    if (this.#trouble) throw this.#trouble;
  }

  /** Counts at once, so that nothing gets in between; taken back, and rejected, if it cannot be kept. For what gives somebody more. */
  async give(after: readonly Entry[]): Promise<void> {
    const before = this.#entries;
    this.#entries = after;
    try {
      await this.#write(after);
    } catch (error) {
      if (this.#entries === after) this.#entries = before;
      throw error;
    }
  }

  /** Counts at once and for good, also if the disk does not take it: who was shut out stays out. */
  async take(after: readonly Entry[]): Promise<Kept> {
    this.#entries = after;
    this.#isUnkept = true;
    try {
      await this.#write(after);
      return { kept: true };
    } catch (error) {
      return { kept: false, reason: messageOf(error) };
    }
  }

  /** In force; written with the next change, or by `keep`. For what may be lost. */
  note(after: readonly Entry[]): void {
    this.#entries = after;
    this.#isUnkept = true;
  }

  /** Writes what could not be kept before. Rejects with what the disk says. */
  async keep(): Promise<void> {
    if (this.#isUnkept && !this.#trouble) await this.#write(this.#entries);
  }

  async #write(entries: readonly Entry[]): Promise<void> {
    const { keeping = (write) => write(), write } = this.#options;
    await keeping(() => write(entries));
    if (this.#entries === entries) this.#isUnkept = false;
  }
}
