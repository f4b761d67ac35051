import type { Clock, LogFields, Logger, LogLevel } from '@fieldwarden/core';
import { TokenBucket } from './token-bucket.js';

/** SPEC §4.8. */
const lineLimits = { perSecond: 1_000, burst: 5_000 } as const;

/** A record that came over the channel can be as long as a frame. */
const maxLineLength = 16 * 1024;

/** Lines that a death record shows. */
const tailLength = 50;

export type HostStream = 'stdout' | 'stderr' | 'channel';

/** All that one Host says, whether by printing or by its logger: limited, counted, and kept for its post-mortem. */
export class HostLog {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #bucket: TokenBucket;
  readonly #tail: string[] = [];
  #droppedSinceReport = 0;
  /** Lines over the limit, since the gateway started. */
  dropped = 0;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
    this.#bucket = new TokenBucket(lineLimits, clock.monotonicMs());
  }

  /** The last 50 lines, oldest first. */
  get tail(): readonly string[] {
    return [...this.#tail];
  }

  /** A new process: its post-mortem shall not show lines of the one before. */
  startTail(): void {
    this.#tail.length = 0;
  }

  write(spawn: number, stream: HostStream, level: LogLevel, message: string, fields?: LogFields): void {
    if (!this.#bucket.take(this.#clock.monotonicMs())) {
      this.dropped += 1;
      this.#droppedSinceReport += 1;
      return;
    }
    this.#reportDropped(spawn);
    const line = message.length > maxLineLength ? `${message.slice(0, maxLineLength)} [cut]` : message;
    this.#keep(line);
    this.#logger[level](line, { ...fields, spawn, stream });
  }

  #reportDropped(spawn: number): void {
    if (this.#droppedSinceReport === 0) return;
    this.#logger.warn('lines of the Host were dropped: it logs too fast', { spawn, lines: this.#droppedSinceReport });
    this.#droppedSinceReport = 0;
  }

  #keep(line: string): void {
    this.#tail.push(line);
    if (this.#tail.length > tailLength) this.#tail.shift();
  }
}
