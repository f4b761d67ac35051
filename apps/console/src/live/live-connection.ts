import type {
  StreamHello,
  TagReading,
  TagReadingsEvent,
  TagValueShape,
  TagValuesEvent,
} from '@fieldwarden/admin-contract';
import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import type { BrowserClock, Cancel } from '../platform/browser-clock.js';
import { createStore, type ReadableStore } from '../state/store.js';
import type { EventSourceLike, OpenEventSource } from './event-source.js';
import { reconnectDelayMs } from './reconnect-delay.js';

export const eventTypes = ['driver', 'host', 'service', 'alarm', 'config', 'machine', 'flow'] as const;

export interface ConnectionState {
  /** `connecting`: for the first time. `paused`: nobody looks at the page. */
  readonly phase: 'off' | 'connecting' | 'live' | 'lost' | 'paused';
  /** ms since 1970 UTC. */
  readonly since: number;
  /** Of the next attempt while lost; null while one is under way. */
  readonly nextAttemptAt: number | null;
}

export interface LiveListener {
  event(event: GatewayEvent): void;
  values(values: readonly TagValueShape[]): void;
  /** Tags that were read again and have the value that was told last. */
  readings(readings: readonly TagReading[]): void;
  /** The stream is there (again): tell it what to watch. */
  connected(): void;
  /** Another start of the gateway, or events are missing: nothing known before holds. */
  reset(): void;
}

export interface LiveDependencies {
  readonly open: OpenEventSource;
  readonly clock: BrowserClock;
  readonly random: () => number;
  /** Chosen by this page, once. */
  readonly streamId: string;
  readonly baseUrl: string;
}

/** An attempt that neither opens nor fails within this time is given up: a peer that takes connections and never answers. */
const openTimeoutMs = 8_000;

/** The one stream of events and values; comes back by itself, and says so while it is away. */
export class LiveConnection {
  readonly streamId: string;
  readonly #deps: LiveDependencies;
  readonly #listener: LiveListener;
  readonly #state;
  #source: EventSourceLike | undefined;
  #cancelTimer: Cancel | undefined;
  #attempt = 0;
  #bootId: string | undefined;
  #lastSeq: number | undefined;

  constructor(deps: LiveDependencies, listener: LiveListener) {
    this.#deps = deps;
    this.#listener = listener;
    this.streamId = deps.streamId;
    this.#state = createStore<ConnectionState>({ phase: 'off', since: deps.clock.now(), nextAttemptAt: null });
  }

  get state(): ReadableStore<ConnectionState> {
    return this.#state;
  }

  start(): void {
    if (this.#state.get().phase !== 'off' && this.#state.get().phase !== 'paused') return;
    this.#enter('connecting');
    this.#connect();
  }

  stop(phase: 'off' | 'paused' = 'off'): void {
    this.#dropSource();
    this.#attempt = 0;
    this.#enter(phase);
  }

  /** Something else noticed that the gateway does not answer: a stream may stay open long after its peer is gone. */
  suspect(): void {
    if (this.#state.get().phase === 'live') this.#lost();
  }

  /** The operator does not want to wait for the next attempt. */
  retryNow(): void {
    if (this.#state.get().phase !== 'lost' || this.#state.get().nextAttemptAt === null) return;
    this.#connect();
  }

  #connect(): void {
    this.#dropSource();
    this.#state.update((state) => ({ ...state, nextAttemptAt: null }));
    const source = this.#deps.open(this.#url());
    this.#source = source;
    this.#cancelTimer = this.#deps.clock.after(openTimeoutMs, () => this.#lost());
    source.onOpen(() => this.#opened(source));
    source.onError(() => source === this.#source && this.#lost());
    source.on('hello', (data) => source === this.#source && this.#hello(JSON.parse(data) as StreamHello));
    source.on('tag', (data) => source === this.#source && this.#tag(JSON.parse(data) as TagValuesEvent));
    source.on('reading', (data) => source === this.#source && this.#reading(JSON.parse(data) as TagReadingsEvent));
    for (const type of eventTypes) {
      source.on(type, (data) => source === this.#source && this.#event(JSON.parse(data) as GatewayEvent));
    }
  }

  #url(): string {
    const since = this.#lastSeq === undefined ? '' : `&since=${this.#lastSeq}`;
    return `${this.#deps.baseUrl}/events?stream=${this.streamId}${since}`;
  }

  #opened(source: EventSourceLike): void {
    if (source !== this.#source) return;
    this.#cancelTimer?.();
    this.#attempt = 0;
    this.#enter('live');
    this.#listener.connected();
  }

  #hello({ bootId, seq }: StreamHello): void {
    const restarted = this.#bootId !== undefined && this.#bootId !== bootId;
    const behind = this.#lastSeq !== undefined && seq < this.#lastSeq;
    this.#bootId = bootId;
    if (!restarted && !behind) return;
    this.#lastSeq = undefined;
    this.#listener.reset();
  }

  #event(event: GatewayEvent): void {
    const expected = this.#lastSeq === undefined ? event.seq : this.#lastSeq + 1;
    this.#lastSeq = event.seq;
    if (event.seq === expected) this.#listener.event(event);
    else this.#listener.reset();
  }

  #tag({ values }: TagValuesEvent): void {
    this.#listener.values(values);
  }

  #reading({ readings }: TagReadingsEvent): void {
    this.#listener.readings(readings);
  }

  #lost(): void {
    this.#dropSource();
    const delayMs = reconnectDelayMs(this.#attempt++, this.#deps.random);
    const now = this.#deps.clock.now();
    const before = this.#state.get();
    const since = before.phase === 'lost' ? before.since : now;
    this.#state.set({ phase: 'lost', since, nextAttemptAt: now + delayMs });
    this.#cancelTimer = this.#deps.clock.after(delayMs, () => this.#connect());
  }

  #enter(phase: ConnectionState['phase']): void {
    this.#state.set({ phase, since: this.#deps.clock.now(), nextAttemptAt: null });
  }

  #dropSource(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#source?.close();
    this.#source = undefined;
  }
}
