import { messageOf, type Logger } from '@fieldwarden/core';
import type { OPCUAServer, ServerSession, Subscription } from 'node-opcua';
import { containListeners } from './contain-listeners.js';
import { deliverOnChange } from '../space/change-driven.js';

/** Makes every subscription of a server change-driven and counts its monitored items. */
export class SessionWatch {
  readonly #logger: Logger;
  #monitoredItems = 0;
  readonly #tell = (error: unknown, event: string): void => {
    this.#logger.error(`OPC UA: what follows on ${event} failed: ${messageOf(error)}`, { error });
  };

  constructor(server: OPCUAServer, logger: Logger) {
    this.#logger = logger;
    containListeners(server, this.#tell);
    server.on('create_session', (session) => this.#onSession(session));
  }

  get monitoredItems(): number {
    return this.#monitoredItems;
  }

  #onSession(session: ServerSession): void {
    containListeners(session, this.#tell);
    session.on('new_subscription', (subscription: Subscription) => this.#onSubscription(subscription));
  }

  #onSubscription(subscription: Subscription): void {
    containListeners(subscription, this.#tell);
    deliverOnChange(subscription);
    subscription.on('monitoredItem', () => void (this.#monitoredItems += 1));
    subscription.on('removeMonitoredItem', () => void (this.#monitoredItems -= 1));
  }
}
