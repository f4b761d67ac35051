import type { Logger } from '@fieldwarden/core';
import { reasonText, type MqttLink, type PublishFate } from '@fieldwarden/mqtt-link';
import type { SequenceNumbers } from '../values/sequence-numbers.js';

export interface StateTopicsDependencies {
  readonly link: Pick<MqttLink, 'room' | 'publish'>;
  readonly numbers: Pick<SequenceNumbers, 'next'>;
  readonly logger: Logger;
  /** There may be room for others. */
  readonly onSettled?: () => void;
}

interface State {
  /** What it is now, as JSON without `seq`. */
  body: Readonly<Record<string, unknown>>;
  /** Grows with each change of `body`. */
  version: number;
  isUnderWay: boolean;
}

/**
 * States under retained topics: how something is now, never how it was (SPEC §10.2). They don't go through the outbox: after an outage the present
 * one is published, and one that a newer one replaced before it got out is not missed.
 */
export class StateTopics {
  readonly #deps: StateTopicsDependencies;
  readonly #states = new Map<string, State>();
  /** Those that the broker does not have as they are now. */
  readonly #due = new Set<string>();
  readonly #refused = new Set<string>();
  /** The broker said not now. */
  readonly #deferred = new Set<string>();
  #isConnected = false;

  constructor(deps: StateTopicsDependencies) {
    this.#deps = deps;
  }

  set(topic: string, body: Readonly<Record<string, unknown>>): void {
    const state = this.#states.get(topic) ?? { body, version: 0, isUnderWay: false };
    state.body = body;
    state.version += 1;
    this.#states.set(topic, state);
    this.#due.add(topic);
    this.pump();
  }

  /** It is not published any more; what the broker keeps stays. */
  delete(topic: string): void {
    this.#states.delete(topic);
    this.#due.delete(topic);
  }

  /** The broker may have lost everything: each state is published. */
  connected(): void {
    this.#isConnected = true;
    this.#refused.clear();
    for (const [topic, state] of this.#states) {
      state.isUnderWay = false;
      this.#due.add(topic);
    }
    this.pump();
  }

  disconnected(): void {
    this.#isConnected = false;
  }

  /** What the broker did not take for the moment is published again; called every now and then. */
  again(): void {
    for (const topic of this.#deferred) if (this.#states.has(topic)) this.#due.add(topic);
    this.#deferred.clear();
    this.pump();
  }

  /** Publishes while there is room. */
  pump(): void {
    if (!this.#isConnected) return;
    for (const topic of this.#due) {
      if (this.#deps.link.room === 0) return;
      const state = this.#states.get(topic)!;
      if (state.isUnderWay) continue;
      this.#due.delete(topic);
      this.#publish(topic, state);
    }
  }

  /** As a message, with the next number. */
  payload(body: Readonly<Record<string, unknown>>): Buffer {
    return Buffer.from(JSON.stringify({ ...body, seq: this.#deps.numbers.next() }));
  }

  /** One of a topic at a time: two that are under way could be sent again in the wrong order. */
  #publish(topic: string, state: State): void {
    const { version } = state;
    state.isUnderWay = true;
    const message = { topic, payload: this.payload(state.body), qos: 1, retain: true } as const;
    this.#deps.link.publish(message, (fate) => this.#settled(topic, state, version, fate));
  }

  #settled(topic: string, state: State, version: number, fate: PublishFate): void {
    state.isUnderWay = false;
    if (fate.name === 'lost') return;
    if (fate.name === 'refused') this.#tellRefused(topic, fate.code);
    if (fate.name === 'deferred') this.#putOff(topic);
    else if (state.version !== version) this.#due.add(topic);
    this.pump();
    this.#deps.onSettled?.();
  }

  #putOff(topic: string): void {
    this.#due.delete(topic);
    this.#deferred.add(topic);
  }

  #tellRefused(topic: string, code: number): void {
    if (this.#refused.has(topic)) return;
    this.#refused.add(topic);
    this.#deps.logger.warn(`the broker does not take the state ${topic}: ${reasonText(code)}`, { topic, code });
  }
}
