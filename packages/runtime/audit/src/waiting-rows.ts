interface Asker {
  /** Rows that were taken by then. */
  upTo: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Texts of rows that wait for the disk, and who waits for them. Beyond it rows are lost, and counted. */
export const maxWaitingBytes = 8 << 20;

/** Rows on their way to the disk, in their order. */
export class WaitingRows {
  readonly #texts: string[] = [];
  #askers: readonly Asker[] = [];
  #bytes = 0;
  #lost = 0;
  /** Rows taken, and those of them that are on disk. */
  #taken = 0;
  #kept = 0;

  get count(): number {
    return this.#texts.length;
  }

  get taken(): number {
    return this.#taken;
  }

  get kept(): number {
    return this.#kept;
  }

  /** Rows that found no room, and of which no row tells yet. */
  get lost(): number {
    return this.#lost;
  }

  /** False: there is no room for it. */
  add(text: string): boolean {
    if (this.#bytes + text.length > maxWaitingBytes) {
      this.#lost += 1;
      return false;
    }
    this.#texts.push(text);
    this.#bytes += text.length;
    this.#taken += 1;
    return true;
  }

  /** Before all that waits. */
  addFirst(text: string): void {
    this.#texts.unshift(text);
    this.#bytes += text.length;
    this.#taken += 1;
    for (const asker of this.#askers) asker.upTo += 1;
  }

  /** A row tells of those that were lost. */
  told(): void {
    this.#lost = 0;
  }

  first(count: number): readonly string[] {
    return this.#texts.slice(0, count);
  }

  /** The first ones are on disk. */
  done(texts: readonly string[]): void {
    this.#texts.splice(0, texts.length);
    for (const text of texts) this.#bytes -= text.length;
    this.#kept += texts.length;
    const kept = this.#kept;
    const [settled, others] = [this.#askers.filter(({ upTo }) => upTo <= kept), this.#askers.filter(({ upTo }) => upTo > kept)]; // prettier-ignore
    this.#askers = others;
    for (const { resolve } of settled) resolve();
  }

  /** They stay; who waits for them is told. */
  refused(error: unknown): void {
    const askers = this.#askers;
    this.#askers = [];
    for (const { reject } of askers) reject(error);
  }

  /** Resolves when all that was taken so far is on disk; rejects with what `refused` was told. */
  settled(): Promise<void> {
    if (this.#kept === this.#taken) return Promise.resolve();
    return new Promise<void>((resolve, reject) => {
      this.#askers = [...this.#askers, { upTo: this.#taken, resolve, reject }];
    });
  }
}
