import type { Clock, Timer } from '@fieldwarden/core';
import type { EventStream } from './event-stream.js';
import type { GatewayControl, TagFeed } from '../control/gateway-control.js';

/** Changes are gathered for so long: ten pictures a second are what a person can follow. */
const batchMs = 100;

/** Of one event. Under load this is what waits in memory for a client, beside one latest value per tag. */
const maxBatchChars = 128 << 10;

/** The values of one stream: gathered, the latest of each tag, and only while the client takes them. */
export class StreamedTags {
  readonly stream: EventStream;
  readonly #clock: Clock;
  readonly #feed: TagFeed;
  #timer: Timer | undefined;

  constructor(stream: EventStream, control: GatewayControl, clock: Clock) {
    this.stream = stream;
    this.#clock = clock;
    this.#feed = control.openTagFeed(() => this.#gather(batchMs));
    stream.onDrain(() => {
      if (this.#feed.pending) this.#gather(0);
    });
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

  #close(): void {
    this.#timer?.[Symbol.dispose]();
    this.#feed[Symbol.dispose]();
  }
}
