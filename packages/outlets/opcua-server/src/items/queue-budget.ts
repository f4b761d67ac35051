import { AttributeIds, type ISubscription, type MonitoredItem } from 'node-opcua';
import { TagNode } from '../space/tag-node.js';

/** Notifications that one item keeps for a client that does not fetch them. */
export const maxQueueSize = 100;

/** Events that one item keeps: what ConditionRefresh tells comes at once. */
export const maxEventQueueSize = 5_000;
const defaultEventQueueSize = 1_000;

/** Of a notification that waits, with what the library hangs on it; elements of an array come on top. */
const notificationBytes = 300;
const elementBytes = 8;

/** Of an event with the fields that clients usually select. */
const eventBytes = 2_000;

/** What the queues of one subscription, and of all together, may grow to. */
const maxSubscriptionBytes = 32 * 1_048_576;
const maxBytes = 128 * 1_048_576;

/** What a subscription may have whatever the others took. */
const ownBytes = 262_144;

/** What queues may keep: a queue is revised to what the budget still holds, and to 1 when it holds nothing (OPC 10000-4, 7.21). */
export class QueueBudget {
  readonly #ofSubscriptions = new WeakMap<ISubscription, number>();
  readonly #ofItems = new WeakMap<MonitoredItem, { readonly subscription: ISubscription; readonly bytes: number }>();
  #bytes = 0;

  /** The length that an item of this node may have. */
  allowed(asked: number, node: unknown, subscription: ISubscription, isEvent = false): number {
    const taken = this.#of(subscription);
    const left = Math.max(ownBytes - taken, Math.min(maxSubscriptionBytes - taken, maxBytes - this.#bytes));
    // An event item asks with 0 for the server's own length (OPC 10000-4, 7.21).
    const wanted = asked === 0 && isEvent ? defaultEventQueueSize : asked;
    const most = isEvent ? maxEventQueueSize : maxQueueSize;
    return Math.max(1, Math.min(wanted, most, Math.floor(left / entryBytes(node, isEvent))));
  }

  /** A queue of one needs nothing that the item does not have anyway. */
  take(item: MonitoredItem, subscription: ISubscription): void {
    const bytes = item.queueSize > 1 ? item.queueSize * entryBytes(item.node, isEventItem(item)) : 0;
    this.#ofItems.set(item, { subscription, bytes });
    this.#add(subscription, bytes);
  }

  release(item: MonitoredItem): void {
    const taken = this.#ofItems.get(item);
    if (!taken) return;
    this.#ofItems.delete(item);
    this.#add(taken.subscription, -taken.bytes);
  }

  #of(subscription: ISubscription): number {
    return this.#ofSubscriptions.get(subscription) ?? 0;
  }

  #add(subscription: ISubscription, bytes: number): void {
    this.#ofSubscriptions.set(subscription, this.#of(subscription) + bytes);
    this.#bytes += bytes;
  }
}

export function isEventItem({ itemToMonitor }: Pick<MonitoredItem, 'itemToMonitor'>): boolean {
  return itemToMonitor.attributeId === AttributeIds.EventNotifier;
}

function entryBytes(node: unknown, isEvent: boolean): number {
  if (isEvent) return eventBytes;
  if (!(node instanceof TagNode)) return notificationBytes;
  return notificationBytes + elementBytes * (node.definition.type.arrayLength ?? 0);
}
