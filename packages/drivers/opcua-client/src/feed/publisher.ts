import { messageOf, statusCodes, type Clock, type Logger, type Timer } from '@fieldwarden/core';
import type { NotificationMessage, PublishResponse } from 'node-opcua-client';
import { bare, isServiceRefused, silent, unreachable } from '../line/errors.js';
import type { Link } from '../line/link.js';
import { understandStructures, unknownStructures } from '../services/structures.js';
import { builtIn } from '../values/built-in-types.js';
import type { UaDataValue } from '../values/ua-value.js';

/** A subscription at the server. */
export interface ServerSubscription {
  readonly id: number;
  /** As the server revised them. Milliseconds; messages. */
  readonly publishingMs: number;
  readonly keepAliveCount: number;
  /** Items in it, and how many there may be. */
  items: number;
  capacity: number;
}

interface Followed extends ServerSubscription {
  heardAtMs: number;
  /** Number of the next message, 1 to 2^32 − 1. */
  expected: number;
  /** Messages that came before their turn. */
  readonly early: Map<number, NotificationMessage>;
  isRecovering: boolean;
}

interface Change {
  readonly clientHandle: number;
  readonly value: UaDataValue;
}

export interface PublisherOwner {
  /** In the order of the server. */
  value(handle: number, value: UaDataValue): void;
  event(handle: number, fields: readonly unknown[]): void;
  /** All values of one message have been told. */
  flush(): void;
}

export interface PublisherDependencies {
  readonly link: Link;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly keepAliveMs: number;
}

const publishTimeoutMs = 120_000;
const callTimeoutMs = 10_000;
const maxPending = 10;
const maxNotifications = 10_000;
const watchMs = 250;
const ownStallMs = 400;
/** A message that was overtaken by the next one is given so long. */
const overtakenMs = 200;
/** A server that is asked so often for what it has lost does not have it. */
const maxRecovered = 100;

/**
 * The subscriptions of one link and the Publish requests that bring their messages: numbered, acknowledged, in order. Whatever is amiss (a message missing that the server
 * no longer has, a subscription that ended, one that is silent beyond its keep-alive) loses the link.
 */
export class Publisher implements Disposable {
  readonly #deps: PublisherDependencies;
  readonly #owner: PublisherOwner;
  readonly #subscriptions = new Map<number, Followed>();
  #acknowledgements: { subscriptionId: number; sequenceNumber: number }[] = [];
  #pending = 0;
  #allowed = maxPending;
  #watch: Timer | undefined;
  #isOver = false;
  /** Structures whose definitions are being read; further ones wait behind them. */
  #understanding: Promise<void> | undefined;

  constructor(dependencies: PublisherDependencies, owner: PublisherOwner) {
    this.#deps = dependencies;
    this.#owner = owner;
    dependencies.link.onLost(() => this[Symbol.dispose]());
  }

