import { isGatewayError, messageOf, type Logger } from '@fieldwarden/core';
import { reasonText, type Qos, type Subscription, type SubscriptionOutcome } from '@fieldwarden/mqtt-link';
import { FilterTrie } from './filter-trie.js';

/** What this needs of the connection. */
export interface Subscriber {
  subscribe(subscriptions: readonly Subscription[]): Promise<readonly SubscriptionOutcome[]>;
  unsubscribe(filters: readonly string[]): Promise<void>;
}

export interface SubscriptionsDependencies {
  readonly subscriber: Subscriber;
  readonly qos: Qos;
  readonly logger: Logger;
  /** The broker has other filters than before: a session that outlives the connection is to be known by them. */
  readonly changed: (filters: readonly string[]) => void;
}

/**
 * Filters that tags want → filters that the broker has. Each distinct one is subscribed once, and none that another covers: brokers deliver
 * a message once for every filter that takes it.
 */
export class Subscriptions {
  readonly #deps: SubscriptionsDependencies;
  /** How often each filter is wanted. */
  readonly #wanted = new Map<string, number>();
  readonly #wantedTrie = new FilterTrie<string>();
  /** Wanted for a while, beside the others: they cover none, so that those stay as they are. */
  readonly #apart = new Set<string>();
  /** What the broker has, and what it refused, with its reason code. */
  readonly #granted = new Set<string>();
  /** From before in the broker's session: subscribed anew where they are wanted, so that it tells what it keeps. */
  #kept: ReadonlySet<string> = new Set();
  readonly #refused = new Map<string, number>();
  readonly #grantedTrie = new FilterTrie<string>();
  /** While the runtime has not yet asked for all that it wants: what a session has from before stays. */
  sparesSurplus = true;
  #isConnected = false;
  /** Counts connections: what an older one was asked is of no meaning for the next. */
  #connection = 0;
  #running: Promise<void> | undefined;

  constructor(deps: SubscriptionsDependencies) {
    this.#deps = deps;
  }

  want(filter: string): void {
    const times = this.#wanted.get(filter) ?? 0;
    this.#wanted.set(filter, times + 1);
    if (times === 0) this.#wantedTrie.add(filter, filter);
  }

  release(filter: string): void {
    const times = this.#wanted.get(filter) ?? 0;
    if (times > 1) return void this.#wanted.set(filter, times - 1);
    this.#wanted.delete(filter);
    this.#wantedTrie.delete(filter, filter);
    this.#refused.delete(filter);
  }

  /** For a while, with QoS 0. */
  wantApart(filters: readonly string[]): void {
    for (const filter of filters) this.#apart.add(filter);
  }

  releaseApart(filters: readonly string[]): void {
    for (const filter of filters) {
      this.#apart.delete(filter);
      // It was asked for with QoS 0.
      if (this.#wanted.has(filter)) this.#ungrant(filter);
    }
  }

  /** `kept`: the broker's session has these filters from before. */
  connected(kept: readonly string[]): void {
    this.#isConnected = true;
    this.#connection += 1;
    this.#forget();
    this.#kept = new Set(kept);
  }

  disconnected(): void {
    this.#isConnected = false;
    this.#forget();
  }

  /** Why the broker does not deliver this filter: a reason in words, or undefined. */
  refusalOf(filter: string): string | undefined {
    const code = this.#refused.get(filter);
    return code === undefined ? undefined : reasonText(code);
  }

  /** How many of the broker's filters take the topic: so often it may deliver a message. */
  deliveriesOf(topic: string): number {
    let count = 0;
    this.#grantedTrie.match(topic, () => (count += 1));
    return count;
  }

  /** Resolves when the broker has what is wanted now. Rejects, kind `unreachable`, when the connection ends first. */
  async settle(): Promise<void> {
    const before = this.#running;
    await before?.catch(() => undefined);
    // Somebody else who waited has begun: what it asks for includes what is wanted now.
    if (this.#running !== before && this.#running) return await this.#running;
    const run = this.#exchange();
    this.#running = run;
    await run.finally(() => {
      if (this.#running === run) this.#running = undefined;
    });
  }

  async #exchange(): Promise<void> {
    if (!this.#isConnected) return;
    const connection = this.#connection;
    const own = [...this.#wanted.keys()].filter((filter) => !this.#wantedTrie.isCovered(filter));
    const effective = new Set([...own, ...this.#apart]);
    const missing = [...effective].filter((filter) => !this.#granted.has(filter) && !this.#refused.has(filter));
    const { subscriber, qos } = this.#deps;
    if (missing.length > 0) {
      const asked = missing.map((filter) => ({
        filter,
        qos: this.#wanted.has(filter) ? qos : (0 as const),
        retainAsPublished: false,
      }));
      const outcomes = await subscriber.subscribe(asked);
      if (connection !== this.#connection) return;
      for (const { filter, granted } of outcomes) this.#answered(filter, granted);
    }
    // Last: what a wider filter brings now is not missed in between.
    const present = new Set([...this.#granted, ...this.#kept]);
    const surplus = this.sparesSurplus ? [] : [...present].filter((filter) => !effective.has(filter));
    if (surplus.length > 0) {
      await subscriber.unsubscribe(surplus);
      if (connection !== this.#connection) return;
      for (const filter of surplus) this.#ungrant(filter);
    }
    if (!this.sparesSurplus) this.#kept = new Set();
    if (missing.length + surplus.length > 0) this.#deps.changed([...new Set([...this.#granted, ...this.#kept])]);
  }

  #answered(filter: string, granted: SubscriptionOutcome['granted']): void {
    if (typeof granted === 'number') return this.#grant(filter);
    this.#refused.set(filter, granted.refused);
    this.#deps.logger.warn(`the broker does not let ${filter} be subscribed: ${reasonText(granted.refused)}`);
  }

  #grant(filter: string): void {
    this.#granted.add(filter);
    this.#grantedTrie.add(filter, filter);
  }

  #ungrant(filter: string): void {
    this.#granted.delete(filter);
    this.#grantedTrie.delete(filter, filter);
  }

  #forget(): void {
    for (const filter of [...this.#granted]) this.#ungrant(filter);
    this.#refused.clear();
    this.#kept = new Set();
  }
}

/** For who does not wait: a connection that ended says so elsewhere. */
export function logUnlessUnreachable(logger: Logger): (error: unknown) => void {
  return (error) => {
    if (isGatewayError(error) && error.kind === 'unreachable') return;
    logger.error(`subscribing failed: ${messageOf(error)}`, { error });
  };
}
