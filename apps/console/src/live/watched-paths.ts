import type { BrowserClock, Cancel } from '../platform/browser-clock.js';

/** What one stream may watch; what is beyond it is not asked for, and the page says so by its age. */
export const maxWatchedPaths = 5_000;

/** Scrolling changes the visible rows many times a second; the gateway hears of it when the list rests. */
const settleMs = 120;

/** Failed requests are repeated: without them the values on the screen stand still. */
const retryMs = 2_000;

/** Which tags anybody on the page looks at, told to the gateway as one set. */
export class WatchedPaths {
  readonly #counts = new Map<string, number>();
  readonly #clock: BrowserClock;
  readonly #send: (paths: readonly string[]) => Promise<void>;
  #cancelTimer: Cancel | undefined;
  #connected = false;

  constructor(clock: BrowserClock, send: (paths: readonly string[]) => Promise<void>) {
    this.#clock = clock;
    this.#send = send;
  }

  get paths(): readonly string[] {
    return [...this.#counts.keys()].slice(0, maxWatchedPaths);
  }

  /** Watches these until the answer is called. */
  add(paths: readonly string[]): Cancel {
    for (const path of paths) this.#counts.set(path, (this.#counts.get(path) ?? 0) + 1);
    this.#settle(settleMs);
    return () => this.#remove(paths);
  }

  /** A stream begins with nothing watched. */
  connected(): void {
    this.#connected = true;
    this.#settle(0);
  }

  disconnected(): void {
    this.#connected = false;
    this.#cancelTimer?.();
  }

  #remove(paths: readonly string[]): void {
    for (const path of paths) {
      const count = (this.#counts.get(path) ?? 1) - 1;
      if (count > 0) this.#counts.set(path, count);
      else this.#counts.delete(path);
    }
    this.#settle(settleMs);
  }

  #settle(delayMs: number): void {
    if (!this.#connected) return;
    this.#cancelTimer?.();
    this.#cancelTimer = this.#clock.after(delayMs, () => void this.#tell());
  }

  async #tell(): Promise<void> {
    try {
      await this.#send(this.paths);
    } catch {
      this.#settle(retryMs);
    }
  }
}