  /** Asks the server for one more. */
  async subscribe(publishingMs: number, capacity: number): Promise<ServerSubscription> {
    const { link, clock, keepAliveMs } = this.#deps;
    const keepAliveCount = Math.max(1, Math.ceil(keepAliveMs / publishingMs));
    const request = new link.library.CreateSubscriptionRequest({
      requestedPublishingInterval: publishingMs,
      requestedMaxKeepAliveCount: keepAliveCount,
      requestedLifetimeCount: Math.max(10 * keepAliveCount, Math.ceil(30_000 / publishingMs)),
      maxNotificationsPerPublish: maxNotifications,
      publishingEnabled: true,
      priority: 0,
    });
    const revised = await link.request<{
      subscriptionId: number;
      revisedPublishingInterval: number;
      revisedMaxKeepAliveCount: number;
    }>(request, { timeoutMs: callTimeoutMs });
    const subscription: Followed = {
      id: revised.subscriptionId,
      publishingMs: revised.revisedPublishingInterval,
      keepAliveCount: revised.revisedMaxKeepAliveCount,
      items: 0,
      capacity,
      heardAtMs: clock.monotonicMs(),
      expected: 1,
      early: new Map(),
      isRecovering: false,
    };
    this.#subscriptions.set(subscription.id, subscription);
    if (!this.#watch) this.#watchSoon();
    this.#publish();
    return subscription;
  }

  /** Its items are gone, and so is the subscription. */
  async end({ id }: ServerSubscription): Promise<void> {
    this.#subscriptions.delete(id);
    const { link } = this.#deps;
    await link.request(new link.library.DeleteSubscriptionsRequest({ subscriptionIds: [id] }), {
      timeoutMs: callTimeoutMs,
    });
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#watch?.[Symbol.dispose]();
    this.#subscriptions.clear();
  }

  /** Keeps as many requests at the server as its subscriptions need. */
  #publish(): void {
    const wanted =
      this.#subscriptions.size === 0 ? 0 : Math.min(this.#allowed, this.#subscriptions.size + 1, maxPending);
    while (!this.#isOver && this.#pending < wanted) void this.#publishOnce();
  }

  /** Never rejects. */
  async #publishOnce(): Promise<void> {
    const { link, clock } = this.#deps;
    this.#pending += 1;
    const subscriptionAcknowledgements = this.#acknowledgements;
    this.#acknowledgements = [];
    const sentAtMs = clock.monotonicMs();
    try {
      const response = await link.request<PublishResponse>(
        new link.library.PublishRequest({ subscriptionAcknowledgements }),
        {
          timeoutMs: publishTimeoutMs,
        },
      );
      this.#pending -= 1;
      this.#take(response);
    } catch (error) {
      this.#pending -= 1;
      if (this.#isOver || link.lost) return;
      this.#refused(error, clock.monotonicMs() - sentAtMs);
      return;
    }
    this.#publish();
  }

  #refused(error: unknown, afterMs: number): void {
    const { link, clock, logger } = this.#deps;
    const status = isServiceRefused(error) ? bare(error.status) : undefined;
    if (status === statusCodes.BadTooManyPublishRequests) {
      this.#allowed = Math.max(1, this.#pending);
    } else if (status === statusCodes.BadNoSubscription && this.#subscriptions.size > 0) {
      link.lose(unreachable('the server has ended the subscriptions'));
      return;
    } else logger.debug(`a Publish request failed: ${messageOf(error)}`);
    // A server that refuses at once is not asked at once again.
    if (afterMs > 1_000 || this.#pending > 0) return this.#publish();
    clock.setTimer(() => this.#publish(), 100).unref();
  }

  #take({ subscriptionId, notificationMessage: message }: PublishResponse): void {
    const subscription = this.#subscriptions.get(subscriptionId);
    if (!subscription || !message) return;
    subscription.heardAtMs = this.#deps.clock.monotonicMs();
    if (!message.notificationData || message.notificationData.length === 0) return; // a keep-alive
    this.#acknowledgements.push({ subscriptionId, sequenceNumber: message.sequenceNumber });
    if (message.sequenceNumber !== subscription.expected) return this.#overtook(subscription, message);
    this.#inTurn(subscription, message);
    this.#deliverEarly(subscription);
  }

  #inTurn(subscription: Followed, message: NotificationMessage): void {
    // OPC 10000-4, 5.14.1.2: from 2^32 − 1 the numbers go on with 1.
    subscription.expected = message.sequenceNumber === 0xffff_ffff ? 1 : message.sequenceNumber + 1;
    this.#deliver(message);
  }

