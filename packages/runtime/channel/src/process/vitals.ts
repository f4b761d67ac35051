import { readFileSync } from 'node:fs';
import type { HostVitals } from '../messages.js';
import type { Clock } from '@fieldwarden/core';

/** How often the event loop's delay is looked at. */
const lagSampleMs = 200;

/** What a Host says about itself with each pong. */
export class Vitals {
  readonly #clock: Clock;
  #worstLagMs = 0;
  #dueMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sampleLater();
  }

  take(): HostVitals {
    const { heapUsed, rss } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return {
      loopLagMs: this.#takeLag(),
      heapUsedBytes: heapUsed,
      rssBytes: rss,
      privateBytes: privateBytes(rss),
      cpuMs: (user + system) / 1000,
      inspectorOpen: process.getBuiltinModule('node:inspector').url() !== undefined,
    };
  }

  #sampleLater(): void {
    this.#dueMs = this.#clock.monotonicMs() + lagSampleMs;
    this.#clock.setTimer(() => {
      this.#worstLagMs = Math.max(this.#worstLagMs, this.#clock.monotonicMs() - this.#dueMs);
      this.#sampleLater();
    }, lagSampleMs);
  }

  #takeLag(): number {
    const lagMs = Math.max(this.#worstLagMs, this.#clock.monotonicMs() - this.#dueMs);
    this.#worstLagMs = 0;
    return Math.max(0, lagMs);
  }
}

/** proc(5), statm: total, resident and shared pages. Their ratio spares asking for the page size. */
function privateBytes(rssBytes: number): number {
  try {
    const [, resident, shared] = readFileSync('/proc/self/statm', 'utf8').split(' ', 3).map(Number);
    return Math.round((rssBytes * (resident - shared)) / resident);
  } catch {
    return rssBytes;
  }
}
