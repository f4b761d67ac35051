import type { EventGap, GatewayEvent, NewGatewayEvent } from '@fieldwarden/gateway-contract';
import { nothingSecret, type Clock, type Redactor } from '@fieldwarden/core';
import { randomUUID } from 'node:crypto';
import { Ring } from './logs/ring.js';
import { Subscribers } from './subscribers.js';

export const eventCapacity = 5_000;

export interface EventLogOptions {
  readonly capacity?: number;
  /** Told of every `seq` that is given out, before its event is. */
  readonly onSeq?: (seq: number) => void;
  /** Of every event. Default: nothing is secret. */
  readonly redactor?: Redactor;
}

/**
 * What happened, in order: the newest 5,000 events in memory. `seq` counts without gaps within one run of the gateway and jumps
 * ahead at its start, so that a reader who comes back knows that it may have missed something.
 */
export class EventLog {
  /** New with every start of the gateway. */
  readonly bootId = randomUUID();
  readonly #clock: Pick<Clock, 'wallMs'>;
  readonly #ring: Ring<GatewayEvent>;
  readonly #subscribers = new Subscribers<GatewayEvent>();
  #afterSeq = 0;
  readonly #onSeq: ((seq: number) => void) | undefined;
  readonly #redactor: Redactor;
  #lastSeq = 0;

  constructor(
    clock: Pick<Clock, 'wallMs'>,
    { capacity = eventCapacity, onSeq, redactor = nothingSecret }: EventLogOptions = {},
  ) {
    this.#clock = clock;
    this.#ring = new Ring(capacity);
    this.#onSeq = onSeq;
    this.#redactor = redactor;
  }

  /** Once, before the first event: no `seq` of earlier runs is greater. Without it, nobody remembers any. */
  resumeAfter(seq: number): void {
    if (this.#lastSeq > 0) throw new Error('events have been numbered already');
    this.#afterSeq = seq;
    this.#lastSeq = seq;
  }

  /** Numbers and stamps the event, keeps it, and tells the subscribers. */
  append(event: NewGatewayEvent): GatewayEvent {
    this.#lastSeq += 1;
    this.#onSeq?.(this.#lastSeq);
    const at = new Date(this.#clock.wallMs()).toISOString();
    const numbered = { seq: this.#lastSeq, at, ...this.#redactor.redactValue(event) };
    this.#ring.add(numbered);
    this.#subscribers.tell(numbered);
    return numbered;
  }

  /** Events after `seq`, oldest first. If the first one is not `seq + 1`, those between have fallen out. */
  since(seq: number): readonly GatewayEvent[] {
    return this.#ring.last(this.#lastSeq - seq);
  }

  /**
   * What a reader who has seen everything up to `seq` may have missed; undefined if `since(seq)` goes on where it stopped, and for
   * 0: who has seen nothing misses nothing.
   */
  gapAfter(seq: number): EventGap | undefined {
    if (seq === 0) return undefined;
    const nextSeq = this.#lastSeq + 1 - this.#ring.size;
    const restarted = seq <= this.#afterSeq || seq > this.#lastSeq;
    return restarted || seq < nextSeq - 1 ? { afterSeq: seq, nextSeq, restarted } : undefined;
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
