import type { Clock, Timer } from '@fieldwarden/core';

export interface WatchedConnection {
  readonly underWay: number;
  readonly acknowledgements: number;
  readonly unsentBytes: number;
}

/** Looks so many times in the time that is allowed. */
const looks = 4;

/**
 * Ends a connection whose broker takes messages and acknowledges none. It counts its own looks, not the time: a stall of the event loop
 * is one look. A slow broker that still takes bytes is waited for.
 */
export class AcknowledgeWatch implements Disposable {
  readonly #clock: Clock;
  readonly #connection: WatchedConnection;
  readonly #periodMs: number;
  readonly #onStall: () => void;
  #timer: Timer | undefined;
  #idleLooks = 0;
  #acknowledgements = 0;
  #unsentBytes = 0;

  constructor(clock: Clock, connection: WatchedConnection, timeoutMs: number, onStall: () => void) {
    this.#clock = clock;
    this.#connection = connection;
    this.#periodMs = timeoutMs / looks;
    this.#onStall = onStall;
    this.#arm();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }

  #arm(): void {
    this.#timer = this.#clock.setTimer(() => this.#look(), this.#periodMs);
    this.#timer.unref();
  }

  #look(): void {
    const { underWay, acknowledgements, unsentBytes } = this.#connection;
    const moves = acknowledgements !== this.#acknowledgements || unsentBytes < this.#unsentBytes;
    this.#idleLooks = underWay === 0 || moves ? 0 : this.#idleLooks + 1;
    this.#acknowledgements = acknowledgements;
    this.#unsentBytes = unsentBytes;
    if (this.#idleLooks >= looks) this.#onStall();
    else this.#arm();
  }
}
