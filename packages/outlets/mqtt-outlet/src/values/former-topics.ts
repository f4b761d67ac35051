import type { Clock, Logger, Timer } from '@fieldwarden/core';
import type { Outbox, OutboxMessage, StoredMessage } from '@fieldwarden/outbox';

export interface FormerTopicsDependencies {
  readonly outbox: Pick<Outbox, 'topicNames' | 'forget'>;
  /** What the topics of all values begin with. */
  readonly prefix: string;
  /** Topics under which values are published now. */
  readonly present: () => ReadonlySet<string>;
  readonly send: (message: OutboxMessage) => void;
  readonly clock: Pick<Clock, 'setTimer' | 'wallMs'>;
  readonly logger: Logger;
}

/** By then whoever defines tags has done so. */
const settledMs = 10_000;
/** Messages at a time, so that no scan waits. */
const batch = 500;
const betweenMs = 10;

/**
 * Tags that were removed, or are not published any longer, since the gateway ran last: the broker may still keep their last values for those who come
 * later. The outbox knows every topic that it ever had; those without a tag are cleared by an empty retained message (MQTT 5, 3.3.1.3), and
 * forgotten once the broker has it.
 */
export class FormerTopics implements Disposable {
  readonly #deps: FormerTopicsDependencies;
  #timer: Timer;

  /** Looks once, some seconds from now. */
  constructor(deps: FormerTopicsDependencies) {
    this.#deps = deps;
    this.#timer = deps.clock.setTimer(() => this.#look(), settledMs);
    this.#timer.unref();
  }

  /** The broker has a message. */
  acknowledged({ topic, payload }: StoredMessage): void {
    if (payload.length === 0) this.#deps.outbox.forget(topic);
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  #look(): void {
    const { outbox, prefix, present, logger } = this.#deps;
    const published = present();
    const former = outbox.topicNames().filter((name) => name.startsWith(prefix) && !published.has(name));
    if (former.length === 0) return;
    logger.info(`${former.length} topics of tags that are not published any more are cleared at the broker`);
    this.#clear(former);
  }

  #clear(topics: readonly string[]): void {
    const { clock, send } = this.#deps;
    const atMs = clock.wallMs();
    for (const topic of topics.slice(0, batch)) send({ topic, payload: new Uint8Array(), qos: 1, retain: true, atMs });
    if (topics.length <= batch) return;
    this.#timer = clock.setTimer(() => this.#clear(topics.slice(batch)), betweenMs);
    this.#timer.unref();
  }
}
