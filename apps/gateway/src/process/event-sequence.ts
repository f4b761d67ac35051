import type { Logger } from '@fieldwarden/core';
import { StateFile } from '@fieldwarden/stability';

/** Numbers taken from the file at a time; an end of the gateway loses the rest of them, which is how readers notice it. */
const blockSize = 10_000;

/** The next block is taken when so many are left: a write takes a moment. */
const reserve = 2_000;

/**
 * Numbers for events that rise over restarts of the gateway, whatever ended it: `<home>/events.json` holds a number that none
 * given out so far exceeds. A file that is lost costs the order against earlier runs, nothing else.
 */
export class EventSequence {
  /** Every number of earlier runs is smaller or equal. */
  readonly afterSeq: number;
  readonly #file: StateFile<number>;
  #reservedSeq: number;

  constructor(path: string, logger: Logger) {
    this.#file = new StateFile({
      path,
      what: 'the numbers of events',
      parse: parseReserved,
      content: () => ({ version: 1, reservedSeq: this.#reservedSeq }),
      logger,
    });
    this.afterSeq = this.#file.read() ?? 0;
    this.#reservedSeq = this.afterSeq + blockSize;
    this.#file.write();
  }

  /** Tell it of each number that is given out. */
  used(seq: number): void {
    if (seq <= this.#reservedSeq - reserve) return;
    this.#reservedSeq += blockSize;
    this.#file.write();
  }

  /** Resolves when the numbers that may be given out are on disk, or failed to get there. */
  flushed(): Promise<void> {
    return this.#file.flushed();
  }
}

function parseReserved(json: unknown): number {
  const { version, reservedSeq } = (json ?? {}) as { version?: unknown; reservedSeq?: unknown };
  if (version !== 1 || !Number.isSafeInteger(reservedSeq) || (reservedSeq as number) < 0)
    throw new TypeError('not a file of event numbers, version 1');
  return reservedSeq as number;
}
