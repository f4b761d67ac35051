import type { GatewayError } from '@fieldwarden/core';
import type { CallContext } from '@fieldwarden/driver';

/** The context of one call; its AbortController is only made if somebody looks at the signal. */
export class InvokedCall implements CallContext {
  readonly correlationId: string;
  readonly deadlineMs: number;
  #controller: AbortController | undefined;
  #givenUp: GatewayError | undefined;

  constructor(correlationId: string, deadlineMs: number) {
    this.correlationId = correlationId;
    this.deadlineMs = deadlineMs;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#givenUp) this.#controller.abort(this.#givenUp);
    }
    return this.#controller.signal;
  }

  /** Nobody waits for this call any more. */
  get givenUp(): boolean {
    return this.#givenUp !== undefined;
  }

  giveUp(reason: GatewayError): void {
    this.#givenUp = reason;
    this.#controller?.abort(reason);
  }
}
