import type { Clock, Logger, Timer } from '@fieldwarden/core';
import type { Outbox, OutboxMessage, StoredMessage } from '@fieldwarden/outbox';

export interface FormerTopicsDependencies {
  readonly outbox: Pick<Outbox, 'topicNames' | 'forget'>;
  /** What the topics of all values begin with. */
  readonly prefix: string;
  /** Whether values of this path are published now. */
  readonly publishes: (path: string) => boolean;
  readonly send: (message: OutboxMessage) => void;
  readonly clock: Pick<Clock, 'setTimer' | 'wallMs'>;
  readonly logger: Logger;
}

/** By then whoever defines tags has done so. */
const settledMs = 10_000;
/** Topics that are looked at and cleared at a time, so that no scan waits. */
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
    const { outbox, prefix } = this.#deps;
    this.#clear(outbox.topicNames().filter((name) => name.startsWith(prefix)));
  }

  #clear(topics: readonly string[], from = 0, cleared = 0): void {
    const { prefix, publishes, clock, logger, send } = this.#deps;
    const former = topics.slice(from, from + batch).filter((topic) => !publishes(topic.slice(prefix.length)));
    const atMs = clock.wallMs();
    for (const topic of former) send({ topic, payload: new Uint8Array(), qos: 1, retain: true, atMs });
    const inAll = cleared + former.length;
    if (from + batch < topics.length) {
      this.#timer = clock.setTimer(() => this.#clear(topics, from + batch, inAll), betweenMs);
      this.#timer.unref();
    } else if (inAll > 0)
      logger.info(`${inAll} topics of tags that are not published any more are cleared at the broker`);
  }
}
