import type { PongMessage } from '@fieldwarden/channel';

/** What the last pongs of one process say. */
export class Heartbeat {
  #sequence = 0;
  #sentAtMs: number | undefined;
  #previous: { readonly atMs: number; readonly cpuMs: number } | undefined;
  last: PongMessage | undefined;
  roundTripMs: number | undefined;
  cpuPercent: number | undefined;

  /** Number of the ping to send now. */
  nextPing(nowMs: number): number {
    this.#sequence += 1;
    this.#sentAtMs = nowMs;
    return this.#sequence;
  }

  pong(message: PongMessage, nowMs: number): void {
    if (message.sequence === this.#sequence && this.#sentAtMs !== undefined) this.roundTripMs = nowMs - this.#sentAtMs;
    const before = this.#previous;
    if (before && nowMs > before.atMs) this.cpuPercent = (100 * (message.cpuMs - before.cpuMs)) / (nowMs - before.atMs);
    this.#previous = { atMs: nowMs, cpuMs: message.cpuMs };
    this.last = message;
  }
}
