import { toGatewayError, type Logger } from '@fieldwarden/core';

/** What has to be ended, in the order in which it was begun. */
export class Ends {
  readonly #ends: { readonly what: string; readonly end: () => unknown }[] = [];

  add(what: string, end: () => unknown): void {
    this.#ends.push({ what, end });
  }

  /** Newest first; one that fails keeps nobody from ending. Never rejects. */
  async run(logger: Logger): Promise<void> {
    for (const { what, end } of this.#ends.reverse()) {
      try {
        await end();
      } catch (error) {
        logger.error(`stopping ${what} failed: ${toGatewayError(error).message}`);
      }
    }
  }
}
