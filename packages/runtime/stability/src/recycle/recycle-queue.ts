import { delay, messageOf, type Clock, type Logger } from '@fieldwarden/core';

/** Longest stop plus longest start that a plant may ask for, and some more. */
const longestTurnMs = 30 * 60_000;

/**
 * Lets one scheduled recycle happen at a time over all drivers, first come first served (SPEC §6.3). A turn that never ends
 * is left behind after half an hour, so that it holds up the others no longer.
 */
export class RecycleQueue {
  readonly #clock: Clock;
  readonly #logger: Logger;
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Turns that have not ended, the one under way included. */
  get length(): number {
    return this.#waiting;
  }

  /** Settles when `turn`, which should look whether it is still wanted, has had its time. Never rejects. */
  run(driverId: string, turn: () => Promise<void>): Promise<void> {
    this.#waiting += 1;
    this.#tail = this.#tail.then(async () => {
      await this.#take(driverId, turn);
      this.#waiting -= 1;
    });
    return this.#tail;
  }

  async #take(driverId: string, turn: () => Promise<void>): Promise<void> {
    const over = new AbortController();
    const tooLong = delay(this.#clock, longestTurnMs, over.signal).then(
      () => this.#logger.warn('a scheduled recycle does not end; the next driver takes its turn', { driverId }),
      () => undefined,
    );
    try {
      await Promise.race([turn(), tooLong]);
    } catch (error) {
      this.#logger.warn(`a scheduled recycle failed: ${messageOf(error)}`, { driverId });
    } finally {
      over.abort(new Error('the turn is over'));
    }
  }
}
