import type { Clock, Redactor, Timer } from '@fieldwarden/core';
import type { Response } from 'express';
import { words, wordsAndValues } from '../server/kept-fields.js';
import type { EventStreamLimits } from './event-stream-limits.js';

export interface ServerSentEvent {
  /** Comes back as `Last-Event-ID` when the client reconnects. */
  readonly id?: number;
  readonly event?: string;
  /** Sent as JSON. */
  readonly data: unknown;
}

/** One client's stream of server-sent events (WHATWG HTML, 9.2). */
export class EventStream {
  readonly #response: Response;
  readonly #clock: Clock;
  readonly #limits: EventStreamLimits;
  readonly #tooSlow: () => void;
  readonly #mayStay: () => boolean;
  readonly #redactor: Redactor;
  #keepAlive: Timer;

  /** `mayStay` is asked now and then: a stream outlives the request that was let in. */
  constructor(
    response: Response,
    clock: Clock,
    limits: EventStreamLimits,
    {
      tooSlow,
      mayStay,
      redactor,
    }: { readonly tooSlow: () => void; readonly mayStay: () => boolean; readonly redactor: Redactor },
  ) {
    this.#redactor = redactor;
    this.#response = response;
    this.#clock = clock;
    this.#limits = limits;
    this.#tooSlow = tooSlow;
    this.#mayStay = mayStay;
    this.#keepAlive = this.#armKeepAlive();
    this.onClose(() => this.#keepAlive[Symbol.dispose]());
    response.on('error', () => undefined); // the client went away: 'close' follows
    response.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    response.flushHeaders();
    if (response.req.method === 'HEAD') response.end();
  }

  get closed(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  /** The client is behind: what can be summed up should wait for `onDrain`. */
  get behind(): boolean {
    return this.#response.writableNeedDrain;
  }

  send({ id, event, data }: ServerSentEvent): void {
    const head = `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}`;
    this.#write(`${head}data: ${this.#redactor.redactJson(data, event === 'value' ? wordsAndValues : words)}\n\n`);
  }

  /**
   * JSON that is there as text already, of what can be summed up: the caller sends no more while `behind`, so that what waits is
   * bounded by one such text, and the client is never dropped for it.
   */
  sendText(event: string, json: string): void {
    if (!this.closed) this.#response.write(`event: ${event}\ndata: ${json}\n\n`);
  }

  onDrain(listener: () => void): void {
    this.#response.on('drain', listener);
  }

  onClose(listener: () => void): void {
    this.#response.once('close', listener);
  }

  endUnlessMayStay(): void {
    if (!this.#mayStay()) this.end();
  }

  end(): void {
    this.#response.end();
  }

  #write(text: string): void {
    if (this.closed) return;
    this.#response.write(text);
    if (this.#response.writableLength <= this.#limits.maxBufferedBytes) return;
    this.#tooSlow();
    this.#response.destroy();
  }

  #armKeepAlive(): Timer {
    const timer = this.#clock.setTimer(() => {
      if (this.#mayStay()) this.#write(': keep-alive\n\n');
      else this.end();
      this.#keepAlive = this.#armKeepAlive();
    }, this.#limits.keepAliveMs);
    timer.unref();
    return timer;
  }
}
