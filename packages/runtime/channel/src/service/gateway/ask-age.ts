import type { Clock } from '@fieldwarden/core';
import { staleMs } from '../tags/mirror-currency.js';

/**
 * In the gateway: whether what a Host asks now may have waited for long, since this process or the Host stood still. That is over with
 * the pong to a ping that was sent after the silence: whatever the Host said before it has been read by then.
 */
export class AskAge {
  readonly #clock: Clock;
  #heardAtMs: number | undefined;
  #lastPing = 0;
  #freshFromPing: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get mayBeOld(): boolean {
    return this.#freshFromPing !== undefined;
  }

  /** The Host is pinged from now on: it is never silent for long of its own accord. */
  watch(): void {
    this.#heardAtMs = this.#clock.monotonicMs();
  }

  /** Bytes have come. Called before they are read. */
  heard(): void {
    if (this.#heardAtMs === undefined) return;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#heardAtMs > staleMs) this.#freshFromPing = this.#lastPing + 1;
    this.#heardAtMs = nowMs;
  }

  pinged(sequence: number): void {
    this.#lastPing = sequence;
  }

  ponged(sequence: number): void {
    if (this.#freshFromPing !== undefined && sequence >= this.#freshFromPing) this.#freshFromPing = undefined;
  }
}
