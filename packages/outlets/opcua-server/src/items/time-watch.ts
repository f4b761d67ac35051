import { messageOf, type Clock, type Logger } from '@fieldwarden/core';
import { MonitoringMode, type MonitoredItem } from 'node-opcua';
import { isTimeATrigger } from './change-filter.js';
import type { TagNode } from '../space/tag-node.js';

/** So often the times of such items are looked at. In a Host they are news once a second. */
const intervalMs = 250;

/**
 * The items of clients that want to be told of a new time, too (StatusValueTimestamp; OPC 10000-4, 7.22.2). The tag store tells changes of
 * value and status only, so these few are looked at.
 */
export class TimeWatch implements Disposable {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #items = new Set<MonitoredItem>();
  #timer: Disposable | undefined;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Called when an item of a tag begins, and when its filter may be another one. */
  follow(item: MonitoredItem): void {
    if (!isTimeATrigger(item.filter)) return this.leave(item);
    this.#items.add(item);
    this.#timer ??= this.#clock.setTimer(() => this.#look(), intervalMs);
  }

  leave(item: MonitoredItem): void {
    this.#items.delete(item);
  }

  [Symbol.dispose](): void {
    this.#items.clear();
    this.#timer?.[Symbol.dispose]();
  }

  #look(): void {
    this.#timer = this.#items.size > 0 ? this.#clock.setTimer(() => this.#look(), intervalMs) : undefined;
    for (const item of this.#items) {
      const node = item.node as unknown as TagNode | null;
      if (!node || item.monitoringMode === MonitoringMode.Disabled) continue;
      try {
        item.recordValue(node.readValue());
      } catch (error) {
        this.#logger.error(`the time of ${node.id} did not reach an OPC UA client: ${messageOf(error)}`, { error });
      }
    }
  }
}
