import { toGatewayError, type Logger } from '@fieldwarden/core';

/** How the gateway is shut down: each part that is started adds the step that ends it. */
export class ShutdownSteps {
  readonly #steps: { readonly what: string; readonly end: () => unknown }[] = [];

  add(what: string, end: () => unknown): void {
    this.#steps.push({ what, end });
  }

  /** What was started last ends first; a step that fails stops no other. Never rejects. */
  async run(logger: Logger): Promise<void> {
    for (const { what, end } of this.#steps.reverse()) {
      try {
        await end();
      } catch (error) {
        logger.error(`stopping ${what} failed: ${toGatewayError(error).message}`);
      }
    }
  }
}
