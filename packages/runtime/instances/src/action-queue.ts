import { toGatewayError, Turns, type Logger } from '@fieldwarden/core';

/** One action after the other; a failed one keeps nobody from the next. */
export class ActionQueue {
  readonly #logger: Logger;
  readonly #turns = new Turns();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Settles as the action does. */
  run(action: () => Promise<void>): Promise<void> {
    const done = this.#turns.take(action);
    done.catch((error: unknown) => {
      this.#logger.warn(`an operation on the driver failed: ${toGatewayError(error).message}`);
    });
    return done;
  }
}
