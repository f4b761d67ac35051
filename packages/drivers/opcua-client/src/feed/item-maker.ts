import { isBad, messageOf, statusCodes, type Logger, type StatusCode } from '@fieldwarden/core';
import { bare, isServiceRefused } from '../line/errors.js';
import type { Link } from '../line/link.js';
import type { Item } from './item.js';
import type { Publisher, ServerSubscription } from './publisher.js';
import { publishingClass, queueSize } from './publishing-class.js';

const callTimeoutMs = 20_000;

/** What servers say to a deadband that they do not have. */
const noDeadband: ReadonlySet<StatusCode> = new Set([
  statusCodes.BadFilterNotAllowed,
  statusCodes.BadMonitoredItemFilterUnsupported,
  statusCodes.BadMonitoredItemFilterInvalid,
  statusCodes.BadDeadbandFilterInvalid,
]);

/** What servers say to a request that is too long. */
const tooLong: ReadonlySet<StatusCode> = new Set([
  statusCodes.BadTooManyOperations,
  statusCodes.BadEncodingLimitsExceeded,
  statusCodes.BadRequestTooLarge,
  statusCodes.BadResponseTooLarge,
  statusCodes.BadTcpMessageTooLarge,
]);

interface CreatedItem {
  readonly statusCode: { readonly value: number };
  readonly monitoredItemId: number;
  readonly revisedSamplingInterval: number;
}

/**
 * Makes monitored items within what the server takes: so many a request, so many a subscription, a further subscription when one is full. Each item ends up with a status.
 * Rejects only when the link is lost.
 */
export class ItemMaker {
  readonly #link: Link;
  readonly #publisher: Publisher;
  readonly #logger: Logger;
  readonly #byClass = new Map<number, ServerSubscription[]>();
  #batch: number;
  #takesDeadbands: boolean;

  constructor(link: Link, publisher: Publisher, logger: Logger) {
    this.#link = link;
    this.#publisher = publisher;
    this.#logger = logger;
    this.#batch = link.limits.itemsPerCall;
    this.#takesDeadbands = link.limits.takesDeadbands;
  }

  /** `made` is called after each request with the items that have their status now. */
  async make(items: readonly Item[], made: (items: readonly Item[]) => void): Promise<void> {
    const byClass = Map.groupBy(items, ({ samplingMs }) => publishingClass(samplingMs));
    for (const [publishingMs, group] of byClass) await this.#makeClass(publishingMs, group, made);
  }

  /** Never rejects: what can't be taken out goes with its subscription. */
  async remove(items: readonly Item[]): Promise<void> {
    const bySubscription = Map.groupBy(
      items.filter((item) => item.monitoredItemId !== undefined),
      (item) => item.subscription!,
    );
    try {
      for (const [subscription, group] of bySubscription) await this.#removeFrom(subscription, group);
    } catch (error) {
      this.#logger.debug(`monitored items could not be taken out: ${messageOf(error)}`);
    }
  }

