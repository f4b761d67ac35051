import type { BrowserClock, Cancel } from './browser-clock.js';

/** A clock that moves when a test says so. */
export class TestClock implements BrowserClock {
  #nowMs: number;
  #timers: { readonly at: number; readonly action: () => void }[] = [];

  constructor(nowMs = Date.UTC(2030, 0, 1)) {
    this.#nowMs = nowMs;
  }

  get waiting(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): Cancel {
    const timer = { at: this.#nowMs + delayMs, action };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  advance(ms: number): void {
    const end = this.#nowMs + ms;
    for (let next = this.#nextBefore(end); next; next = this.#nextBefore(end)) {
      this.#nowMs = next.at;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.action();
    }
    this.#nowMs = end;
  }

  #nextBefore(end: number): { readonly at: number; readonly action: () => void } | undefined {
    return this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}