  #deliverEarly(subscription: Followed): void {
    for (;;) {
      const next = subscription.early.get(subscription.expected);
      if (!next) return;
      subscription.early.delete(subscription.expected);
      this.#inTurn(subscription, next);
    }
  }

  /** Older than what was delivered, it is a repetition; else one before it is missing. */
  #overtook(subscription: Followed, message: NotificationMessage): void {
    const ahead = (message.sequenceNumber - subscription.expected) >>> 0;
    if (ahead > 0x7fff_ffff) return;
    subscription.early.set(message.sequenceNumber, message);
    if (subscription.isRecovering) return;
    subscription.isRecovering = true;
    this.#deps.clock
      .setTimer(() => void this.#recover(subscription).finally(() => (subscription.isRecovering = false)), overtakenMs)
      .unref();
  }

  async #recover(subscription: Followed): Promise<void> {
    const { link } = this.#deps;
    try {
      for (let asked = 0; subscription.early.size > 0 && !this.#isOver; asked += 1) {
        if (asked >= maxRecovered) throw new Error('too many messages are missing');
        const request = new link.library.RepublishRequest({
          subscriptionId: subscription.id,
          retransmitSequenceNumber: subscription.expected,
        });
        const { notificationMessage } = await link.request<{ notificationMessage: NotificationMessage }>(request, {
          timeoutMs: callTimeoutMs,
        });
        // Some servers answer any number with an empty message, for ever.
        if (notificationMessage.sequenceNumber !== subscription.expected)
          throw new Error('the server answers with another message');
        this.#acknowledgements.push({ subscriptionId: subscription.id, sequenceNumber: subscription.expected });
        this.#inTurn(subscription, notificationMessage);
        this.#deliverEarly(subscription);
      }
    } catch (error) {
      link.lose(unreachable(`values of the server were lost on the way: ${messageOf(error)}`));
    }
  }

  #deliver(message: NotificationMessage): void {
    const { link, logger } = this.#deps;
    const { library } = link;
    for (const notification of message.notificationData ?? []) {
      if (notification instanceof library.DataChangeNotification) {
        this.#tellValues(notification.monitoredItems ?? []);
      } else if (notification instanceof library.EventNotificationList) {
        for (const { clientHandle, eventFields } of notification.events ?? [])
          this.#owner.event(clientHandle, eventFields ?? []);
      } else if (notification instanceof library.StatusChangeNotification) {
        link.lose(unreachable(`the server has ended a subscription: ${notification.status.name}`));
        return;
      } else logger.debug('the server sent a notification of a kind that is not known');
    }
    this.#owner.flush();
  }

  /** Structures that are still to be understood come later, in their own order; nobody else waits for them. */
  #tellValues(changes: readonly Change[]): void {
    const unknown = new Set(unknownStructures(changes.map(({ value }) => value)));
    const later: Change[] = [];
    for (const change of changes) {
      if (
        unknown.has(change.value) ||
        (this.#understanding && change.value.value?.dataType === builtIn.ExtensionObject)
      )
        later.push(change);
      else this.#owner.value(change.clientHandle, change.value);
    }
    if (later.length > 0) this.#tellUnderstood(later);
  }

  #tellUnderstood(changes: readonly Change[]): void {
    const { link, logger } = this.#deps;
    const mine = (this.#understanding ?? Promise.resolve())
      .then(() =>
        understandStructures(
          link,
          changes.map(({ value }) => value),
          logger,
        ),
      )
      .then(() => {
        if (this.#understanding === mine) this.#understanding = undefined;
        if (this.#isOver) return;
        for (const { clientHandle, value } of changes) this.#owner.value(clientHandle, value);
        this.#owner.flush();
      });
    this.#understanding = mine;
  }

  #watchSoon(): void {
    const { clock, link } = this.#deps;
    const dueMs = clock.monotonicMs() + watchMs;
    this.#watch = clock.setTimer(() => {
      const lateMs = clock.monotonicMs() - dueMs;
      for (const one of this.#subscriptions.values()) {
        if (lateMs > ownStallMs) one.heardAtMs += lateMs;
        const silentMs = clock.monotonicMs() - one.heardAtMs;
        if (silentMs > (one.keepAliveCount + 2) * one.publishingMs + 2 * this.#deps.keepAliveMs) {
          link.lose(
            silent(`for ${(silentMs / 1000).toFixed(1)} s: a subscription brings neither values nor signs of life`),
          );
          return;
        }
      }
      this.#watchSoon();
    }, watchMs);
    this.#watch.unref();
  }
}
