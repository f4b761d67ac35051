import type { Clock, Timer } from '@fieldwarden/core';
import type { Feed } from './feed.js';
import type { Listener } from './listener.js';

const longestSweepMs = 1_000;
/** A sweep later than this says that the process itself was stopped, not the topics. */
const ownStallMs = 1_000;

/** Turns points whose topics have fallen silent uncertain, then Bad (SPEC §9.4). Looks only while there is a connection. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  #timer: Timer | undefined;
  #dueMs = 0;
  #isConnected = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(listener: Listener): void {
    if (listener.settings.silentAfterMs === null) return;
    this.#listeners.add(listener);
    this.#schedule();
  }

  delete(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#stop();
  }

  /** Silence counts from now: what the topics said in between nobody heard. */
  connected(): void {
    this.#isConnected = true;
    const nowMs = this.#clock.monotonicMs();
    for (const listener of this.#listeners) listener.heard(nowMs);
    this.#schedule();
  }

  disconnected(): void {
    this.#isConnected = false;
    this.#stop();
  }

  #schedule(): void {
    if (this.#timer || !this.#isConnected || this.#listeners.size === 0) return;
    const shortest = Math.min(...[...this.#listeners].slice(0, 1_000).map(({ settings }) => settings.silentAfterMs!));
    const sweepMs = Math.min(longestSweepMs, Math.max(20, shortest / 4));
    this.#dueMs = this.#clock.monotonicMs() + sweepMs;
    this.#timer = this.#clock.setTimer(() => this.#sweep(), sweepMs);
  }

  #sweep(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.monotonicMs();
    const wasStopped = nowMs - this.#dueMs >= ownStallMs;
    this.#schedule(); // first of all: one look that fails is not the end of looking
    if (wasStopped) return;
    const wallMs = this.#clock.wallMs();
    const feeds = new Set<Feed>();
    for (const listener of this.#listeners) if (listener.look(nowMs, wallMs)) feeds.add(listener.feed);
    for (const feed of feeds) feed.flush();
  }

  #stop(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }
}
