import { toGatewayError, type Logger } from '@fieldwarden/core';

/** One action after the other; a failed one keeps nobody from the next. */
export class ActionQueue {
  readonly #logger: Logger;
  #last: Promise<void> = Promise.resolve();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Settles as the action does. */
  run(action: () => Promise<void>): Promise<void> {
    const done = this.#last.then(action);
    this.#last = done.catch((error: unknown) => {
      this.#logger.warn(`an operation on the driver failed: ${toGatewayError(error).message}`);
    });
    return done;
  }
}
