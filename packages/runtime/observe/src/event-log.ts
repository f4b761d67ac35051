import type { GatewayEvent } from '@fieldwarden/admin-contract';
import type { Clock } from '@fieldwarden/core';
import { Ring } from './ring.js';
import { Subscribers } from './subscribers.js';

/** An event before it has its place in the sequence. */
export type NewEvent = Omit<GatewayEvent, 'seq' | 'at'>;

export const eventCapacity = 5_000;

/**
 * What happened, in order: the newest 5,000 events in memory. `seq` counts from 1 without gaps, so that a reader who comes
 * back knows what it missed.
 */
export class EventLog {
  readonly #clock: Pick<Clock, 'wallMs'>;
  readonly #ring: Ring<GatewayEvent>;
  readonly #subscribers = new Subscribers<GatewayEvent>();
  #lastSeq = 0;

  constructor(clock: Pick<Clock, 'wallMs'>, capacity = eventCapacity) {
    this.#clock = clock;
    this.#ring = new Ring(capacity);
  }

  /** Numbers and stamps the event, keeps it, and tells the subscribers. */
  append(event: NewEvent): GatewayEvent {
    this.#lastSeq += 1;
    const numbered = { seq: this.#lastSeq, at: new Date(this.#clock.wallMs()).toISOString(), ...event };
    this.#ring.add(numbered);
    this.#subscribers.tell(numbered);
    return numbered;
  }

  /** Events after `seq`, oldest first. If the first one is not `seq + 1`, those between have fallen out. */
  since(seq: number): readonly GatewayEvent[] {
    return this.#ring.last(this.#lastSeq - seq);
  }

  /** The newest `count` events, oldest first. */
  last(count: number): readonly GatewayEvent[] {
    return this.#ring.last(count);
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Called within `append`, with every event from now on. A listener that throws is dropped. */
  subscribe(listener: (event: GatewayEvent) => void): Disposable {
    return this.#subscribers.add(listener);
  }
}
