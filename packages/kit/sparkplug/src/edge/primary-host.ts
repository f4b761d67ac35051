import { decodeLegacyState, decodeState, type HostState } from '../state-message.js';
import { stateTopics } from '../topics.js';

/** What the primary host says on one connection (section 5.4). */
export class PrimaryHost {
  readonly topics: readonly string[];
  readonly #current: string;
  readonly #legacy: string;
  /** Of the STATE that counted last on this connection. */
  #timestampMs = Number.NEGATIVE_INFINITY;
  #speaksCurrent = false;
  #isOnline = false;

  constructor(host: string) {
    const { current, legacy } = stateTopics(host);
    this.#current = current;
    this.#legacy = legacy;
    this.topics = [current, legacy];
  }

  get isOnline(): boolean {
    return this.#isOnline;
  }

  /** A new connection: what another broker said, or this one long ago, does not count. */
  forget(): void {
    this.#timestampMs = Number.NEGATIVE_INFINITY;
    this.#speaksCurrent = false;
    this.#isOnline = false;
  }

  /** True when the message was a STATE of this host. One with an older time changes nothing, nor one of 2.2 from a host that speaks 3.0. */
  hear(topic: string, payload: Uint8Array): boolean {
    if (topic !== this.#current && topic !== this.#legacy) return false;
    const state = topic === this.#current ? decodeState(payload) : decodeLegacyState(payload);
    if (state) this.#take(state);
    return true;
  }

  #take({ isOnline, timestampMs }: HostState): void {
    if (timestampMs === undefined) {
      if (!this.#speaksCurrent) this.#isOnline = isOnline;
      return;
    }
    if (timestampMs < this.#timestampMs) return;
    this.#speaksCurrent = true;
    this.#timestampMs = timestampMs;
    this.#isOnline = isOnline;
  }
}
