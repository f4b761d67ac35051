import type { DriverList, Status, StreamHello } from '@fieldwarden/admin-contract';
import type { GatewayEvent, LogRecord } from '@fieldwarden/gateway-contract';
import { delay, messageOf, type Clock } from '@fieldwarden/core';
import type { AdminClient } from '../gateway/admin-client.js';
import { keptLines } from './monit-state.js';

/** How long an answer may take before the gateway counts as lost; also the pause between two attempts to reach it again. */
const answerMs = 3_000;
const pauseMs = 1_000;

const leastPauseMs = 100;

export interface FeedListener {
  figures(status: Status, drivers: DriverList['drivers']): void;
  lost(why: string): void;
  /** `fresh`: these take the place of those before, which come again. */
  records(driverId: string, records: readonly LogRecord[], fresh: boolean): void;
  events(events: readonly GatewayEvent[]): void;
}

/** What comes from the gateway: figures every second and after each event, events, and the log of one driver. */
export class Feeds {
  readonly #client: AdminClient;
  readonly #clock: Clock;
  readonly #listener: FeedListener;
  readonly #signal: AbortSignal;
  #hurried = false;
  #wake: () => void = () => undefined;
  #log = new AbortController();
  #lastSeq = 0;

  /** Everything ends with `signal`. */
  constructor(client: AdminClient, clock: Clock, signal: AbortSignal, listener: FeedListener) {
    this.#client = client;
    this.#clock = clock;
    this.#signal = signal;
    this.#listener = listener;
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /** One look at the figures; rejects if the gateway does not answer. */
  async look(): Promise<void> {
    const [status, { drivers }] = await Promise.all([
      this.#client.call<Status>({ path: '/status', schema: 'fieldwarden/status@1', timeoutMs: answerMs }),
      this.#client.call<DriverList>({ path: '/drivers', schema: 'fieldwarden/drivers@1', timeoutMs: answerMs }),
    ]);
    this.#listener.figures(status, drivers);
  }

  /** Resolves with the end. */
  async run(): Promise<void> {
    await Promise.all([this.#lookAgain(), this.#followEvents()]);
  }

  /** Figures soon. */
  hurry(): void {
    this.#hurried = true;
    this.#wake();
  }

  /** The log of this driver instead of the one before. */
  followLog(driverId: string): void {
    this.#log.abort();
    this.#log = new AbortController();
    void this.#followLog(driverId, AbortSignal.any([this.#signal, this.#log.signal]));
  }

  async #lookAgain(): Promise<void> {
    while (!this.#signal.aborted) {
      await this.#pauseOrNudge();
      this.#hurried = false;
      try {
        if (!this.#signal.aborted) await this.look();
      } catch (error) {
        this.#listener.lost(messageOf(error));
      }
    }
  }

  /** A flood of events does not become a flood of requests. */
  async #pauseOrNudge(): Promise<void> {
    await delay(this.#clock, leastPauseMs, this.#signal).catch(() => undefined);
    if (this.#signal.aborted || this.#hurried) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    using _timer = this.#clock.setTimer(resolve, pauseMs - leastPauseMs);
    this.#wake = resolve;
    await promise;
  }

  async #followEvents(): Promise<void> {
    await this.#again(this.#signal, async () => {
      for await (const { event: name, data } of this.#client.stream(`/events?since=${this.#lastSeq}`, this.#signal)) {
        if (name === 'hello') this.#missedEvents(JSON.parse(data) as StreamHello);
        else this.#happened(JSON.parse(data) as GatewayEvent);
        this.hurry();
      }
    });
  }

  #happened(event: GatewayEvent): void {
    this.#lastSeq = event.seq;
    this.#listener.events([event]);
  }

  /** The gateway was started again, or too much has happened meanwhile: the figures tell what has become of it. */
  #missedEvents({ gap }: StreamHello): void {
    if (gap) this.#lastSeq = gap.nextSeq - 1;
  }

  async #followLog(driverId: string, signal: AbortSignal): Promise<void> {
    const path = `/drivers/${encodeURIComponent(driverId)}/logs?follow=true&lines=${keptLines}`;
    await this.#again(signal, async () => {
      let fresh = true;
      for await (const { data } of this.#client.stream(path, signal)) {
        this.#listener.records(driverId, [JSON.parse(data) as LogRecord], fresh);
        fresh = false;
      }
    });
  }

  /** A stream that ends is begun again; that the gateway is lost is said by the figures. */
  async #again(signal: AbortSignal, attempt: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      await attempt().catch(() => undefined);
      await delay(this.#clock, pauseMs, signal).catch(() => undefined);
    }
  }
}