  async #removeFrom(subscription: ServerSubscription, items: readonly Item[]): Promise<void> {
    subscription.items -= items.length;
    if (subscription.items === 0) {
      for (const [publishingMs, all] of this.#byClass)
        this.#byClass.set(
          publishingMs,
          all.filter((one) => one !== subscription),
        );
      return await this.#publisher.end(subscription);
    }
    for (let from = 0; from < items.length; from += this.#batch) {
      const monitoredItemIds = items.slice(from, from + this.#batch).map(({ monitoredItemId }) => monitoredItemId!);
      const request = new this.#link.library.DeleteMonitoredItemsRequest({
        subscriptionId: subscription.id,
        monitoredItemIds,
      });
      await this.#link.request(request, { timeoutMs: callTimeoutMs });
    }
  }

  async #makeClass(
    publishingMs: number,
    items: readonly Item[],
    made: (items: readonly Item[]) => void,
  ): Promise<void> {
    let left = [...items];
    while (left.length > 0) {
      const subscription = await this.#withRoom(publishingMs).catch((error: unknown) => this.#finalStatus(error));
      if (typeof subscription === 'number') {
        for (const item of left) item.status = subscription;
        return made(left);
      }
      const count = Math.min(left.length, this.#batch, subscription.capacity - subscription.items);
      const batch = left.slice(0, count);
      const wasEmpty = subscription.items === 0;
      const again = await this.#makeBatch(subscription, batch, wasEmpty);
      const done = batch.filter((item) => item.status !== undefined);
      if (done.length > 0) made(done);
      left = [...again, ...left.slice(count)];
    }
  }

  /** Returns those that are to be tried again. */
  async #makeBatch(
    subscription: ServerSubscription,
    batch: readonly Item[],
    wasEmpty: boolean,
  ): Promise<readonly Item[]> {
    let results: readonly CreatedItem[];
    try {
      results = await this.#create(subscription, batch);
    } catch (error) {
      const status = this.#finalStatus(error);
      if (tooLong.has(bare(status)) && batch.length > 1) {
        this.#batch = Math.ceil(batch.length / 2);
        this.#logger.info(
          `the server takes fewer than ${batch.length} monitored items a request: ${this.#batch} are tried`,
        );
        return batch;
      }
      for (const item of batch) item.status = status;
      return [];
    }
    const again: Item[] = [];
    for (const [i, item] of batch.entries()) if (this.#isToTryAgain(item, results[i], subscription)) again.push(item);
    if (again.length > 0 && wasEmpty && subscription.items === 0 && subscription.capacity === 0) {
      // Even an empty subscription takes none: there is no room in the whole server.
      for (const item of again) item.status = statusCodes.BadTooManyMonitoredItems;
      return [];
    }
    return again;
  }

  #isToTryAgain(item: Item, result: CreatedItem | undefined, subscription: ServerSubscription): boolean {
    const status = result?.statusCode.value ?? statusCodes.BadUnexpectedError;
    if (result && !isBad(status)) {
      Object.assign(item, {
        subscription,
        status,
        monitoredItemId: result.monitoredItemId,
        revisedSamplingMs: result.revisedSamplingInterval,
      });
      subscription.items += 1;
      return false;
    }
    if (bare(status) === statusCodes.BadTooManyMonitoredItems) {
      subscription.capacity = subscription.items;
      return true;
    }
    if (item.deadband !== undefined && noDeadband.has(bare(status))) {
      item.deadband = undefined;
      return true;
    }
    item.status = status;
    return false;
  }

  async #create(subscription: ServerSubscription, batch: readonly Item[]): Promise<readonly CreatedItem[]> {
    const { library } = this.#link;
    const request = new library.CreateMonitoredItemsRequest({
      subscriptionId: subscription.id,
      timestampsToReturn: library.TimestampsToReturn.Both,
      itemsToCreate: batch.map(({ nodeId, handle, samplingMs, deadband }) => ({
        itemToMonitor: { nodeId, attributeId: library.AttributeIds.Value },
        monitoringMode: library.MonitoringMode.Reporting,
        requestedParameters: {
          clientHandle: handle,
          samplingInterval: samplingMs,
          queueSize: queueSize(samplingMs, subscription.publishingMs),
          discardOldest: true,
          filter:
            deadband === undefined || !this.#takesDeadbands
              ? null
              : new library.DataChangeFilter({
                  trigger: library.DataChangeTrigger.StatusValue,
                  deadbandType: 1,
                  deadbandValue: deadband,
                }),
        },
      })),
    });
    const { results } = await this.#link.request<{ results: readonly CreatedItem[] | null }>(request, {
      timeoutMs: callTimeoutMs,
    });
    return results ?? [];
  }

  async #withRoom(publishingMs: number): Promise<ServerSubscription> {
    const subscriptions = this.#byClass.get(publishingMs) ?? [];
    const free = subscriptions.find(({ items, capacity }) => items < capacity);
    if (free) return free;
    const made = await this.#publisher.subscribe(publishingMs, this.#link.limits.itemsPerSubscription);
    this.#byClass.set(publishingMs, [...subscriptions, made]);
    return made;
  }

  #finalStatus(error: unknown): StatusCode {
    if (isServiceRefused(error) && !this.#link.lost) return error.status;
    throw error;
  }
}
