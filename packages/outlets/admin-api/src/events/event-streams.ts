import { nothingSecret, systemClock, type Clock, type Logger, type Redactor } from '@fieldwarden/core';
import type { Response } from 'express';
import type { Requester } from '../access/requester.js';
import { EventStream } from './event-stream.js';
import { eventStreamDefaults, type EventStreamLimits } from './event-stream-limits.js';
import type { GatewayControl } from '../control/gateway-control.js';
import { RequestRefused } from '../server/request-refused.js';
import { StreamedTags } from './streamed-tags.js';

export interface EventStreamsDependencies {
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly redactor?: Redactor;
}

/** Every open stream of server-sent events: bounded in number and in memory. */
export class EventStreams {
  readonly #limits: EventStreamLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #redactor: Redactor;
  readonly #open = new Set<EventStream>();
  readonly #tags = new Map<string, StreamedTags>();
  #dropped = 0;

  constructor(
    { logger, clock = systemClock, redactor = nothingSecret }: EventStreamsDependencies,
    limits: Partial<EventStreamLimits> = {},
  ) {
    this.#limits = { ...eventStreamDefaults, ...limits };
    this.#clock = clock;
    this.#logger = logger;
    this.#redactor = redactor;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Clients dropped because they read too slowly. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes the response over, for as long as the requester stands. Refused with 503 when too many streams are open. */
  open(response: Response, requester: Pick<Requester, 'stands'>): EventStream {
    if (this.#open.size >= this.#limits.maxStreams) throw this.#tooMany();
    const stream = new EventStream(response, this.#clock, this.#limits, {
      tooSlow: () => this.#drop(),
      mayStay: () => requester.stands(),
      redactor: this.#redactor,
    });
    this.#open.add(stream);
    stream.onClose(() => void this.#open.delete(stream));
    return stream;
  }

  /** Values for this stream, which its client chose a name for; a stream of the same name and requester makes room for it. */
  openTags(name: string, requester: Requester, stream: EventStream, control: GatewayControl): void {
    const key = streamKey(name, requester);
    this.#tags.get(key)?.stream.end();
    const tags = new StreamedTags(stream, control, this.#clock);
    this.#tags.set(key, tags);
    stream.onClose(() => {
      if (this.#tags.get(key) === tags) this.#tags.delete(key);
    });
  }

  /** Undefined if this requester has no stream of that name open. */
  tagsOf(name: string, requester: Requester): StreamedTags | undefined {
    return this.#tags.get(streamKey(name, requester));
  }

  /** Somebody may have lost what he had. */
  endThoseThatMayNotStay(): void {
    for (const stream of this.#open) stream.endUnlessMayStay();
  }

  closeAll(): void {
    for (const stream of this.#open) stream.end();
  }

  #drop(): void {
    this.#dropped += 1;
    this.#logger.warn(
      `dropped a client of an event stream that reads too slowly (more than ${this.#limits.maxBufferedBytes} bytes waited for it)`,
    );
  }

  #tooMany(): RequestRefused {
    return new RequestRefused({
      status: 503,
      code: 'TOO_MANY_STREAMS',
      detail: `${this.#limits.maxStreams} event streams are open already`,
      remedy: 'Close one of them.',
    });
  }
}

/** Nobody reaches the stream of another. */
function streamKey(name: string, requester: Requester): string {
  return `${requester.via}/${requester.principal.name}/${name}`;
}
