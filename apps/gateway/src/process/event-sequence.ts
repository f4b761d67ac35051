import { messageOf, type Logger } from '@fieldwarden/core';
import type { ServiceTable } from '@fieldwarden/service';
import { StateFile } from '@fieldwarden/storage';
import { rm } from 'node:fs/promises';

/** Numbers reserved at a time; an end of the gateway loses the rest of them, which is how readers notice it. */
const blockSize = 10_000;

/** The next block is reserved when so many are left: a write takes a moment. */
const reserve = 2_000;

const key = 'reservedSeq';

export interface EventSequenceDependencies {
  readonly table: ServiceTable;
  /** `<home>/events.json`, where gateways without `state.mdb` kept the same; read once, then removed. */
  readonly formerFile: string;
  readonly logger: Logger;
}

/**
 * Numbers for events that rise over restarts of the gateway, whatever ended it: the store holds a number that none given out so far
 * exceeds. A record that is lost costs the order against earlier runs, nothing else.
 */
export class EventSequence {
  readonly #deps: EventSequenceDependencies;
  #reservedSeq = 0;

  constructor(deps: EventSequenceDependencies) {
    this.#deps = deps;
  }

  /** Resolves, once the next numbers are safe, with one that every number of earlier runs is smaller than or equal to. Never rejects. */
  async resume(): Promise<number> {
    const kept = await this.#kept();
    const afterSeq = kept ?? this.#formerly() ?? 0;
    this.#reserve(afterSeq + blockSize);
    await this.#settled();
    return afterSeq;
  }

  /** Tell it of each number that is given out. */
  used(seq: number): void {
    if (seq > this.#reservedSeq - reserve) this.#reserve(this.#reservedSeq + blockSize);
  }

  #reserve(seq: number): void {
    this.#reservedSeq = seq;
    this.#deps.table.put(key, seq);
  }

  async #kept(): Promise<number | undefined> {
    const { table, logger } = this.#deps;
    try {
      const seq = await table.get(key);
      return isSeq(seq) ? seq : undefined;
    } catch (error) {
      logger.warn('the numbers of events are unreadable and begin anew', { error: messageOf(error) });
      return 0;
    }
  }

  #formerly(): number | undefined {
    const { formerFile: path, logger } = this.#deps;
    const content = (): object => ({});
    return new StateFile({
      path,
      what: 'the numbers of events',
      version: 1,
      parse: parseReserved,
      content,
      logger,
    }).read();
  }

  async #settled(): Promise<void> {
    const { table, formerFile, logger } = this.#deps;
    try {
      await table.settled();
      await rm(formerFile, { force: true });
    } catch (error) {
      logger.warn('the numbers of events may be given out again after a restart', { error: messageOf(error) });
    }
  }
}

function parseReserved({ reservedSeq }: Readonly<Record<string, unknown>>): number {
  if (isSeq(reservedSeq)) return reservedSeq;
  throw new TypeError('there is no number of an event');
}

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
