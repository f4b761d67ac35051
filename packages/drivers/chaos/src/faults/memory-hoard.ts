/** 1 MB as in `leak:MBperS`. */
export const megabyteBytes = 1_000_000;

/** Private memory that is held for no purpose. */
export class MemoryHoard {
  readonly #chunks: ArrayBuffer[] = [];
  readonly #capBytes: number;
  #bytes = 0;

  constructor(capBytes: number) {
    this.#capBytes = capBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#capBytes;
  }

  /** Takes so much more, or what is left up to the cap. Every page is written to: untouched ones cost nothing. */
  grow(byBytes: number): void {
    const bytes = Math.min(Math.floor(byBytes), this.#capBytes - this.#bytes);
    if (bytes <= 0) return;
    const chunk = new ArrayBuffer(bytes);
    new Uint8Array(chunk).fill(0xa5);
    this.#chunks.push(chunk);
    this.#bytes += bytes;
  }

  /** Gives everything back at once, without waiting for the collector: a detached buffer has no memory any more. */
  release(): void {
    for (const chunk of this.#chunks.splice(0)) chunk.transfer(0);
    this.#bytes = 0;
  }
}
