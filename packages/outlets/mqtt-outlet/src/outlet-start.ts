import { delay, GatewayError, type Clock } from '@fieldwarden/core';

/** A start that may be stopped before it is done. */
export class OutletStart {
  readonly #clock: Clock;
  readonly #what: string;
  #starting: Promise<void> | undefined;
  #isStopping = false;

  /** `what` is started: `the MQTT outlet`. */
  constructor(clock: Clock, what: string) {
    this.#clock = clock;
    this.#what = what;
  }

  /** `open` calls `goOn` after each wait, which throws once nobody wants the start any more. */
  async run(signal: AbortSignal, open: (goOn: () => void) => Promise<void>): Promise<void> {
    this.#starting = open(() => {
      signal.throwIfAborted();
      if (this.#isStopping) throw this.#stopped();
    });
    await this.#starting;
  }

  /** Lets it go no further. A start that waits for a disk is not waited for longer than `patienceMs`. */
  async stop(patienceMs: number): Promise<void> {
    this.#isStopping = true;
    const isDone = new AbortController();
    const patience = delay(this.#clock, patienceMs, isDone.signal).catch(() => undefined);
    await Promise.race([this.#starting?.catch(() => undefined), patience]);
    isDone.abort();
  }

  #stopped(): GatewayError {
    const message = `${this.#what} was stopped while it started`;
    return new GatewayError({ code: 'MQTT_STOPPED', kind: 'cancelled', message });
  }
}
