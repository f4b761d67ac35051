import { messageOf, type Logger } from '@fieldwarden/core';
import type { ServiceTable } from '@fieldwarden/service';

/** So many numbers are set aside at a time: at 20,000 a second they last half a day, and 2^53 for nine million starts. */
const block = 1_000_000_000;
const key = 'reserved';

/**
 * The `seq` of messages: one row of numbers for all topics, so that it grows in each. It goes on over restarts and `kill -9`: numbers are
 * set aside on disk before they are used.
 */
export class SequenceNumbers {
  readonly #table: ServiceTable;
  readonly #logger: Logger;
  #last: number;
  #reserved: number;

  private constructor(table: ServiceTable, last: number, logger: Logger) {
    this.#table = table;
    this.#logger = logger;
    this.#last = last;
    this.#reserved = last;
  }

  /** Rejects, kind `unreachable`, when the disk does not take the first block. */
  static async open(table: ServiceTable, logger: Logger): Promise<SequenceNumbers> {
    const kept = await table.get(key);
    const numbers = new SequenceNumbers(table, typeof kept === 'number' ? kept : 0, logger);
    numbers.#reserve();
    await table.settled();
    return numbers;
  }

  next(): number {
    this.#last += 1;
    if (this.#reserved - this.#last === block / 2) this.#reserveLater();
    return this.#last;
  }

  #reserve(): void {
    this.#reserved += block;
    this.#table.put(key, this.#reserved);
  }

  #reserveLater(): void {
    this.#reserve();
    this.#table.settled().catch((error: unknown) => {
      this.#logger.error(`numbers of messages could not be set aside: ${messageOf(error)}`, { error });
    });
  }
}
