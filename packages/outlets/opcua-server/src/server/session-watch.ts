import { messageOf, type Clock, type Logger } from '@fieldwarden/core';
import type { OPCUAServer, ServerSession, Subscription } from 'node-opcua';
import { containListeners } from './contain-listeners.js';
import { deliverOnChange } from '../items/change-driven.js';
import { QueueBudget } from '../items/queue-budget.js';
import { SamplingWheels } from '../items/sampling-wheels.js';
import { TimeWatch } from '../items/time-watch.js';

/** Makes every subscription of a server change-driven and counts its monitored items. */
export class SessionWatch implements Disposable {
  readonly #logger: Logger;
  readonly #budget = new QueueBudget();
  readonly #times: TimeWatch;
  readonly #wheels: SamplingWheels;
  #monitoredItems = 0;
  readonly #tell = (error: unknown, event: string): void => {
    this.#logger.error(`OPC UA: what follows on ${event} failed: ${messageOf(error)}`, { error });
  };

  constructor(server: OPCUAServer, { logger, clock }: { readonly logger: Logger; readonly clock: Clock }) {
    this.#logger = logger;
    this.#times = new TimeWatch(clock, logger);
    this.#wheels = new SamplingWheels(clock, (error) => this.#tell(error, 'a sample'));
    containListeners(server, this.#tell);
    server.on('create_session', (session) => this.#onSession(session));
  }

  get monitoredItems(): number {
    return this.#monitoredItems;
  }

  [Symbol.dispose](): void {
    this.#times[Symbol.dispose]();
    this.#wheels[Symbol.dispose]();
  }

  #onSession(session: ServerSession): void {
    containListeners(session, this.#tell);
    session.on('new_subscription', (subscription: Subscription) => this.#onSubscription(subscription));
  }

  #onSubscription(subscription: Subscription): void {
    containListeners(subscription, this.#tell);
    deliverOnChange(subscription, { budget: this.#budget, times: this.#times, wheels: this.#wheels });
    subscription.on('monitoredItem', () => void (this.#monitoredItems += 1));
    subscription.on('removeMonitoredItem', () => void (this.#monitoredItems -= 1));
  }
}
