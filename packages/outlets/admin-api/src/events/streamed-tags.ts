import type { TagReadingsEvent } from '@fieldwarden/admin-contract';
import type { Clock, Timer } from '@fieldwarden/core';
import type { EventStream } from './event-stream.js';
import type { GatewayControl, TagFeed } from '../control/gateway-control.js';

/** Changes are gathered for so long: ten pictures a second are what a person can follow. */
const batchMs = 100;

/** How often it is told when tags without a change were last read: ages are shown to the second. */
const readingsMs = 1_000;

/** Of one event. Under load this is what waits in memory for a client, beside one latest value per tag. */
const maxBatchChars = 128 << 10;

/** The values of one stream: gathered, the latest of each tag, and only while the client takes them. */
export class StreamedTags {
  readonly stream: EventStream;
  readonly #clock: Clock;
  readonly #feed: TagFeed;
  #timer: Timer | undefined;
  #readings: Timer;

  constructor(stream: EventStream, control: GatewayControl, clock: Clock) {
    this.stream = stream;
    this.#clock = clock;
    this.#feed = control.openTagFeed(() => this.#gather(batchMs));
    stream.onDrain(() => {
      if (this.#feed.pending) this.#gather(0);
    });
    this.#readings = this.#armReadings();
    stream.onClose(() => this.#close());
  }

  /** Replaces what is watched; the answer is how many of the paths exist. */
  follow(paths: readonly string[]): number {
    return this.#feed.follow(paths);
  }

  #gather(delayMs: number): void {
    this.#timer ??= this.#clock.setTimer(() => this.#send(), delayMs);
  }

  #send(): void {
    this.#timer = undefined;
    while (this.#feed.pending && !this.stream.behind && !this.stream.closed) {
      this.stream.sendText('tag', `{"values":[${this.#feed.take(maxBatchChars)}]}`);
    }
  }

  /** A client that is behind hears of them when it is not any more: the newest source time counts. */
  #sendReadings(): void {
    if (this.stream.behind || this.stream.closed) return;
    const readings = this.#feed.takeReadings();
    if (readings.length > 0) this.stream.sendText('reading', JSON.stringify({ readings } satisfies TagReadingsEvent));
  }

  #armReadings(): Timer {
    const timer = this.#clock.setTimer(() => {
      this.#readings = this.#armReadings();
      this.#sendReadings();
    }, readingsMs);
    timer.unref();
    return timer;
  }

  #close(): void {
    this.#timer?.[Symbol.dispose]();
    this.#readings[Symbol.dispose]();
    this.#feed[Symbol.dispose]();
  }
}
