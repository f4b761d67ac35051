import { isBad, messageOf, type Clock, type GatewayError, type Logger, type Timer } from '@fieldwarden/core';
import type { Link } from '../line/link.js';
import { EnumTexts } from '../services/enum-texts.js';
import { readNodes } from '../services/read-nodes.js';
import type { UaDataValue } from '../values/ua-value.js';
import type { Feed, FeedItem } from './feed.js';
import { ItemMaker } from './item-maker.js';
import { Publisher } from './publisher.js';

/** A node that the server did not have is asked for again: programs of PLCs come and go. */
const askAgainMs = 30_000;
/** After so long beyond a publishing interval, the first value of an item is read: some servers report changes only. */
const firstValueMs = 1_500;
const readTimeoutMs = 10_000;

/** Who gets the events of a monitored item. */
export interface EventTarget {
  event(fields: readonly unknown[]): void;
}

interface Running {
  readonly link: Link;
  readonly publisher: Publisher;
  readonly maker: ItemMaker;
  readonly byHandle: Map<number, FeedItem | EventTarget>;
  readonly texts: EnumTexts;
  handles: number;
}

/** What the server monitors for the feeds: set up anew over each link, and checked item by item. */
export class Monitors {
  readonly #feeds = new Set<Feed>();
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #keepAliveMs: number;
  #running: Running | undefined;
  #askingAgain: Timer | undefined;
  #isAskingAgain = false;

  constructor({
    clock,
    logger,
    keepAliveMs,
  }: {
    readonly clock: Clock;
    readonly logger: Logger;
    readonly keepAliveMs: number;
  }) {
    this.#clock = clock;
    this.#logger = logger;
    this.#keepAliveMs = keepAliveMs;
  }

  get feeds(): ReadonlySet<Feed> {
    return this.#feeds;
  }

  /** There is a connection: all feeds are set up over it. */
  begin(link: Link): void {
    const byHandle = new Map<number, FeedItem | EventTarget>();
    const touched = new Set<Feed>();
    const publisher = new Publisher(
      { link, clock: this.#clock, logger: this.#logger, keepAliveMs: this.#keepAliveMs },
      {
        value: (handle, value) => {
          const item = byHandle.get(handle);
          if (!item || !('feed' in item)) return;
          item.feed.value(item, value);
          touched.add(item.feed);
        },
        event: (handle, fields) => {
          const target = byHandle.get(handle);
          if (target && 'event' in target) target.event(fields);
        },
        flush: () => {
          for (const feed of touched) feed.flush();
          touched.clear();
        },
      },
    );
    this.#running = {
      link,
      publisher,
      maker: new ItemMaker(link, publisher, this.#logger),
      byHandle,
      texts: new EnumTexts(link),
      handles: 0,
    };
    for (const feed of this.#feeds) this.#monitor(feed, this.#running).catch(() => undefined); // the link is lost, and whoever cares has heard
    this.#askAgainLater();
  }

  /** There is none any more. */
  lose(error: GatewayError): void {
    this.#running = undefined;
    for (const feed of this.#feeds) feed.lose(error);
  }

  /** Resolves when the server has answered for every point; rejects when the link is lost before. */
  async add(feed: Feed): Promise<void> {
    this.#feeds.add(feed);
    if (this.#running) await this.#monitor(feed, this.#running);
  }

  /** Never rejects. */
  async remove(feed: Feed): Promise<void> {
    if (!this.#feeds.delete(feed)) return;
    const running = this.#running;
    if (!running) return;
    for (const { handle } of feed.items) running.byHandle.delete(handle);
    await running.maker.remove(feed.items);
  }

  close(): void {
    this.#askingAgain?.[Symbol.dispose]();
    this.#feeds.clear();
    this.#running = undefined;
  }

  /** The means to monitor events, for as long as the link lives. */
  events(): { readonly publisher: Publisher; follow(target: EventTarget): number } | undefined {
    const running = this.#running;
    return (
      running && {
        publisher: running.publisher,
        follow: (target) => {
          running.byHandle.set(++running.handles, target);
          return running.handles;
        },
      }
    );
  }

  async #monitor(feed: Feed, running: Running): Promise<void> {
    const items = feed.itemsFor(running.link, () => ++running.handles);
    feed.flush();
    await this.#learnTexts(feed, running);
    await this.#make(feed, items, running);
    this.#readUnvaluedLater(feed, running);
  }

  /** Before the first value of an enumeration comes. A server that does not tell them has numbers shown. */
  async #learnTexts(feed: Feed, { link, texts }: Running): Promise<void> {
    const items = feed.textItems;
    if (items.length === 0) return;
    try {
      const found = await texts.of(
        items.map(({ nodeId }) => nodeId),
        { timeoutMs: readTimeoutMs },
      );
      for (const [i, item] of items.entries()) if (found[i]) feed.setTexts(item, found[i]);
    } catch (error) {
      if (link.lost) throw error;
      this.#logger.debug(`texts of enumerations could not be read: ${messageOf(error)}`);
    }
  }

  async #make(feed: Feed, items: readonly FeedItem[], running: Running): Promise<void> {
    for (const item of items) running.byHandle.set(item.handle, item);
    await running.maker.make(items, (made) => {
      if (!this.#isOf(feed, running)) return;
      for (const item of made) feed.refuse(item as FeedItem);
      feed.flush();
    });
    // It went while its items were made.
    if (!this.#feeds.has(feed) && this.#running === running) await running.maker.remove(items);
  }

  #isOf(feed: Feed, running: Running): boolean {
    return this.#running === running && this.#feeds.has(feed);
  }

  #readUnvaluedLater(feed: Feed, running: Running): void {
    const longestMs = Math.max(0, ...feed.items.map(({ subscription }) => subscription?.publishingMs ?? 0));
    const timer = this.#clock.setTimer(
      () => {
        if (!this.#isOf(feed, running)) return;
        this.#readUnvalued(feed, running).catch((error: unknown) =>
          this.#logger.debug(`first values could not be read: ${messageOf(error)}`),
        );
      },
      2 * longestMs + firstValueMs,
    );
    timer.unref();
  }

  async #readUnvalued(feed: Feed, running: Running): Promise<void> {
    const items = feed.items.filter((item) => !item.isValued && item.status !== undefined && !isBad(item.status));
    if (items.length === 0) return;
    const nodeIds = items.map(({ nodeId }) => nodeId);
    await readNodes(running.link, nodeIds, { timeoutMs: readTimeoutMs }, (i, value: UaDataValue) => {
      if (this.#isOf(feed, running) && !items[i].isValued) feed.value(items[i], value);
    });
    if (this.#isOf(feed, running)) feed.flush();
  }

  /** Nodes that were refused are asked for now: the server says that some have come. */
  askAgainSoon(): void {
    const running = this.#running;
    if (!running || this.#isAskingAgain) return;
    this.#isAskingAgain = true;
    void this.#askAgain(running).finally(() => (this.#isAskingAgain = false));
  }

  #askAgainLater(): void {
    this.#askingAgain?.[Symbol.dispose]();
    this.#askingAgain = this.#clock.setTimer(() => {
      this.askAgainSoon();
      if (this.#running) this.#askAgainLater();
    }, askAgainMs);
    this.#askingAgain.unref();
  }

  async #askAgain(running: Running): Promise<void> {
    const asked = [...this.#feeds].map(async (feed) => {
      const refused = feed.items.filter(({ status }) => status !== undefined && isBad(status));
      for (const item of refused) item.status = undefined;
      if (refused.length > 0) await this.#make(feed, refused, running);
    });
    await Promise.allSettled(asked);
  }
}
